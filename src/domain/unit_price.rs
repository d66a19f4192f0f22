//! The price for a kilogram, a litre and the like, which stands beside the price of what is packed
//! (Directive 98/6/EC, Art. 3).

use serde::{Deserialize, Serialize};

use super::decimal::Decimal;
use super::money::Money;
use super::words::words;
use super::{Invalid, Parsed};

/// Digits after the point of an amount of goods.
const DIGITS: usize = 3;
/// The largest amount: a million, in thousandths.
const THOUSANDTHS_MAX: i64 = 1_000_000_000;

words! {
    /// What goods are measured in.
    #[derive(Deserialize)]
    #[serde(try_from = "String")]
    Unit, "unknown_value", "A unit is g, kg, ml, l, m, m2 or piece." {
        Gram = "g",
        Kilogram = "kg",
        Millilitre = "ml",
        Litre = "l",
        Metre = "m",
        SquareMetre = "m2",
        Piece = "piece",
    }
}

impl TryFrom<String> for Unit {
    type Error = &'static str;

    fn try_from(word: String) -> Result<Self, Self::Error> {
        Self::of(&word).ok_or("not a unit")
    }
}

/// An amount of goods in thousandths of its unit: more than none, at most a million units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Measure(i64);

impl Measure {
    /// Reads a decimal of at most three digits after the point.
    ///
    /// # Errors
    /// `not_a_measure`.
    pub fn parse(text: &str) -> Parsed<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let fits = plain(whole) && plain(fraction) && fraction.len() <= DIGITS;
        let thousandths = fits.then(|| format!("{whole}{fraction:0<DIGITS$}").parse().ok());
        match thousandths.flatten() {
            Some(thousandths @ 1..=THOUSANDTHS_MAX) => Ok(Self(thousandths)),
            _ => {
                let detail = "Enter an amount such as 300 or 0.75: up to 1000000, with up to 3 \
                              digits after the point.";
                Err(Invalid::new("not_a_measure", detail))
            }
        }
    }
}

impl TryFrom<String> for Measure {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).map_err(|_| "not a measure")
    }
}

impl Serialize for Measure {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(Decimal::of(self.0, DIGITS).trimmed().as_str())
    }
}

/// How much is in a pack, and for how much of it a price is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitPrice {
    pub measure: Measure,
    pub unit: Unit,
    pub per: Measure,
}

/// The same as it stands on the wire, with the price.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct UnitPriceView {
    #[serde(flatten)]
    of: UnitPrice,
    /// For `per` of the unit; none where no price can be as high.
    price: Option<Money>,
}

impl UnitPrice {
    /// The price for `per` of the unit, where a pack costs `pack`; rounded half up.
    pub fn of_pack(self, pack: Money) -> UnitPriceView {
        let (minor, per, measure) =
            (i128::from(pack.minor()), i128::from(self.per.0), i128::from(self.measure.0));
        let rounded = (2 * minor * per + measure).div_euclid(2 * measure);
        UnitPriceView { of: self, price: Money::checked(rounded, pack.currency()).ok() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::currency::Currency;

    #[test]
    fn a_price_for_a_unit_is_rounded_half_up() {
        let currency = Currency::parse("EUR").unwrap();
        for (pack, measure, per, price) in [
            // 4.20 for 300 ml are 1.40 for 100 ml.
            (420, "300", "100", Some("1.40")),
            // 9.99 for 0.75 l are 13.32 for a litre.
            (999, "0.75", "1", Some("13.32")),
            // 1.00 for 3 are 0.333… each; 0.05 for 2 are 0.025, half a cent up.
            (100, "3", "1", Some("0.33")),
            (5, "2", "1", Some("0.03")),
            (0, "3", "1", Some("0.00")),
            (999_999_999_999, "0.001", "1000000", None),
        ] {
            let parsed = |text| Measure::parse(text).unwrap();
            let of =
                UnitPrice { measure: parsed(measure), unit: Unit::Millilitre, per: parsed(per) };
            let view = of.of_pack(Money::new(pack, currency));
            assert_eq!(view.price.map(Money::text).as_deref(), price, "{pack} for {measure}");
        }
    }

    #[test]
    fn an_amount_of_goods_is_more_than_none_and_at_most_a_million() {
        let text = |text: &str| {
            let measure = Measure::parse(text).ok()?;
            serde_json::to_value(measure).ok()?.as_str().map(str::to_owned)
        };
        for (sent, kept) in [
            ("300", Some("300")),
            ("0.750", Some("0.75")),
            ("0.001", Some("0.001")),
            ("1000000", Some("1000000")),
            ("1000000.001", None),
            ("0", None),
            ("0.0001", None),
            ("1.", None),
            (".5", None),
            ("-1", None),
            ("1e3", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(text(sent).as_deref(), kept, "{sent}");
        }
    }
}
