//! Ways of getting the goods to the buyer, and what they cost.

use crate::domain::window::Language;
use serde::{Deserialize, Serialize};

use super::currency::Currency;
use super::invisible::taken_out;
use super::money::Money;
use super::tax::{ANY_COUNTRY, PROPORTIONAL_CATEGORY, STANDARD_CATEGORY};
use super::{Invalid, Parsed};

/// Methods that one shop may have.
pub const SHIPPING_METHODS_MAX: usize = 100;
/// Rows of a method's prices by weight.
pub const WEIGHT_PRICES_MAX: usize = 100;
/// Characters of a method's code.
const CODE_CHARS_MAX: usize = 64;
/// The method of a shop that has not set up any: free, and it needs no address.
const STANDARD: &str = "standard";

/// A way of getting the goods to the buyer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShippingMethod {
    pub code: String,
    pub name: String,
    /// Codes of ISO 3166-1 alpha-2, or [`ANY_COUNTRY`].
    pub countries: Vec<String>,
    pub price: Money,
    /// Prices by what the goods weigh, the lightest first; empty where `price` is that of all.
    pub prices_by_weight: Vec<WeightPrice>,
    /// From this price of the goods, after the discount, it costs nothing.
    pub free_from: Option<Money>,
    /// Open days; `None`: those of the shop.
    pub delivery_days_min: Option<i64>,
    pub delivery_days_max: Option<i64>,
    /// The buyer fetches the goods.
    pub pickup: bool,
    pub needs_address: bool,
    pub tax_category: String,
}

/// The price of shipping for goods up to a weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct WeightPrice {
    pub up_to_grams: i64,
    pub price: Money,
}

impl ShippingMethod {
    /// The one method of a shop that has not set up any.
    pub fn standard(price: Money) -> Self {
        Self {
            code: STANDARD.to_owned(),
            name: "Standard".to_owned(),
            countries: vec![ANY_COUNTRY.to_owned()],
            price,
            prices_by_weight: Vec::new(),
            free_from: None,
            delivery_days_min: None,
            delivery_days_max: None,
            pickup: false,
            needs_address: false,
            tax_category: STANDARD_CATEGORY.to_owned(),
        }
    }

    /// Parcels to addresses in one country; its name is in a language.
    pub fn parcel(price: Money, country: &str, language: Language) -> Self {
        let name = match language {
            Language::En => "Parcel",
            Language::De => "Paket",
        };
        Self {
            code: "parcel".to_owned(),
            name: name.to_owned(),
            countries: vec![country.to_owned()],
            needs_address: true,
            ..Self::standard(price)
        }
    }

    /// Goods that the buyer fetches; its name is in a language.
    pub fn pickup(price: Money, language: Language) -> Self {
        let name = match language {
            Language::En => "Pickup",
            Language::De => "Abholung",
        };
        Self {
            code: "pickup".to_owned(),
            name: name.to_owned(),
            pickup: true,
            ..Self::standard(price)
        }
    }

    /// Tells `true` where it brings goods to this country. A buyer who fetches them may come from
    /// anywhere.
    pub fn goes_to(&self, country: Option<&str>) -> bool {
        let fits = |own: &String| own == ANY_COUNTRY || Some(own.as_str()) == country;
        self.pickup || self.countries.iter().any(fits)
    }

    /// Tells `true` where goods of this weight are not too heavy for it.
    pub fn carries(&self, weight_grams: i64) -> bool {
        self.prices_by_weight.last().is_none_or(|heaviest| weight_grams <= heaviest.up_to_grams)
    }

    /// The price of shipping for goods of this price after the discount and of this weight, which
    /// it carries.
    pub fn price_for(&self, goods_minor: i64, weight_grams: i64) -> Money {
        if self.free_from.is_some_and(|from| goods_minor >= from.minor()) {
            return Money::new(0, self.price.currency());
        }
        let rows = &self.prices_by_weight;
        let fitting = rows.iter().find(|row| weight_grams <= row.up_to_grams).or(rows.last());
        fitting.map_or(self.price, |row| row.price)
    }

    /// Tells `true` where it bears the rates of the goods it brings.
    pub fn is_proportional(&self) -> bool {
        self.tax_category == PROPORTIONAL_CATEGORY
    }

    /// Tells `true` where there is an amount of money in it.
    pub fn is_priced(&self) -> bool {
        let by_weight = !self.prices_by_weight.is_empty();
        self.price.minor() > 0 || by_weight || self.free_from.is_some()
    }

