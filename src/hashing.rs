//! Hashing of passwords: Argon2id, a few at a time, so that neither memory nor the workers run out.
//!
//! Parameters are those of the OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane.

use std::sync::{Arc, OnceLock};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

use crate::domain::passwords::Password;
use crate::error::{Code, Error, Result};

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Hashes that may wait for their turn; one more is told to come back.
const WAITING_MAX: usize = 32;

/// The gate to hashing.
#[derive(Clone)]
pub struct Hashing {
    turns: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Hashing {
    /// As many at once as there are processors, less one for everybody else.
    pub fn new(workers: usize) -> Self {
        let at_once = workers.saturating_sub(1).max(1);
        Self {
            turns: Arc::new(Semaphore::new(at_once)),
            waiting: Arc::new(Semaphore::new(WAITING_MAX)),
        }
    }

    /// The hash to keep of a new password.
    ///
    /// # Errors
    /// [`Code::Busy`] when too many wait.
    pub async fn hash(&self, password: Password) -> Result<String> {
        self.take_turn(move || hash(&password)).await?
    }

    /// Tells `true` where the password is the one that was hashed. Without a hash (nobody by that
    /// name) the same work is done, and the answer is no.
    ///
    /// # Errors
    /// [`Code::Busy`] when too many wait.
    pub async fn verify(&self, kept: Option<String>, password: Password) -> Result<bool> {
        self.take_turn(move || verify(kept.as_deref(), &password)).await
    }

    async fn take_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let Ok(place) = Arc::clone(&self.waiting).try_acquire_owned() else {
            let detail = "Too many people are signing in. Please try again.";
            return Err(Error::new(Code::Busy, detail).retry_after(2));
        };
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let turn = turn.map_err(|error| Error::internal(error.to_string()))?;
        // The turn ends with the work, also when the caller hangs up before.
        let task = tokio::task::spawn_blocking(move || {
            let _held = (place, turn);
            work()
        });
        task.await.map_err(|error| Error::internal(error.to_string()))
    }
}

/// Hashes on this thread.
///
/// # Errors
/// Internal, when the system has no randomness for the salt.
pub fn hash(password: &Password) -> Result<String> {
    let hashed = argon2()?.hash_password(password.as_bytes());
    hashed.map(|hash| hash.to_string()).map_err(|error| Error::internal(error.to_string()))
}

fn verify(kept: Option<&str>, password: &Password) -> bool {
    static NOBODY: OnceLock<Option<String>> = OnceLock::new();
    let nobody = || NOBODY.get_or_init(|| hash(&Password::attempt("nobody")).ok()).as_deref();
    let Some(text) = kept.or_else(nobody) else { return false };
    let (Ok(parsed), Ok(argon2)) = (PasswordHash::new(text), argon2()) else { return false };
    let fits = argon2.verify_password(password.as_bytes(), &parsed).is_ok();
    fits && kept.is_some()
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None);
    let params = params.map_err(|error| Error::internal(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_password_fits_its_hash() {
        let kept = hash(&Password::attempt("a loaf of rye")).unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(verify(Some(&kept), &Password::attempt("a loaf of rye")));
        assert!(!verify(Some(&kept), &Password::attempt("a loaf of rye ")));
        assert!(!verify(None, &Password::attempt("nobody")));
        assert!(!verify(Some("not a hash"), &Password::attempt("nobody")));
    }
}
