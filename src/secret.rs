//! The only source of randomness, and what is made of it: tokens, their hashes, signatures.

use std::cell::RefCell;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// Bytes of a secret, a hash, a signature.
pub const SECRET_BYTES: usize = 32;
/// Hexadecimal digits of a name that is made of a hash.
pub const NAME_DIGITS: usize = 32;
const LABEL_BYTES: usize = 8;
const LABELS_AT_ONCE: usize = 64;

/// SHA-256 of something, or an HMAC under the shop's secret.
pub type Hash = [u8; SECRET_BYTES];

/// 256 random bits.
///
/// # Errors
/// Internal, when the system has no randomness to give.
pub fn random() -> Result<Hash> {
    let mut bytes = [0; SECRET_BYTES];
    fill(&mut bytes)?;
    Ok(bytes)
}

fn fill(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|cause| Error::internal(format!("no randomness: {cause}")))
}

/// 64 random bits that name something and open nothing. The system is asked for many at once.
///
/// # Errors
/// As [`random`].
pub fn label() -> Result<[u8; LABEL_BYTES]> {
    thread_local! {
        static LEFT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    LEFT.with_borrow_mut(|left| {
        if left.is_empty() {
            let mut bytes = vec![0; LABEL_BYTES * LABELS_AT_ONCE];
            fill(&mut bytes)?;
            *left = bytes;
        }
        let label = left.last_chunk().copied().unwrap_or_default();
        left.truncate(left.len().saturating_sub(LABEL_BYTES));
        Ok(label)
    })
}

/// A token nobody can guess: the prefix and 64 hexadecimal digits.
pub fn token(prefix: &str) -> Result<String> {
    Ok(format!("{prefix}{}", hex(&random()?)))
}

/// The hash of a token that is stored: random tokens need no slow one.
pub fn hash(token: &str) -> Hash {
    Sha256::digest(token.as_bytes()).into()
}

/// SHA-256 of what comes bit by bit.
#[derive(Default)]
pub struct Hasher(Sha256);

impl Hasher {
    /// Adds what came.
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// A name for all that was added: half of its hash, 128 bits as [`NAME_DIGITS`] digits.
    pub fn name(self) -> String {
        let mut digits = hex(&self.0.finalize());
        digits.truncate(NAME_DIGITS);
        digits
    }
}

/// HMAC-SHA-256 (RFC 2104) over a purpose and a message, so that a signature made for one purpose
/// is worthless for another.
pub fn sign(secret: &Hash, purpose: &str, message: &[u8]) -> Hash {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { unreachable!("any length") };
    mac.update(purpose.as_bytes());
    mac.update(b"\0");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// Compares without telling by its duration where the difference is.
pub fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |diff, (a, b)| diff | (a ^ b)) == 0
}

/// The bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| char::from(DIGITS[usize::from(half & 0xf)]);
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(*byte));
    }
    text
}

/// Reads what [`hex`] wrote; `None` for anything else.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let nibble = |byte: &u8| char::from(*byte).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let pair = |pair: &[u8]| Some(nibble(pair.first()?)? << 4 | nibble(pair.get(1)?)?);
    digits.chunks(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn hex_goes_there_and_back() {
        assert_eq!(hex(&[0, 1, 0xab, 0xff]), "0001abff");
        assert_eq!(unhex("0001abff"), Some(vec![0, 1, 0xab, 0xff]));
        assert_eq!(unhex("0001abf"), None);
        assert_eq!(unhex("zz"), None);
    }

    #[test]
    fn no_two_labels_are_the_same() {
        let labels: HashSet<_> = (0..1_000).map(|_| label().unwrap()).collect();
        assert_eq!(labels.len(), 1_000);
    }

    #[test]
    fn a_signature_belongs_to_its_purpose_and_secret() {
        let signature = sign(&[1; 32], "order", b"7");
        assert!(same(&signature, &sign(&[1; 32], "order", b"7")));
        assert!(!same(&signature, &sign(&[1; 32], "track", b"7")));
        assert!(!same(&signature, &sign(&[2; 32], "order", b"7")));
        assert!(!same(&signature, &sign(&[1; 32], "order", b"8")));
        assert!(!same(&signature, &signature[1..]));
    }
}
