//! What can go wrong in the media plane. An offer that cannot be accepted is the browser's fault and is told to it; all else
//! that comes from outside is counted and dropped.

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server's own certificate could not be made.
    #[error("DTLS certificate not made: {0:?}")]
    Certificate(dimpl::certificate::CertificateError),
    /// The DTLS settings do not suit the library.
    #[error("DTLS settings: {0}")]
    Dtls(#[from] dimpl::Error),
    /// An offer was not accepted.
    #[error("offer has {found}, allowed is {allowed}")]
    Offer {
        /// What was found, without personal data.
        found: String,
        /// What is allowed.
        allowed: String,
    },
}

impl From<dimpl::certificate::CertificateError> for Error {
    fn from(source: dimpl::certificate::CertificateError) -> Self {
        Self::Certificate(source)
    }
}
