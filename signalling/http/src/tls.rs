//! HTTPS by rustls: the certificate files, and the handshake settings.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};

use crate::error::Error;

/// TLS 1.2 and 1.3 with the certificate of the settings; the crypto provider is the process's default.
pub(crate) fn server_config(files: &config::Tls) -> Result<Arc<ServerConfig>, Error> {
    let in_certificate = |source| Error::Certificate {
        path: files.certificate.clone(),
        source,
    };
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .map_err(in_certificate)?
        .collect::<Result<Vec<_>, _>>()
        .map_err(in_certificate)?;
    if chain.is_empty() {
        return Err(Error::NoCertificate {
            path: files.certificate.clone(),
        });
    }
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|source| Error::Key {
        path: files.key.clone(),
        source,
    })?;
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|source| Error::Pair {
            certificate: files.certificate.clone(),
            key: files.key.clone(),
            source,
        })?;
    // HTTP/1.1 only: WebSockets need it, and no stream of HTTP/2 can be opened and reset by the thousand.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
