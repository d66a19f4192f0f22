//! The currencies of ISO 4217 and how many digits each has after the decimal point.

use serde::{Serialize, Serializer};

use super::{Invalid, Parsed};

/// Active codes of ISO 4217 list one whose money has two digits.
const TWO_DIGITS: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN \
    BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL \
    GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR \
    LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB \
    PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP \
    SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG";
const NO_DIGITS: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
const THREE_DIGITS: &str = "BHD IQD JOD KWD LYD OMR TND";

/// A currency of ISO 4217.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Currency {
    code: [u8; 3],
    digits: u8,
}

impl Currency {
    /// Reads an upper-case code of three letters.
    ///
    /// # Errors
    /// `unknown_currency` for anything that is not in ISO 4217.
    pub fn parse(text: &str) -> Parsed<Self> {
        let digits = match text {
            _ if is_listed(TWO_DIGITS, text) => 2,
            _ if is_listed(NO_DIGITS, text) => 0,
            _ if is_listed(THREE_DIGITS, text) => 3,
            _ => {
                let detail =
                    "Choose a currency: a code of ISO 4217 in capitals, such as EUR or JPY.";
                return Err(Invalid::new("unknown_currency", detail));
            }
        };
        let mut code = [0; 3];
        code.copy_from_slice(text.as_bytes());
        Ok(Self { code, digits })
    }

    /// The code of ISO 4217, such as `EUR`.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or_default()
    }

    /// Digits after the decimal point: 0, 2 or 3.
    pub fn digits(self) -> u8 {
        self.digits
    }
}

/// Tells `true` for a code of a list, which is in the order of the alphabet with a blank behind
/// each code: every order that is read names its currency.
fn is_listed(list: &str, text: &str) -> bool {
    let (codes, last) = list.as_bytes().split_at(list.len() - 3);
    let (codes, _) = codes.as_chunks::<4>();
    let code = |chunk: &[u8; 4]| [chunk[0], chunk[1], chunk[2]].as_slice().cmp(text.as_bytes());
    codes.binary_search_by(code).is_ok() || last == text.as_bytes()
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_currency_is_known() {
        for list in [TWO_DIGITS, NO_DIGITS, THREE_DIGITS] {
            assert!(list.split(' ').all(|code| Currency::parse(code).is_ok()), "{list}");
        }
    }

    #[test]
    fn a_currency_knows_its_digits() {
        for (code, digits) in [("EUR", 2), ("JPY", 0), ("KWD", 3), ("ISK", 0), ("GBP", 2)] {
            assert_eq!(Currency::parse(code).map(Currency::digits), Ok(digits), "{code}");
        }
        for bad in ["", "eur", "EURO", "ZZZ", "XTS", "E R", "ДОЛ", "AED AFN"] {
            assert!(Currency::parse(bad).is_err(), "{bad:?}");
        }
    }
}
