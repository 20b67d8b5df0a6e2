//! Who the server is for one run: the DTLS certificate that answers name, and a secret that ICE credentials and SSRCs are
//! derived from, so that the core needs no source of randomness while it runs.

use std::sync::Arc;

use aws_lc_rs::{digest, hmac};
use dimpl::DtlsCertificate;

use crate::Error;

/// A self-made ECDSA P-256 certificate and a secret. Made once a start; all workers share it.
#[derive(Clone)]
pub struct Identity {
    certificate: Arc<DtlsCertificate>,
    secret: hmac::Key,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Identity")
            .field("fingerprint", &self.fingerprint())
            .finish_non_exhaustive()
    }
}

impl Identity {
    /// A new certificate; `secret` is 32 bytes of the system's randomness.
    ///
    /// # Errors
    /// [`Error::Certificate`] when the certificate cannot be made.
    pub fn generate(secret: [u8; 32]) -> Result<Self, Error> {
        let certificate = dimpl::certificate::generate_self_signed_certificate()?;
        Ok(Self {
            certificate: Arc::new(certificate),
            secret: hmac::Key::new(hmac::HMAC_SHA256, &secret),
        })
    }

    pub(crate) fn certificate(&self) -> DtlsCertificate {
        DtlsCertificate::clone(&self.certificate)
    }

    /// `a=fingerprint` of the answer: SHA-256 in hexadecimal with colons (RFC 8122).
    pub(crate) fn fingerprint(&self) -> String {
        let digest = sha256(&self.certificate.certificate);
        digest
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect::<Vec<_>>()
            .join(":")
    }

    /// 32 bytes that nobody without the secret can guess, the same for the same arguments.
    pub(crate) fn derive(&self, purpose: &str, worker: u8, number: u64) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.secret);
        context.update(purpose.as_bytes());
        context.update(&[0, worker]);
        context.update(&number.to_be_bytes());
        let mut derived = [0; 32];
        derived.copy_from_slice(context.sign().as_ref());
        derived
    }
}

/// SHA-256 of a certificate in DER.
pub(crate) fn sha256(der: &[u8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest::digest(&digest::SHA256, der).as_ref());
    bytes
}
