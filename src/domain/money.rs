//! Money: an exact number of minor units of one currency, never a float.

use serde::{Serialize, Serializer};

use super::currency::Currency;
use super::decimal::Decimal;
use super::{Invalid, Parsed};

/// The largest price, payment or total: 999,999,999,999 minor units.
pub const AMOUNT_MAX: i64 = 999_999_999_999;

/// An amount in the minor units of a currency (cents of euros, whole yen).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// An amount that is already counted in minor units.
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads a decimal such as `9.95`, with at most the currency's digits.
    ///
    /// # Errors
    /// `not_money` for anything but digits and one point (no sign, no exponent),
    /// `too_many_digits` for more digits than the currency has,
    /// `amount_too_large` above [`AMOUNT_MAX`].
    pub fn parse(text: &str, currency: Currency) -> Parsed<Self> {
        let (whole, fraction) = match text.split_once('.') {
            Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
            None => (text, ""),
            Some(_) => return Err(not_money(currency)),
        };
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return Err(not_money(currency));
        }
        let digits = usize::from(currency.digits());
        if fraction.len() > digits {
            let detail = format!(
                "{} has {digits} digits after the point; {} were sent.",
                currency.code(),
                fraction.len()
            );
            return Err(Invalid::new("too_many_digits", detail));
        }
        let padded = format!("{whole}{fraction:0<digits$}");
        match padded.trim_start_matches('0').parse::<i64>() {
            Ok(minor) if minor <= AMOUNT_MAX => Ok(Self { minor, currency }),
            Err(_) if padded.bytes().all(|b| b == b'0') => Ok(Self { minor: 0, currency }),
            _ => Err(too_large(currency)),
        }
    }

    /// The amount, when it is within [`AMOUNT_MAX`].
    ///
    /// # Errors
    /// `amount_too_large` otherwise.
    pub fn checked(minor: i128, currency: Currency) -> Parsed<Self> {
        match i64::try_from(minor) {
            Ok(minor) if (0..=AMOUNT_MAX).contains(&minor) => Ok(Self { minor, currency }),
            _ => Err(too_large(currency)),
        }
    }

    /// The amount in minor units of its currency, such as cents.
    pub fn minor(self) -> i64 {
        self.minor
    }

    /// The currency that the amount is in.
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// The decimal with exactly the currency's digits, as it stands on the wire.
    pub fn text(self) -> String {
        self.decimal().as_str().to_owned()
    }

    fn decimal(self) -> Decimal {
        Decimal::of(self.minor, self.currency.digits().into())
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.decimal().as_str())
    }
}

/// The part of `amount` that `count` of `quantity` units carry, rounded half up. Taken of running
/// sums, so that the parts of all units always add up to the whole.
pub fn share(amount: i64, count: i64, quantity: i64) -> i64 {
    let (amount, count, quantity) =
        (i128::from(amount), i128::from(count), i128::from(quantity.max(1)));
    let rounded = (2 * amount * count + quantity).div_euclid(2 * quantity);
    i64::try_from(rounded).unwrap_or(i64::MAX)
}

fn not_money(currency: Currency) -> Invalid {
    let example = Money { minor: 1250, currency }.text();
    Invalid::new("not_money", format!("Enter an amount such as {example}."))
}

fn too_large(currency: Currency) -> Invalid {
    let most = Money { minor: AMOUNT_MAX, currency }.text();
    let detail = format!("The amount is too large; the most is {most} {}.", currency.code());
    Invalid::new("amount_too_large", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::parse(code).unwrap()
    }

    #[track_caller]
    fn check(code: &str, text: &str, want: Result<i64, &str>) {
        let got = Money::parse(text, currency(code)).map(Money::minor);
        assert_eq!(got.map_err(|invalid| invalid.code), want, "{code} {text:?}");
    }

    #[test]
    fn money_is_read_exactly_or_refused() {
        check("EUR", "9.95", Ok(995));
        check("EUR", "9.9", Ok(990));
        check("EUR", "9", Ok(900));
        check("EUR", "0", Ok(0));
        check("EUR", "000.10", Ok(10));
        check("JPY", "1200", Ok(1200));
        check("KWD", "1.25", Ok(1250));
        check("EUR", "9999999999.99", Ok(AMOUNT_MAX));
        check("EUR", "10000000000.00", Err("amount_too_large"));
        check("EUR", "999999999999999999999999", Err("amount_too_large"));
        check("EUR", "9.955", Err("too_many_digits"));
        check("JPY", "1.0", Err("too_many_digits"));
        for bad in ["", ".", "1.", ".5", "-1", "+1", "1e2", "1,5", " 1", "١", "NaN", "0x1", "1.2.3"]
        {
            check("EUR", bad, Err("not_money"));
        }
    }

    #[test]
    fn money_is_written_with_the_digits_of_its_currency() {
        for (code, minor, text) in [
            ("EUR", 995, "9.95"),
            ("EUR", 5, "0.05"),
            ("EUR", 0, "0.00"),
            ("JPY", 1200, "1200"),
            ("KWD", 1250, "1.250"),
            ("EUR", -150, "-1.50"),
        ] {
            assert_eq!(Money::new(minor, currency(code)).text(), text);
        }
    }

    #[test]
    fn shares_of_all_units_add_up_to_the_whole() {
        for (amount, quantity) in [(100, 3), (1, 7), (0, 4), (999_999_999_999, 1_000_000)] {
            let mut before = 0;
            for count in (0..=quantity).step_by(usize::try_from(quantity).unwrap().div_ceil(50)) {
                let now = share(amount, count, quantity);
                assert!(now >= before && now <= amount);
                before = now;
            }
            assert_eq!(share(amount, quantity, quantity), amount);
        }
    }
}
