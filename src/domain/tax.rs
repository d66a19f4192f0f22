//! Percentages, and which rate of tax a category of goods bears in a country.

use serde::{Deserialize, Serialize, Serializer};

use super::decimal::Decimal;
use super::{Invalid, Parsed};

/// The category of goods that no other was chosen for.
pub const STANDARD_CATEGORY: &str = "standard";
/// The category of shipping that bears the rates of the goods it brings.
pub const PROPORTIONAL_CATEGORY: &str = "proportional";
/// Stands for every country in a tax rate or a shipping method.
pub const ANY_COUNTRY: &str = "*";
/// Rows of the table of rates.
pub const TAX_RATES_MAX: usize = 1_000;
/// Categories that a refusal lists.
const CATEGORIES_TOLD_MAX: usize = 20;
/// Digits after the point of a percentage.
const DIGITS: usize = 4;

/// A percentage from 0 to 100 with up to four digits after the point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Percent(i64);

impl Percent {
    /// No tax.
    pub const ZERO: Self = Self(0);
    /// All of it, in the unit of [`Percent::parts`].
    pub const WHOLE_PARTS: i64 = 1_000_000;

    /// Reads a decimal such as `19` or `10.75`; no sign, no exponent.
    ///
    /// # Errors
    /// `not_a_percentage`, `out_of_range` above 100, `too_many_digits`.
    pub fn parse(text: &str) -> Parsed<Self> {
        let (whole, fraction) = match text.split_once('.') {
            Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
            None => (text, ""),
            Some(_) => return Err(not_a_percentage()),
        };
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return Err(not_a_percentage());
        }
        if fraction.len() > DIGITS {
            let detail = format!("A percentage has at most {DIGITS} digits after the point.");
            return Err(Invalid::new("too_many_digits", detail));
        }
        let padded = format!("{whole}{fraction:0<DIGITS$}");
        match padded.trim_start_matches('0').parse().or(padded.parse()) {
            Ok(parts @ 0..=Self::WHOLE_PARTS) => Ok(Self(parts)),
            _ => Err(Invalid::new("out_of_range", "Enter a percentage from 0 to 100.")),
        }
    }

    /// The percentage of so many millionths.
    pub fn of_parts(parts: i64) -> Self {
        Self(parts.clamp(0, Self::WHOLE_PARTS))
    }

    /// Millionths of the whole: 19 % are 190,000.
    pub fn parts(self) -> i64 {
        self.0
    }

    /// The decimal without zeros at its end, as it stands on the wire.
    pub fn text(self) -> String {
        self.decimal().as_str().to_owned()
    }

    fn decimal(self) -> Decimal {
        Decimal::of(self.0, DIGITS).trimmed()
    }
}

impl Serialize for Percent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.decimal().as_str())
    }
}

impl TryFrom<String> for Percent {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).map_err(|invalid| invalid.detail)
    }
}

fn not_a_percentage() -> Invalid {
    Invalid::new("not_a_percentage", "Enter a percentage such as 19 or 10.75.")
}

/// The rate that a category of goods bears in a country.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxRate {
    pub category: String,
    /// A code of ISO 3166-1 alpha-2, or [`ANY_COUNTRY`].
    pub country: String,
    pub rate: Percent,
}

/// The rate of a category in a country: that of the country's own row, else that of the row for
/// any country, else nothing. A shop that has not said where it is knows only rows for any country.
pub fn rate_of(rates: &[TaxRate], category: &str, country: Option<&str>) -> Percent {
    let of = |place: &str| {
        let mut rows = rates.iter().filter(|row| row.category == category);
        rows.find(|row| row.country == place).map(|row| row.rate)
    };
    country.and_then(of).or_else(|| of(ANY_COUNTRY)).unwrap_or_default()
}

/// The categories that a shop knows: the standard one, and those that its rates name.
pub fn categories(rates: &[TaxRate]) -> Vec<&str> {
    let mut known = vec![STANDARD_CATEGORY];
    for row in rates {
        if !known.contains(&row.category.as_str()) {
            known.push(&row.category);
        }
    }
    known
}