    /// The same with its amounts in another currency.
    #[must_use]
    pub fn in_currency(mut self, currency: Currency) -> Self {
        let money = |amount: Money| Money::new(amount.minor(), currency);
        self.price = money(self.price);
        self.free_from = self.free_from.map(money);
        for row in &mut self.prices_by_weight {
            row.price = money(row.price);
        }
        self
    }
}

/// A method as it stands in the file: amounts in minor units of the shop's currency.
#[derive(Debug, Serialize, Deserialize)]
pub struct StoredShippingMethod {
    code: String,
    name: String,
    countries: Vec<String>,
    price: i64,
    /// Grams and amounts; older shops have none.
    #[serde(default)]
    prices_by_weight: Vec<(i64, i64)>,
    free_from: Option<i64>,
    delivery_days_min: Option<i64>,
    delivery_days_max: Option<i64>,
    pickup: bool,
    needs_address: bool,
    tax_category: String,
}

impl StoredShippingMethod {
    /// The method as it is stored.
    pub fn of(method: &ShippingMethod) -> Self {
        let ShippingMethod { code, name, countries, tax_category, .. } = method.clone();
        Self {
            code,
            name,
            countries,
            price: method.price.minor(),
            prices_by_weight: method
                .prices_by_weight
                .iter()
                .map(|row| (row.up_to_grams, row.price.minor()))
                .collect(),
            free_from: method.free_from.map(Money::minor),
            delivery_days_min: method.delivery_days_min,
            delivery_days_max: method.delivery_days_max,
            pickup: method.pickup,
            needs_address: method.needs_address,
            tax_category,
        }
    }

    /// The method with its amounts in a currency.
    pub fn method(self, currency: Currency) -> ShippingMethod {
        let money = |minor| Money::new(minor, currency);
        let row = |(up_to_grams, minor)| WeightPrice { up_to_grams, price: money(minor) };
        ShippingMethod {
            code: self.code,
            name: self.name,
            countries: self.countries,
            price: money(self.price),
            prices_by_weight: self.prices_by_weight.into_iter().map(row).collect(),
            free_from: self.free_from.map(money),
            delivery_days_min: self.delivery_days_min,
            delivery_days_max: self.delivery_days_max,
            pickup: self.pickup,
            needs_address: self.needs_address,
            tax_category: self.tax_category,
        }
    }
}

/// The code of a method: 1 to 64 small letters, digits, `-` and `_`.
///
/// # Errors
/// `not_a_code`.
pub fn code(raw: &str) -> Parsed<String> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    let text = taken_out(raw);
    match (1..=CODE_CHARS_MAX).contains(&text.len()) && text.bytes().all(allowed) {
        true => Ok(text.into_owned()),
        false => {
            let detail = "Use 1 to 64 small letters, digits, - and _, such as standard.";
            Err(Invalid::new("not_a_code", detail))
        }
    }
}

/// Carriers whose parcels can be followed on the web: what their names hold, in small letters, and
/// the address that the tracking number follows.
const CARRIERS: &[(&str, &str)] = &[
    ("dhl", "https://www.dhl.com/global-en/home/tracking.html?tracking-id="),
    ("deutsche post", "https://www.deutschepost.de/sendung/simpleQuery.html?form.sendungsnummer="),
    ("dpd", "https://tracking.dpd.de/status/en_US/parcel/"),
    ("gls", "https://gls-group.eu/track/"),
    ("ups", "https://www.ups.com/track?tracknum="),
    ("fedex", "https://www.fedex.com/fedextrack/?trknbr="),
    ("hermes", "https://www.myhermes.de/empfangen/sendungsverfolgung/sendungsinformation#"),
    ("evri", "https://www.evri.com/track/parcel/"),
    ("royal mail", "https://www.royalmail.com/track-your-item#/tracking-results/"),
    ("parcelforce", "https://www.parcelforce.com/track-trace?trackNumber="),
    ("usps", "https://tools.usps.com/go/TrackConfirmAction?tLabels="),
    ("canada post", "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor="),
    ("australia post", "https://auspost.com.au/mypost/track/details/"),
    ("an post", "https://www.anpost.com/Post-Parcels/Track/History?item="),
    ("la poste", "https://www.laposte.fr/outils/suivre-vos-envois?code="),
    ("colissimo", "https://www.laposte.fr/outils/suivre-vos-envois?code="),
    ("postnl", "https://postnl.nl/tracktrace/?B="),
    ("bpost", "https://track.bpost.cloud/btr/web/#/search?itemCode="),
    ("postnord", "https://tracking.postnord.com/en/tracking?id="),
    ("swiss post", "https://service.post.ch/ekp-web/ui/entry/search/"),
    ("austrian post", "https://www.post.at/sv/sendungsdetails?snr="),
    ("inpost", "https://inpost.pl/en/find-parcel?number="),
];

