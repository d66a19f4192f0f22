//! The only source of randomness, and what is made of it: tokens, their hashes, signatures.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// Bytes of a secret, a hash, a signature.
pub const SECRET_BYTES: usize = 32;

/// SHA-256 of something, or an HMAC under the shop's secret.
pub type Hash = [u8; SECRET_BYTES];

/// 256 random bits.
///
/// # Errors
/// Internal, when the system has no randomness to give.
pub fn random() -> Result<Hash> {
    let mut bytes = [0; SECRET_BYTES];
    getrandom::fill(&mut bytes)
        .map_err(|cause| Error::internal(format!("no randomness: {cause}")))?;
    Ok(bytes)
}

/// A token nobody can guess: the prefix and 64 hexadecimal digits.
pub fn token(prefix: &str) -> Result<String> {
    Ok(format!("{prefix}{}", hex(&random()?)))
}

/// The hash of a token that is stored: random tokens need no slow one.
pub fn hash(token: &str) -> Hash {
    Sha256::digest(token.as_bytes()).into()
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
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
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
    use super::*;

    #[test]
    fn hex_goes_there_and_back() {
        assert_eq!(hex(&[0, 1, 0xab, 0xff]), "0001abff");
        assert_eq!(unhex("0001abff"), Some(vec![0, 1, 0xab, 0xff]));
        assert_eq!(unhex("0001abf"), None);
        assert_eq!(unhex("zz"), None);
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
