//! The account that buyers transfer money to, and the code that fills in their bank's form.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::currency::Currency;
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

/// Characters of the numbers of countries (SWIFT, "IBAN Registry", of 2025). Numbers of others
/// have 15 to 34 (ISO 13616).
const IBAN_LENGTHS: &str = "\
     AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 \
     DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 \
     IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 \
     MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 \
     SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";
const LENGTHS: RangeInclusive<usize> = 15..=34;
/// Countries of the European Economic Area, within which the code of a transfer may leave the bank
/// to the number of the account (EPC069-12, field "BIC of the Beneficiary Bank").
const EEA: &str = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT \
                   RO SE SI SK";

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
    /// `not_an_iban`, also where it has not the length of its country, or its check digits do not
    /// fit (ISO 7064, MOD 97-10).
    pub fn parse(text: &str) -> Parsed<Self> {
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let iban = plain.to_ascii_uppercase();
        let refused = |detail: String| Err(Invalid::new("not_an_iban", detail));
        let usual = "This is no IBAN: a letter or digit is missing, too many or mistyped.";
        let Some(country) = country_of(&iban) else { return refused(usual.to_owned()) };
        let is = iban.len();
        match length_in(country) {
            Some(length) if is != length => refused(format!(
                "An IBAN that begins with {country} has {length} characters, this one {is}."
            )),
            None if !LENGTHS.contains(&is) => refused(usual.to_owned()),
            _ if remainder(&iban) != Some(1) => refused(usual.to_owned()),
            _ => Ok(Self(iban)),
        }
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

/// The country of what is two letters, two check digits, and letters and digits.
fn country_of(iban: &str) -> Option<&str> {
    let is = |at: usize, fits: fn(&u8) -> bool| iban.as_bytes().get(at).is_some_and(fits);
    let letters = (0..2).all(|at| is(at, u8::is_ascii_uppercase));
    let digits = (2..4).all(|at| is(at, u8::is_ascii_digit));
    let rest = iban.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    iban.get(..2).filter(|_| letters && digits && rest)
}

/// Characters of the numbers of a country, if the registry knows it.
fn length_in(country: &str) -> Option<usize> {
    let mut lengths = IBAN_LENGTHS.split_whitespace();
    lengths.find_map(|entry| entry.strip_prefix(country))?.parse().ok()
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
    /// Tells `true` where a code cannot be made because it has to name the bank.
    pub fn needs_bic(&self) -> bool {
        let country = country_of(self.iban.as_str()).unwrap_or_default();
        self.bic.is_none() && !EEA.split_whitespace().any(|known| known == country)
    }

    /// Tells `true` for the currency of which there are codes.
    pub fn has_code(currency: Currency) -> bool {
        currency.code() == EURO
    }

    /// The text of the code that fills in the form of a transfer (EPC069-12, version 002, in
    /// UTF-8); `None` for what it cannot hold: an amount of another currency, none, or too much,
    /// a name of too many bytes, and a bank of which nothing is known.
    pub fn transfer_code(&self, amount: Money, remittance: &str) -> Option<String> {
        let fits = (CENTS_MIN..=CENTS_MAX).contains(&amount.minor());
        if !Self::has_code(amount.currency()) || !fits || self.needs_bic() {
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
    fn an_iban_is_as_long_as_its_country_says() {
        // Examples of the registry, of countries that joined it late; the last one of none.
        for text in [
            "BI4210000100010000332045181",
            "BY13NBRB3600900000002Z00AB00",
            "DJ2100010000000154000100186",
            "EG380019000500000000263180002",
            "FK88SC123456789012",
            "HN88CABF00000000000250005469",
            "IQ98NBIQ850123456789012",
            "LY83002048000020100120361",
            "MN121234123456789123",
            "NI45BAPR00000013000003558124",
            "OM810180000001299123456",
            "RU0304452522540817810538091310419",
            "SC18SSCB11010000000000001497USD",
            "SD8811123456789012",
            "SO211000001001000100141",
            "SV62CENR00000000000000700025",
            "UA213223130000026007233566001",
            "VA59001123000012345678",
            "YE15CBYE0001018861234567891234",
            "ZZ66000000000000000000",
        ] {
            assert!(Iban::parse(text).is_ok(), "{text}");
        }
        // Their check digits fit, their length does not.
        for (text, told) in [
            ("DE360000000000000000", "An IBAN that begins with DE has 22 characters, this one 20."),
            ("NO1300000000000", ""),
            ("NO13000000000000", "An IBAN that begins with NO has 15 characters, this one 16."),
            ("ZZ66000000000", "This is no IBAN: "),
        ] {
            let refused = Iban::parse(text).err().map(|it| it.detail).unwrap_or_default();
            let is_told =
                if told.is_empty() { refused.is_empty() } else { refused.starts_with(told) };
            assert!(is_told, "{text}: {refused}");
        }
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

    #[test]
    fn a_code_names_the_bank_of_an_account_outside_the_european_economic_area() {
        let amount = Money::new(1_234, Currency::parse("EUR").unwrap());
        let of = |iban: &str, bic: Option<&str>| BankAccount {
            account_holder: "Ana".to_owned(),
            iban: Iban::parse(iban).unwrap(),
            bic: bic.map(|bic| Bic::parse(bic).unwrap()),
        };
        for (iban, needs_bic) in [
            ("DE89370400440532013000", false),
            ("NO9386011117947", false),
            ("IS140159260076545510730339", false),
            ("CH9300762011623852957", true),
            ("GB29NWBK60161331926819", true),
        ] {
            let account = of(iban, None);
            assert_eq!(account.needs_bic(), needs_bic, "{iban}");
            assert_eq!(account.transfer_code(amount, "1001").is_none(), needs_bic, "{iban}");
            let named = of(iban, Some("POFICHBE"));
            assert!(named.transfer_code(amount, "1001").is_some(), "{iban}");
        }
    }
}
