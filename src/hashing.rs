//! Hashing of passwords: Argon2id, a few at a time, so that neither memory nor the workers run out.
//!
//! Parameters are those of the OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

use crate::domain::passwords::Password;
use crate::error::{Code, Error, Result};

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Hashes of one queue that may wait for their turn; one more is told to come back.
const WAITING_MAX: usize = 32;
/// The hash of a password that nobody has: what is compared where there is no such person. A
/// constant, so that the first comparison takes no longer than the others.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$ZygHVsdkC239p0YyL0+oWw\
    $rJ0MnMmSaysKsc2+GDCQnsFIVaCmVBOOMRkQBOrEZ7I";

/// The queues in which people wait for a hash: no flood in one of them holds up another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    Strangers,
    /// Customers who are signed in, or on a device that was.
    Customers,
    /// The staff, likewise.
    Staff,
}

/// The gate to hashing.
#[derive(Clone)]
pub struct Hashing {
    strangers: Turns,
    customers: Turns,
    staff: Turns,
}

#[derive(Clone)]
struct Turns {
    at_once: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Turns {
    fn new(at_once: usize) -> Self {
        let waiting = Arc::new(Semaphore::new(WAITING_MAX));
        Self { at_once: Arc::new(Semaphore::new(at_once)), waiting }
    }
}

impl Hashing {
    /// Of strangers as many at once as there are processors, less one for everybody else; of those
    /// who are known one each.
    pub fn new(workers: usize) -> Self {
        let strangers = Turns::new(workers.saturating_sub(1).max(1));
        Self { strangers, customers: Turns::new(1), staff: Turns::new(1) }
    }

    /// The hash to keep of a new password.
    ///
    /// # Errors
    /// [`Code::Busy`] when too many wait.
    pub async fn hash(&self, queue: Queue, password: Password) -> Result<String> {
        self.take_turn(queue, move || hash(&password)).await?
    }

    /// Tells `true` where the password is the one that was hashed. Without a hash (nobody by that
    /// name) the same work is done, and the answer is no.
    ///
    /// # Errors
    /// [`Code::Busy`] when too many wait.
    pub async fn verify(
        &self,
        queue: Queue,
        kept: Option<String>,
        password: Password,
    ) -> Result<bool> {
        self.take_turn(queue, move || verify(kept.as_deref(), &password)).await
    }

    async fn take_turn<T: Send + 'static>(
        &self,
        queue: Queue,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let turns = match queue {
            Queue::Strangers => &self.strangers,
            Queue::Customers => &self.customers,
            Queue::Staff => &self.staff,
        };
        let Ok(place) = Arc::clone(&turns.waiting).try_acquire_owned() else {
            let detail = "Too many people are signing in. Please try again.";
            return Err(Error::new(Code::Busy, detail).retry_after(2));
        };
        let turn = Arc::clone(&turns.at_once).acquire_owned().await;
        let turn = turn.map_err(|error| Error::internal(error.to_string()))?;
        // The turn ends with the work, also when the caller hangs up before.
        let task = tokio::task::spawn_blocking(move || {
            let _held = (place, turn);
            work()
        });
        task.await.map_err(|_| Error::internal("the hashing panicked"))
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
    let text = kept.unwrap_or(NOBODY);
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

    #[test]
    fn a_name_that_nobody_has_costs_what_any_other_does() {
        let kept = hash(&Password::attempt("a loaf of rye")).unwrap();
        let (kept, nobody) =
            (PasswordHash::new(&kept).unwrap(), PasswordHash::new(NOBODY).unwrap());
        assert_eq!((nobody.algorithm, nobody.version), (kept.algorithm, kept.version));
        assert_eq!(nobody.params, kept.params);
        let lengths = |hash: &PasswordHash| (hash.salt.unwrap().len(), hash.hash.unwrap().len());
        assert_eq!(lengths(&nobody), lengths(&kept));
    }

    #[tokio::test]
    async fn strangers_who_wait_hold_up_nobody_who_is_known() {
        let hashing = Hashing::new(2);
        let Turns { at_once, waiting } = &hashing.strangers;
        let _turn = at_once.try_acquire().unwrap();
        let _waiting: Vec<_> = (0..WAITING_MAX).map(|_| waiting.try_acquire().unwrap()).collect();
        let verify = |queue| hashing.verify(queue, None, Password::attempt("nobody"));
        assert_eq!(verify(Queue::Strangers).await.unwrap_err().code(), Code::Busy);
        assert_eq!(verify(Queue::Customers).await.ok(), Some(false));
        assert_eq!(verify(Queue::Staff).await.ok(), Some(false));
    }
}
