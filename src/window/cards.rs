//! Products as they stand in lists: what a card shows of one.

use serde::Serialize;

use super::view::encoded;
use crate::domain::money::Money;
use crate::domain::pictures::PictureView;
use crate::domain::products::{Product, Variant};
use crate::domain::unit_price::UnitPriceView;

/// Characters of a text that search engines and other sites show.
const SUMMARY_CHARS: usize = 160;

/// A product in a list.
#[derive(Serialize)]
pub struct Card {
    name: String,
    href: String,
    picture: Option<PictureView>,
    alt: String,
    price: Money,
    /// Its variants have several prices, and this is the lowest.
    is_from: bool,
    compare_at_price: Option<Money>,
    /// The lowest price of 30 days, where it is reduced.
    lowest_price_30d: Option<Money>,
    is_available: bool,
    unit_price: Option<UnitPriceView>,
}

impl Card {
    /// The card of a product.
    pub fn of(product: Product) -> Self {
        let cheapest = cheapest(&product);
        let price = cheapest.map_or(product.offer.price, |variant| variant.offer.price);
        let is_from = product.variants.iter().any(|variant| variant.offer.price != price);
        let compare_at_price = cheapest.and_then(reduced_from);
        let image = product.images.first();
        Self {
            href: address(&product),
            picture: image.map(|image| image.picture.view()),
            alt: image.map(|image| image.alt.clone()).unwrap_or_default(),
            price,
            is_from,
            lowest_price_30d: cheapest
                .filter(|_| compare_at_price.is_some())
                .and_then(|variant| variant.lowest_price_30d),
            compare_at_price,
            is_available: product.variants.iter().any(|it| it.offer.is_available()),
            unit_price: product.unit_price.filter(|_| !is_from),
            name: product.fields.name,
        }
    }

    /// The cards of products.
    pub fn all(products: Vec<Product>) -> Vec<Self> {
        products.into_iter().map(Self::of).collect()
    }
}

/// The address of a product's page.
pub fn address(product: &Product) -> String {
    format!("/p/{}", encoded(&product.fields.handle))
}

fn cheapest(product: &Product) -> Option<&Variant> {
    product.variants.iter().min_by_key(|variant| variant.offer.price.minor())
}

/// The higher price that a variant had before.
fn reduced_from(variant: &Variant) -> Option<Money> {
    let before = variant.offer.compare_at_price;
    before.filter(|before| before.minor() > variant.offer.price.minor())
}

/// The beginning of a text in whole words, for search engines and other sites.
pub fn summary(text: &str) -> String {
    let words = text.split_whitespace();
    let mut summary = String::new();
    for word in words {
        if summary.chars().count() + word.chars().count() >= SUMMARY_CHARS {
            summary.push('…');
            break;
        }
        if !summary.is_empty() {
            summary.push(' ');
        }
        summary.push_str(word);
    }
    summary
}
