//! The account that buyers transfer money to, and the code that fills in their bank's form.

use serde::{Deserialize, Serialize};

use super::money::Money;
use super::{Invalid, Parsed};

/// Characters of the name of an account's holder (EPC069-12, field "Name of the Beneficiary").
pub const HOLDER_CHARS_MAX: usize = 70;
/// Characters of the text of a transfer (EPC069-12, "Remittance Information (Unstructured)").
const REMITTANCE_CHARS_MAX: usize = 140;
/// Bytes of the code: those that fit into the largest picture of one (EPC069-12, 3.2: version 13).
const CODE_BYTES_MAX: usize = 331;
/// The only currency of the code, and the least and the most of it, in cents.
const EURO: &str = "EUR";
const CENTS_MIN: i64 = 1;
const CENTS_MAX: i64 = 99_999_999_999;

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankAccount {
    pub account_holder: String,
    pub iban: Iban,
    pub bic: Option<Bic>,
}

/// An International Bank Account Number (ISO 13616), without blanks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Iban(String);

impl Iban {
    /// Reads a number with or without blanks, in any case.
    ///
    /// # Errors
    /// `not_an_iban`, also where its check digits do not fit (ISO 7064, MOD 97-10).
    pub fn parse(text: &str) -> Parsed<Self> {
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let iban = plain.to_ascii_uppercase();
        if is_shaped(&iban) && remainder(&iban) == Some(1) {
            return Ok(Self(iban));
        }
        let detail = "This is no IBAN: a letter or digit is missing, too many or mistyped.";
        Err(Invalid::new("not_an_iban", detail))
    }

    /// The number without blanks.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number in groups of four, as it is printed.
    pub fn grouped(&self) -> String {
        let mut grouped = String::with_capacity(self.0.len() * 5 / 4);
        for (at, c) in self.0.chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                grouped.push(' ');
            }
            grouped.push(c);
        }
        grouped
    }
}

/// Two letters, two check digits, and 11 to 30 letters and digits.
fn is_shaped(iban: &str) -> bool {
    let is = |at: usize, fits: fn(&u8) -> bool| iban.as_bytes().get(at).is_some_and(fits);
    let letters = (0..2).all(|at| is(at, u8::is_ascii_uppercase));
    let digits = (2..4).all(|at| is(at, u8::is_ascii_digit));
    let rest = iban.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    (15..=34).contains(&iban.len()) && letters && digits && rest
}

/// The number with its first four characters at the end and letters as 10 to 35, modulo 97.
fn remainder(iban: &str) -> Option<u32> {
    let (head, tail) = iban.split_at_checked(4)?;
    tail.chars().chain(head.chars()).try_fold(0, |remainder, c| {
        let value = c.to_digit(36)?;
        let shift = if value < 10 { 10 } else { 100 };
        Some((remainder * shift + value) % 97)
    })
}

/// A Business Identifier Code (ISO 9362).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bic(String);

impl Bic {
    /// Reads 8 or 11 letters and digits, in any case.
    ///
    /// # Errors
    /// `not_a_bic`.
    pub fn parse(text: &str) -> Parsed<Self> {
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let bic = plain.to_ascii_uppercase();
        let fits = |(at, byte): (usize, u8)| match at {
            4 | 5 => byte.is_ascii_uppercase(),
            _ => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
        };
        if matches!(bic.len(), 8 | 11) && bic.bytes().enumerate().all(fits) {
            return Ok(Self(bic));
        }
        Err(Invalid::new("not_a_bic", "A BIC has 8 or 11 letters and digits."))
    }

