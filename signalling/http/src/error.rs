//! What can keep the doors from opening.

use std::{io, net::SocketAddr, path::PathBuf};

/// Why the doors cannot be opened. All of it is for the administrator, at start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is not this machine's, is taken, or needs a right that the process has not.
    #[error("cannot listen on {address} (key http.listen)")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's reason.
        source: io::Error,
    },
    /// The certificate file cannot be read, or is not PEM.
    #[error("cannot read a certificate chain (PEM) from {} (key http.certificate)", path.display())]
    Certificate {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: rustls_pki_types::pem::Error,
    },
    /// The certificate file holds no certificate.
    #[error("found no certificate in {} (key http.certificate), expected the server's own and its chain, PEM", path.display())]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
    /// The key file cannot be read, or is not PEM, or holds no key.
    #[error("cannot read a private key (PEM, without a password) from {} (key http.key)", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: rustls_pki_types::pem::Error,
    },
    /// Certificate and key do not belong together, or are of a kind that rustls does not know.
    #[error("certificate {} and key {} cannot be used together (keys http.certificate, http.key)", certificate.display(), key.display())]
    Pair {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// The reason.
        source: rustls::Error,
    },
}
