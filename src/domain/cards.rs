//! Payments by card at a provider: the shop's key there, the units in which the provider counts
//! money, and the sessions in which buyers pay. No card ever comes near the shop.

use serde::{Serialize, Serializer};

use super::calendar::Timestamp;
use super::currency::Currency;
use super::money::Money;
use super::words::words;
use super::{Id, Invalid, Parsed};

/// Characters of a key, of an id and of an address that the provider gives.
const KEY_CHARS_MAX: usize = 255;
/// The beginnings of keys that may move money: whole and restricted ones.
const PREFIXES: [(&str, CardMode); 4] = [
    ("sk_test_", CardMode::Test),
    ("rk_test_", CardMode::Test),
    ("sk_live_", CardMode::Live),
    ("rk_live_", CardMode::Live),
];
/// The only provider there is.
pub const PROVIDER: &str = "stripe";

words! {
    /// Tells play money from real money.
    CardMode {
        Test = "test",
        Live = "live",
    }
}

words! {
    /// How far a session has come.
    SessionStatus {
        Open = "open",
        Paid = "paid",
        Expired = "expired",
        /// It never came to be, or what the provider says of it cannot be booked.
        Failed = "failed",
    }
}

/// What the owner has set about cards. On the wire it shows which kind of key there is, never the
/// key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardSettings {
    pub secret_key: SecretKey,
}

impl Serialize for CardSettings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct View {
            provider: &'static str,
            mode: CardMode,
        }
        View { provider: PROVIDER, mode: self.secret_key.mode() }.serialize(serializer)
    }
}

/// The shop's key at the provider. It opens the shop's money, so nothing prints it.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretKey(String);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "SecretKey({})", self.mode().name())
    }
}

impl SecretKey {
    /// Reads a secret or restricted key of either mode.
    ///
    /// # Errors
    /// `not_a_card_key`, also for the publishable key that stands beside it.
    pub fn parse(text: &str) -> Parsed<Self> {
        let text = text.trim();
        let rest = PREFIXES.iter().find_map(|(prefix, _)| text.strip_prefix(prefix));
        let is_plain = |rest: &str| rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        match rest {
            Some(rest) if !rest.is_empty() && is_plain(rest) && text.len() <= KEY_CHARS_MAX => {
                Ok(Self(text.to_owned()))
            }
            _ => {
                let detail = "Enter the secret key of your account there, which begins with “sk_” \
                              or “rk_”. The publishable one moves no money.";
                Err(Invalid::new("not_a_card_key", detail))
            }
        }
    }

    /// The key itself, for the file and for the provider alone.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The kind of money that it moves.
    pub fn mode(&self) -> CardMode {
        let found = PREFIXES.iter().find(|(prefix, _)| self.0.starts_with(prefix));
        found.map_or(CardMode::Live, |(_, mode)| *mode)
    }
}

/// A session in which a buyer may pay at the provider, as it stands on the wire.
#[derive(Clone, Debug, Serialize)]
pub struct PaymentSession {
    pub id: Id,
    /// Where the buyer pays; `None` once nobody can, and until the provider has said it.
    pub url: Option<String>,
    pub amount: Money,
    pub currency: Currency,
    pub expires_at: Timestamp,
    pub status: SessionStatus,
    #[serde(skip)]
    pub order_id: Id,
    /// The shop's own name of it at the provider, by which a repeated request counts once.
    #[serde(skip)]
    pub key: String,
    /// `None` until the provider has said it.
    #[serde(skip)]
    pub provider_id: Option<String>,
    /// The order is not open with this amount any more: nobody is to pay it.
    #[serde(skip)]
    pub unwanted: bool,
    #[serde(skip)]
    pub asked_at: Option<Timestamp>,
    #[serde(skip)]
    pub ended_at: Option<Timestamp>,
}

impl PaymentSession {
    /// Tells `true` while a buyer may still pay by it, as far as the shop knows.
    pub fn is_open(&self) -> bool {
        self.status == SessionStatus::Open
    }
}

/// What the provider says of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenSession {
    pub provider_id: String,
    pub url: Option<String>,
    /// It can be paid no more.
    pub has_ended: bool,
    /// `None` while nothing was paid.
    pub payment: Option<SeenPayment>,
}

/// What the provider says of the money that came in by a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenPayment {
    /// The provider's id of it.
    pub reference: String,
    /// In the provider's units.
    pub units: i64,
    /// A code of ISO 4217, in whatever case.
    pub currency: String,
}

impl SeenPayment {
    /// The money in this currency; `None` where it is in another one, or in parts of its units that
    /// the currency does not have.
    pub fn money(&self, currency: Currency) -> Option<Money> {
        let is_same = self.currency.eq_ignore_ascii_case(currency.code());
        from_units(self.units, currency).filter(|_| is_same)
    }
}

/// How the provider counts a currency, beside its minor units of ISO 4217.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Units {
    /// The same.
    Minor,
    /// A hundred of its units are one of ISO 4217, which it never parts.
    Hundredth,
    /// One of its units is a hundred of ISO 4217.
    Hundred,
    /// The same, and never without a zero at the end.
    Tens,
}

impl Units {
    /// The table of the provider's exceptions.
    fn of(currency: Currency) -> Self {
        match currency.code() {
            // Of no digits there, and of two here.
            "ISK" | "UGX" => Self::Hundredth,
            // Of two digits in ISO 4217, of none there.
            "MGA" => Self::Hundred,
            _ if currency.digits() == 3 => Self::Tens,
            _ => Self::Minor,
        }
    }
}