/// The address at which a parcel of a well-known carrier can be followed.
pub fn tracking_url(carrier: &str, tracking_number: &str) -> Option<String> {
    let named = carrier.to_lowercase();
    let is_word = |name: &str| {
        named.match_indices(name).any(|(at, _)| {
            let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
            let (before, rest) = named.split_at(at);
            edge(before.chars().next_back()) && edge(rest.chars().nth(name.len()))
        })
    };
    // Numbers are often written in groups; the carriers want them in one.
    let number: String = tracking_number.chars().filter(|c| !c.is_whitespace()).collect();
    let plain = number.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let (_, start) = CARRIERS.iter().find(|(name, _)| is_word(name))?;
    (plain && !number.is_empty()).then(|| format!("{start}{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_knows_where_it_goes_and_when_it_is_free() {
        let money = |minor| Money::new(minor, Currency::parse("EUR").unwrap());
        let mut method = ShippingMethod::standard(money(490));
        assert!(method.goes_to(Some("DE")) && method.goes_to(None));
        method.countries = vec!["DE".to_owned(), "AT".to_owned()];
        assert!(method.goes_to(Some("AT")) && !method.goes_to(Some("FR")) && !method.goes_to(None));
        method.free_from = Some(money(5_000));
        let price = |goods| method.price_for(goods, 1_000_000);
        assert_eq!((price(4_999), price(5_000)), (money(490), money(0)));
        method.pickup = true;
        assert!(method.goes_to(Some("FR")));
    }

    #[test]
    fn a_price_by_weight_is_that_of_the_first_row_that_is_heavy_enough() {
        let money = |minor| Money::new(minor, Currency::parse("EUR").unwrap());
        let row = |up_to_grams, minor| WeightPrice { up_to_grams, price: money(minor) };
        let method = ShippingMethod {
            prices_by_weight: vec![row(1_000, 490), row(5_000, 690), row(31_500, 1_990)],
            free_from: Some(money(10_000)),
            ..ShippingMethod::standard(money(1))
        };
        for (grams, want) in
            [(0, 490), (1_000, 490), (1_001, 690), (5_000, 690), (5_001, 1_990), (31_500, 1_990)]
        {
            assert!(method.carries(grams));
            assert_eq!(method.price_for(9_999, grams), money(want), "{grams} g");
            assert_eq!(method.price_for(10_000, grams), money(0), "{grams} g");
        }
        assert!(!method.carries(31_501));
        assert!(ShippingMethod::standard(money(0)).carries(i64::MAX));
        let stored = StoredShippingMethod::of(&method).method(money(0).currency());
        assert_eq!(stored, method);
        // Older shops know of no weights.
        let mut older = serde_json::json!(StoredShippingMethod::of(&method));
        older.as_object_mut().unwrap().remove("prices_by_weight");
        let older: StoredShippingMethod = serde_json::from_value(older).unwrap();
        let flat = ShippingMethod { prices_by_weight: Vec::new(), ..method.clone() };
        assert_eq!(older.method(money(0).currency()), flat);
        let free = ShippingMethod { free_from: None, price: money(0), ..method };
        assert!(free.is_priced());
        let yen = Currency::parse("JPY").unwrap();
        assert_eq!(free.in_currency(yen).prices_by_weight[2].price, Money::new(1_990, yen));
    }

    #[test]
    fn a_code_is_small_letters_digits_and_two_signs() {
        for (text, good) in [("standard", true), ("a_1-b", true), ("", false), ("DHL", false)] {
            assert_eq!(code(text).is_ok(), good, "{text}");
        }
        assert!(code(&"a".repeat(65)).is_err());
    }

    #[test]
    fn parcels_of_well_known_carriers_can_be_followed() {
        for (carrier, number, want) in [
            ("DHL Paket", "00340 434161", Some("tracking-id=00340434161")),
            ("ups", "1Z999", Some("tracknum=1Z999")),
            ("An Post", "CP1IE", Some("item=CP1IE")),
            ("Cups and Co", "1", None),
            ("Green Parcel", "1", None),
            ("DHL", "<script>", None),
            ("DHL", " ", None),
        ] {
            let url = tracking_url(carrier, number);
            let fits = |want: &&str| url.as_ref().is_some_and(|url| url.ends_with(want));
            assert!(want.as_ref().map_or(url.is_none(), fits), "{carrier} {number}: {url:?}");
        }
    }
}
