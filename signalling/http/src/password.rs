//! Passwords: verified by argon2 beside the control thread, few at a time, and as slowly for an account that does not exist.

use std::sync::Arc;

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::{sync::Semaphore, task};

/// Verifications at a time: each takes one core and 19 MiB for some 50 ms.
const RUNNING_MAX: usize = 2;

/// Sign-ins that may wait for their verification: the last one waits about a second.
const WAITING_MAX: usize = 32;

/// Verifies passwords.
#[derive(Debug)]
pub(crate) struct Verifier {
    running: Arc<Semaphore>,
    waiting: Semaphore,
    /// Of a password that nobody has: what is verified for an account that does not exist.
    dummy: Option<String>,
}

impl Verifier {
    /// A verifier whose dummy costs what [`Argon2::default`] costs.
    pub(crate) fn new() -> Self {
        let dummy = Argon2::default()
            .hash_password(b"nobody has this password")
            .ok()
            .map(|hash| hash.to_string());
        debug_assert!(dummy.is_some(), "argon2 hashes with its default parameters");
        Self {
            running: Arc::new(Semaphore::new(RUNNING_MAX)),
            waiting: Semaphore::new(WAITING_MAX),
            dummy,
        }
    }

    /// Whether this is the password of the stored hash (PHC string); false for none, after the same time. None when too many
    /// wait already.
    pub(crate) async fn verify(&self, password: String, stored: Option<String>) -> Option<bool> {
        let _waiting = self.waiting.try_acquire().ok()?;
        let running = Arc::clone(&self.running).acquire_owned().await.ok()?;
        let exists = stored.is_some();
        let hash = stored.or_else(|| self.dummy.clone())?;
        let verified = task::spawn_blocking(move || {
            let _running = running;
            verify(&password, &hash)
        });
        Some(verified.await.ok()? && exists)
    }
}

fn verify(password: &str, hash: &str) -> bool {
    match PasswordHash::new(hash) {
        Ok(hash) => Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok(),
        Err(error) => {
            tracing::error!(%error, "a stored password hash cannot be read: set the account's password again");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_an_account_that_exists() {
        let verifier = Verifier::new();
        let hash = Argon2::default()
            .hash_password(b"correcto")
            .unwrap()
            .to_string();
        assert_eq!(
            verifier
                .verify("correcto".to_owned(), Some(hash.clone()))
                .await,
            Some(true)
        );
        assert_eq!(
            verifier.verify("Correcto".to_owned(), Some(hash)).await,
            Some(false)
        );
        assert_eq!(
            verifier
                .verify("correcto".to_owned(), Some("no hash".to_owned()))
                .await,
            Some(false)
        );
        assert_eq!(
            verifier
                .verify("nobody has this password".to_owned(), None)
                .await,
            Some(false)
        );
    }

    #[tokio::test]
    async fn a_crowd_is_turned_away() {
        let verifier = Verifier::new();
        let _all = verifier
            .waiting
            .acquire_many(u32::try_from(WAITING_MAX).unwrap())
            .await
            .unwrap();
        assert_eq!(verifier.verify("x".to_owned(), None).await, None);
    }
}