impl TaxRate {
    /// What everything bears, wherever it goes.
    pub fn of_everything(rate: Percent) -> Self {
        let (category, country) = (STANDARD_CATEGORY.to_owned(), ANY_COUNTRY.to_owned());
        Self { category, country, rate }
    }
}

/// Refuses a category that is none of these: its goods would bear no tax, and nobody would know.
///
/// # Errors
/// `unknown_value`, with the list of those there are.
pub fn check_category(known: &[&str], category: &str) -> Parsed<()> {
    if known.contains(&category) {
        return Ok(());
    }
    let (told, more) = known.split_at(known.len().min(CATEGORIES_TOLD_MAX));
    let more = match more.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let detail = format!(
        "There is no tax category “{category}”; the settings know {}{more}.",
        told.join(", ")
    );
    Err(Invalid::new("unknown_value", detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_is_standard_or_one_that_the_rates_name() {
        let row = |category: &str| TaxRate {
            category: category.to_owned(),
            country: ANY_COUNTRY.to_owned(),
            rate: Percent::ZERO,
        };
        assert_eq!(categories(&[]), ["standard"]);
        let rates = [row("books"), row("standard"), row("food"), row("books")];
        let known = categories(&rates);
        assert_eq!(known, ["standard", "books", "food"]);
        assert!(known.iter().all(|category| check_category(&known, category).is_ok()));
        for unknown in ["Standard", "book", "", "Books"] {
            let invalid = check_category(&known, unknown).unwrap_err();
            assert_eq!(invalid.code, "unknown_value");
            assert!(invalid.detail.ends_with("the settings know standard, books, food."));
        }
        let many: Vec<TaxRate> = (1..=25).map(|number| row(&format!("c{number}"))).collect();
        let invalid = check_category(&categories(&many), "x").unwrap_err();
        assert!(invalid.detail.ends_with("c18, c19 and 6 more."), "{}", invalid.detail);
    }

    #[test]
    fn a_percentage_is_a_plain_decimal_from_0_to_100() {
        for (text, parts, shown) in [
            ("0", 0, "0"),
            ("19", 190_000, "19"),
            ("10.75", 107_500, "10.75"),
            ("7.0", 70_000, "7"),
            ("0.0001", 1, "0.0001"),
            ("007", 70_000, "7"),
            ("100.0000", 1_000_000, "100"),
        ] {
            let percent = Percent::parse(text).unwrap();
            assert_eq!((percent.parts(), percent.text().as_str()), (parts, shown), "{text}");
        }
        for (bad, code) in [
            ("", "not_a_percentage"),
            (".5", "not_a_percentage"),
            ("5.", "not_a_percentage"),
            ("-1", "not_a_percentage"),
            ("1e1", "not_a_percentage"),
            ("19%", "not_a_percentage"),
            ("100.0001", "out_of_range"),
            ("99999999999999999999", "out_of_range"),
            ("1.00000", "too_many_digits"),
        ] {
            assert_eq!(Percent::parse(bad).unwrap_err().code, code, "{bad}");
        }
    }

    #[test]
    fn a_countrys_own_rate_comes_before_that_of_any_country() {
        let row = |category: &str, country: &str, rate: &str| TaxRate {
            category: category.to_owned(),
            country: country.to_owned(),
            rate: Percent::parse(rate).unwrap(),
        };
        let rates =
            [row("standard", "*", "20"), row("standard", "DE", "19"), row("books", "DE", "7")];
        for (category, country, want) in [
            ("standard", Some("DE"), "19"),
            ("standard", Some("FR"), "20"),
            ("standard", None, "20"),
            ("books", Some("DE"), "7"),
            ("books", Some("FR"), "0"),
            ("books", None, "0"),
            ("toys", Some("DE"), "0"),
        ] {
            assert_eq!(rate_of(&rates, category, country).text(), want, "{category} {country:?}");
        }
    }
}