/// The least that can be paid at once, in minor units; `None` where only the provider knows it.
fn least(currency: Currency) -> Option<i64> {
    Some(match currency.code() {
        "AUD" | "BRL" | "CAD" | "CHF" | "EUR" | "INR" | "JPY" | "NZD" | "SGD" | "USD" => 50,
        "GBP" => 30,
        "AED" | "MYR" | "PLN" | "RON" => 200,
        "DKK" => 250,
        "NOK" | "SEK" => 300,
        "HKD" => 400,
        "MXN" | "THB" => 1_000,
        "CZK" => 1_500,
        "HUF" => 17_500,
        _ => return None,
    })
}

/// The units of the provider for an amount that goes either way.
///
/// # Errors
/// `too_many_digits` for an amount finer than the provider counts.
pub fn to_units(amount: Money) -> Parsed<i64> {
    let (minor, currency) = (amount.minor(), amount.currency());
    let in_steps = |step: i64, units: i64| match minor % step {
        0 => Ok(units),
        _ => {
            let least = Money::new(step, currency).text();
            let code = currency.code();
            let detail = format!("By card only steps of {least} {code} can be paid.");
            Err(Invalid::new("too_many_digits", detail))
        }
    };
    match Units::of(currency) {
        Units::Minor => Ok(minor),
        Units::Hundredth => Ok(minor.saturating_mul(100)),
        Units::Hundred => in_steps(100, minor / 100),
        Units::Tens => in_steps(10, minor),
    }
}

/// The units of the provider for an amount that a buyer is to pay.
///
/// # Errors
/// As [`to_units`]; `amount_too_small` below what the provider takes.
pub fn to_units_paid(amount: Money) -> Parsed<i64> {
    let units = to_units(amount)?;
    match least(amount.currency()) {
        Some(least) if amount.minor() < least => Err(too_small(amount.currency(), Some(least))),
        _ => Ok(units),
    }
}

/// The refusal of an amount that is too small for a card; `least` where it is known.
pub fn too_small(currency: Currency, least: Option<i64>) -> Invalid {
    let detail = match least {
        Some(least) => {
            let least = Money::new(least, currency).text();
            format!("This is too little for a card; the least is {least} {}.", currency.code())
        }
        None => "This is too little for a card.".to_owned(),
    };
    Invalid::new("amount_too_small", detail)
}

fn from_units(units: i64, currency: Currency) -> Option<Money> {
    let minor = match Units::of(currency) {
        Units::Minor | Units::Tens => units,
        Units::Hundredth if units % 100 != 0 => return None,
        Units::Hundredth => units / 100,
        Units::Hundred => units.checked_mul(100)?,
    };
    Money::checked(minor.into(), currency).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(minor: i64, code: &str) -> Money {
        Money::new(minor, Currency::parse(code).unwrap())
    }

    #[test]
    fn a_secret_key_tells_its_mode_and_never_itself() {
        for (text, mode) in [
            ("sk_test_abc123", Some(CardMode::Test)),
            ("rk_test_abc", Some(CardMode::Test)),
            (" sk_live_a ", Some(CardMode::Live)),
            ("rk_live_a_b", Some(CardMode::Live)),
            ("pk_test_abc", None),
            ("sk_test_", None),
            ("sk_test_a b", None),
            ("sk_test_a\nb", None),
            ("", None),
        ] {
            let key = SecretKey::parse(text);
            assert_eq!(key.as_ref().ok().map(SecretKey::mode), mode, "{text}");
            assert!(!format!("{key:?}").contains("abc"), "{key:?}");
        }
        assert!(SecretKey::parse(&format!("sk_test_{}", "a".repeat(300))).is_err());
        let settings = CardSettings { secret_key: SecretKey::parse("sk_live_abc").unwrap() };
        let shown = serde_json::to_string(&settings).unwrap();
        assert_eq!(shown, r#"{"provider":"stripe","mode":"live"}"#);
    }

    #[test]
    fn money_is_counted_in_the_providers_units_there_and_back() {
        for (minor, code, units) in [
            (995, "EUR", Some(995)),
            (1_200, "JPY", Some(1_200)),
            (1_500, "ISK", Some(150_000)),
            (20_000, "UGX", Some(2_000_000)),
            (1_230, "KWD", Some(1_230)),
            (1_235, "KWD", None),
            (500_000, "MGA", Some(5_000)),
            (500_050, "MGA", None),
            (100_000, "HUF", Some(100_000)),
        ] {
            let amount = money(minor, code);
            assert_eq!(to_units(amount).ok(), units, "{minor} {code}");
            let Some(units) = units else { continue };
            let seen = |units, currency: &str| {
                let (reference, currency) = (String::new(), currency.to_owned());
                SeenPayment { reference, units, currency }.money(amount.currency())
            };
            assert_eq!(seen(units, &code.to_lowercase()), Some(amount), "{code}");
            assert_eq!(seen(units, "xxx"), None);
            assert_eq!(seen(-1, code), None);
        }
        let isk = SeenPayment { reference: String::new(), units: 150, currency: "isk".into() };
        assert_eq!(isk.money(money(1, "ISK").currency()), None, "no part of a króna");
    }

    #[test]
    fn what_is_too_little_for_a_card_is_told() {
        for (minor, code, is_enough) in [
            (49, "EUR", false),
            (50, "EUR", true),
            (29, "GBP", false),
            (30, "GBP", true),
            (49, "JPY", false),
            (17_499, "HUF", false),
            (1, "KES", true),
        ] {
            let refused = to_units_paid(money(minor, code)).err().map(|invalid| invalid.code);
            let wanted = (!is_enough).then_some("amount_too_small");
            assert_eq!(refused, wanted, "{minor} {code}");
        }
    }
}
