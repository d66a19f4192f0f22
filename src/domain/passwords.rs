//! Usernames and passwords: what may be chosen. Hashing is `hashing.rs`.

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use super::{Invalid, Parsed, text};

/// Bytes of the longest password that is hashed.
const PASSWORD_BYTES_MAX: usize = 1_024;
const PASSWORD_CHARS_MIN: usize = 8;
const PASSWORD_CHARS_MAX: usize = 128;

/// Passwords that everybody tries first; compared without regard to case. Longer variants fall to
/// [`is_guessable`]'s rules.
const COMMON: &str = "password passw0rd password1 password12 password123 password! p@ssw0rd \
    12345678 123456789 1234567890 0123456789 87654321 987654321 11111111 00000000 88888888 \
    12341234 11223344 qwertyui qwertyuiop qwerty12 qwerty123 qwertz123 1q2w3e4r 1q2w3e4r5t \
    q1w2e3r4 1qaz2wsx zaq12wsx asdfghjk asdfghjkl asdf1234 zxcvbnm1 abcd1234 abc12345 a1b2c3d4 \
    iloveyou iloveyou1 sunshine princess football baseball superman starwars computer internet \
    welcome1 welcome123 letmein1 letmein123 trustno1 whatever michelle jennifer jordan23 \
    liverpool charlie1 dragon123 monkey123 master123 shadow123 changeme changeme1 secret123 \
    test1234 testtest admin123 admin1234 administrator default1 guest123 passwort passwort1 \
    passwort123 hallo123 hallohallo schatzi1 kennwort sommer123 azertyuiop motdepasse doudou123 \
    contraseña contrasena tillbox1 tillbox123 shop1234 verysecret supersecret topsecret \
    correcthorsebatterystaple letmeinplease opensesame password1234 password12345";

/// A sign-in name of 3 to 64 characters; may be an e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Username(String);

impl Username {
    /// # Errors
    /// `too_short`, `too_long`, `control_character`, `empty`.
    pub fn parse(raw: &str) -> Parsed<Self> {
        let name = text::plain_line(raw, 64)?;
        match name.chars().count() >= 3 {
            true => Ok(Self(name)),
            false => Err(Invalid::new("too_short", "A username has at least 3 characters.")),
        }
    }

    /// The name as its holder writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key that all spellings of one name share: unique in the shop.
    pub fn key(&self) -> String {
        text::folded(&self.0)
    }
}

/// A password that may be chosen. Never shown: `Debug` hides it.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Takes 8 to 128 characters that are neither common nor one of the `names` of their owner.
    ///
    /// # Errors
    /// `too_short`, `too_long`, `too_common`.
    pub fn choose(raw: &str, names: &[&str]) -> Parsed<Self> {
        let too_long = || {
            let detail = "A password has at most 128 characters (1,024 bytes).";
            Err(Invalid::new("too_long", detail))
        };
        if text::cannot_fit(raw, PASSWORD_CHARS_MAX) {
            return too_long();
        }
        let password = normalized(raw);
        let chars = password.chars().count();
        if chars < PASSWORD_CHARS_MIN {
            return Err(Invalid::new("too_short", "A password has at least 8 characters."));
        }
        if chars > PASSWORD_CHARS_MAX || password.len() > PASSWORD_BYTES_MAX {
            return too_long();
        }
        match is_guessable(&password, names) {
            true => Err(Invalid::new("too_common", "This password is among the first guessed.")),
            false => Ok(Self(password)),
        }
    }

    /// A password as somebody typed it to sign in; any text. One that is too long to be a password
    /// is an empty one, which is nobody's either.
    pub fn attempt(raw: &str) -> Self {
        match text::cannot_fit(raw, PASSWORD_CHARS_MAX) {
            true => Self(String::new()),
            false => Self(normalized(raw)),
        }
    }

    /// The bytes that are hashed.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Password(…)")
    }
}

/// NIST SP 800-63B §3.1.1.2 asks for one Unicode form before hashing; blanks are kept.
fn normalized(raw: &str) -> String {
    raw.nfkc().collect()
}

fn is_guessable(password: &str, names: &[&str]) -> bool {
    let folded = text::folded(password);
    let one_character = folded.chars().all(|c| folded.starts_with(c));
    let common = COMMON.split_ascii_whitespace().any(|word| word == folded);
    let own = names.iter().any(|name| text::folded(name) == folded);
    one_character || common || own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_enough_and_not_the_first_guess() {
        let check = |raw: &str| Password::choose(raw, &["ana", "ana@example.org"]).map(|_| ());
        assert_eq!(check("seven77").unwrap_err().code, "too_short");
        assert_eq!(check(&"ab".repeat(65)).unwrap_err().code, "too_long");
        assert_eq!(check("Password123").unwrap_err().code, "too_common");
        assert_eq!(check("aaaaaaaaaaaa").unwrap_err().code, "too_common");
        assert_eq!(check("ANA@example.org").unwrap_err().code, "too_common");
        assert_eq!(check(&"ﬃ".repeat(400_000)).unwrap_err().code, "too_long");
        assert!(Password::attempt(&"ﬃ".repeat(400_000)).as_bytes().is_empty());
        assert_eq!(check("a loaf of rye, sliced"), Ok(()));
        assert_eq!(check("жареный хлеб"), Ok(()));
        assert_eq!(format!("{:?}", Password::attempt("secret")), "Password(…)");
    }

    #[test]
    fn usernames_are_compared_without_case_or_unicode_form() {
        let key = |raw: &str| Username::parse(raw).unwrap().key();
        assert_eq!(key("Ana@Example.org"), key("ana@example.ORG"));
        assert_eq!(key("José"), key("JOSE\u{301}"));
        assert!(Username::parse("ab").is_err());
        assert!(Username::parse(&"a".repeat(65)).is_err());
    }
}