    /// The code in upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl BankAccount {
    /// The text of the code that fills in the form of a transfer (EPC069-12, version 002, in
    /// UTF-8); `None` for what it cannot hold: an amount of another currency, none, or too much,
    /// and a name of too many bytes.
    pub fn transfer_code(&self, amount: Money, remittance: &str) -> Option<String> {
        let fits = (CENTS_MIN..=CENTS_MAX).contains(&amount.minor());
        if amount.currency().code() != EURO || !fits {
            return None;
        }
        let remittance: String = remittance.chars().take(REMITTANCE_CHARS_MAX).collect();
        let bic = self.bic.as_ref().map(Bic::as_str).unwrap_or_default();
        let amount = format!("{EURO}{}", amount.text());
        // Purpose and structured reference are left empty; elements at the end may be missing.
        let lines = [
            "BCD",
            "002",
            "1",
            "SCT",
            bic,
            &self.account_holder,
            self.iban.as_str(),
            &amount,
            "",
            "",
            &remittance,
        ];
        Some(lines.join("\n")).filter(|code| code.len() <= CODE_BYTES_MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::currency::Currency;

    #[test]
    fn an_iban_is_held_against_its_check_digits() {
        // Examples of the registry of SWIFT.
        for (text, iban) in [
            ("DE89 3704 0044 0532 0130 00", Some("DE89370400440532013000")),
            ("gb29nwbk60161331926819", Some("GB29NWBK60161331926819")),
            ("NO93 8601 1117 947", Some("NO9386011117947")),
            ("MT84MALT011000012345MTLCAST001S", Some("MT84MALT011000012345MTLCAST001S")),
            ("DE88 3704 0044 0532 0130 00", None),
            ("DE89 3704 0044 0532 0130", None),
            ("DE89 3704 0044 0523 0130 00", None),
            ("8937040044053201300000", None),
            ("DE89-3704-0044-0532-0130-00", None),
            ("DÉ89370400440532013000", None),
            ("", None),
        ] {
            assert_eq!(Iban::parse(text).ok().as_ref().map(Iban::as_str), iban, "{text}");
        }
        let grouped = Iban::parse("NO9386011117947").unwrap().grouped();
        assert_eq!(grouped, "NO93 8601 1117 947");
    }

    #[test]
    fn a_bic_has_eight_or_eleven_characters() {
        for (text, fits) in [
            ("COBADEFF", true),
            ("cobadeffxxx", true),
            ("COBADEF", false),
            ("COBADEFFXX", false),
            ("COBA1EFF", false),
            ("COBADEF\u{e9}", false),
        ] {
            assert_eq!(Bic::parse(text).is_ok(), fits, "{text}");
        }
    }

    #[test]
    fn the_code_of_a_transfer_is_in_euro_and_says_what_it_is_for() {
        let account = BankAccount {
            account_holder: "Bäckerei Korn".to_owned(),
            iban: Iban::parse("DE89370400440532013000").unwrap(),
            bic: None,
        };
        let money = |minor, code| Money::new(minor, Currency::parse(code).unwrap());
        let code = account.transfer_code(money(1_234, "EUR"), "Order 1001");
        let wanted = "BCD\n002\n1\nSCT\n\nBäckerei Korn\nDE89370400440532013000\nEUR12.34\n\n\n\
                      Order 1001";
        assert_eq!(code.as_deref(), Some(wanted));
        assert_eq!(account.transfer_code(money(1_234, "CHF"), "1001"), None);
        assert_eq!(account.transfer_code(money(0, "EUR"), "1001"), None);
        assert_eq!(account.transfer_code(money(CENTS_MAX + 1, "EUR"), "1001"), None);
        let with_bic = BankAccount { bic: Bic::parse("COBADEFFXXX").ok(), ..account };
        let code = with_bic.transfer_code(money(CENTS_MAX, "EUR"), &"x".repeat(200)).unwrap();
        let lines: Vec<&str> = code.split('\n').collect();
        assert_eq!(lines.get(4), Some(&"COBADEFFXXX"));
        assert_eq!(lines.get(7), Some(&"EUR999999999.99"));
        assert_eq!(lines.last().map(|it| it.len()), Some(140));
    }

    #[test]
    fn a_code_is_never_larger_than_the_apps_of_banks_read() {
        let iban = Iban::parse("DE89370400440532013000").unwrap();
        let amount = Money::new(CENTS_MAX, Currency::parse("EUR").unwrap());
        let code = |holder: &str, remittance: &str| {
            let account_holder = holder.repeat(HOLDER_CHARS_MAX);
            BankAccount { account_holder, iban: iban.clone(), bic: None }
                .transfer_code(amount, remittance)
        };
        let bare = code("\u{e4}", "").unwrap().len();
        let most = "x".repeat(CODE_BYTES_MAX - bare);
        assert_eq!(code("\u{e4}", &most).map(|code| code.len()), Some(CODE_BYTES_MAX));
        assert_eq!(code("\u{e4}", &format!("{most}x")), None);
        assert_eq!(code("\u{10330}", "1001"), None);
    }
}
