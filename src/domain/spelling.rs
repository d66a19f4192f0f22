//! Money, dates and numbers as a language writes them.

use super::window::Language;

/// Keeps an amount and its sign on one line.
const FIXED_BLANK: char = '\u{a0}';
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const MONTHS_DE: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

/// An amount: `€1,234.50`, `1.234,50 €`. `amount`: a decimal as it stands on the wire.
pub fn money(amount: &str, currency: &str, language: Language) -> String {
    let amount = number(amount, language);
    let symbol = match currency {
        "EUR" => "€",
        "USD" => "$",
        "GBP" => "£",
        "JPY" => "¥",
        code => code,
    };
    match language {
        // A code stands apart from the amount, a sign does not.
        Language::En if symbol == currency => format!("{symbol}{FIXED_BLANK}{amount}"),
        Language::En => format!("{symbol}{amount}"),
        Language::De => format!("{amount}{FIXED_BLANK}{symbol}"),
    }
}

/// A decimal with the marks of a language; what is none stays as it is.
pub fn number(decimal: &str, language: Language) -> String {
    let (thousands, point) = match language {
        Language::En => (',', '.'),
        Language::De => ('.', ','),
    };
    let (whole, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
    if !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return decimal.to_owned();
    }
    let mut out = String::with_capacity(decimal.len() + 4);
    for (at, c) in whole.char_indices() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(thousands);
        }
        out.push(c);
    }
    if !fraction.is_empty() {
        out.push(point);
        out.push_str(fraction);
    }
    out
}

/// A date: `3 December 2026`, `3. Dezember 2026`. `date`: as it stands on the wire; what is none
/// stays as it is.
pub fn date(date: &str, language: Language) -> String {
    let mut parts = date.splitn(3, '-');
    let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else {
        return date.to_owned();
    };
    let (months, point) = match language {
        Language::En => (MONTHS_EN, ""),
        Language::De => (MONTHS_DE, "."),
    };
    let month = month.parse::<usize>().ok().and_then(|month| months.get(month.checked_sub(1)?));
    let day = day.trim_start_matches('0');
    month.map_or_else(|| date.to_owned(), |month| format!("{day}{point} {month} {year}"))
}

/// A rate of tax: `10.7%`, `10,7 %`.
pub fn percent(rate: &str, language: Language) -> String {
    let rate = number(rate, language);
    match language {
        Language::En => format!("{rate}%"),
        Language::De => format!("{rate}{FIXED_BLANK}%"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{De, En};

    #[test]
    fn money_is_written_as_the_language_writes_it() {
        for (amount, currency, en, de) in [
            ("9.95", "EUR", "€9.95", "9,95\u{a0}€"),
            ("1234567.00", "EUR", "€1,234,567.00", "1.234.567,00\u{a0}€"),
            ("123.00", "CHF", "CHF\u{a0}123.00", "123,00\u{a0}CHF"),
            ("1200", "JPY", "¥1,200", "1.200\u{a0}¥"),
            ("1.250", "KWD", "KWD\u{a0}1.250", "1,250\u{a0}KWD"),
        ] {
            assert_eq!(
                (money(amount, currency, En), money(amount, currency, De)),
                (en.into(), de.into())
            );
        }
    }

    #[test]
    fn dates_and_rates_are_written_out() {
        assert_eq!(date("2026-03-01", En), "1 March 2026");
        assert_eq!(date("2026-03-01", De), "1. März 2026");
        assert_eq!(date("2026-12-24", De), "24. Dezember 2026");
        for odd in ["", "2026", "2026-13-01", "2026-00-01", "a-b-c"] {
            assert_eq!(date(odd, En), odd);
        }
        assert_eq!(
            (percent("10.7", En), percent("10.7", De)),
            ("10.7%".into(), "10,7\u{a0}%".into())
        );
    }
}
