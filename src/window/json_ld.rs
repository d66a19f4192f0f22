//! What search engines read of a product: schema.org `Product` and `Offer`, as JSON-LD 1.1.

use serde_json::{Value, json};

use crate::domain::products::{Product, Variant};
use crate::domain::settings::Settings;

/// A product and what it is offered for. `path`: of its page.
pub fn product(product: &Product, path: &str, settings: &Settings) -> String {
    let base = settings.public_url.as_deref().unwrap_or_default();
    let url = format!("{base}{path}");
    let images: Vec<String> = product
        .images
        .iter()
        .map(|image| format!("{base}{}", image.picture.url_of_page()))
        .collect();
    let offers: Vec<Value> =
        product.variants.iter().map(|variant| offer(variant, &url, settings)).collect();
    let mut document = json!({
        "@context": "https://schema.org",
        "@type": "Product",
        "name": product.fields.name,
        "url": url,
        "offers": offers,
    });
    let only = match product.variants.as_slice() {
        [only] => Some(only),
        _ => None,
    };
    let optional = [
        ("description", Some(product.fields.description.clone()).filter(|it| !it.is_empty())),
        ("sku", only.and_then(|variant| variant.offer.sku.clone())),
        ("gtin", only.and_then(gtin)),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            document[name] = json!(value);
        }
    }
    if !images.is_empty() {
        document["image"] = json!(images);
    }
    if let Some(vendor) = &product.fields.vendor {
        document["brand"] = json!({ "@type": "Brand", "name": vendor });
    }
    in_html(&document)
}

fn offer(variant: &Variant, url: &str, settings: &Settings) -> Value {
    let offer = &variant.offer;
    let availability = match offer.stock {
        _ if !offer.is_available() => "OutOfStock",
        Some(left) if left < 1 => "BackOrder",
        _ => "InStock",
    };
    let mut document = json!({
        "@type": "Offer",
        "url": url,
        "price": offer.price.text(),
        "priceCurrency": offer.price.currency().code(),
        "availability": format!("https://schema.org/{availability}"),
        "seller": { "@type": "Organization", "name": settings.name },
    });
    // A bare `price` is read as the one that is paid, and in Europe that is with the tax.
    if !settings.prices_include_tax && settings.tax_exempt_note.is_none() {
        document["priceSpecification"] = json!({
            "@type": "UnitPriceSpecification",
            "price": document["price"],
            "priceCurrency": document["priceCurrency"],
            "valueAddedTaxIncluded": false,
        });
    }
    if let Some(title) = &variant.title {
        document["name"] = json!(title);
    }
    if let Some(sku) = &offer.sku {
        document["sku"] = json!(sku);
    }
    if let Some(gtin) = gtin(variant) {
        document["gtin"] = json!(gtin);
    }
    document
}

/// The barcode of a variant, where it is one of GS1.
fn gtin(variant: &Variant) -> Option<String> {
    variant.offer.barcode.as_ref().filter(|code| is_gtin(code)).cloned()
}

/// 8, 12, 13 or 14 digits, of which the last one checks the others (GS1 General Specifications,
/// "Check digit calculations").
fn is_gtin(code: &str) -> bool {
    let weighed = |(at, byte): (usize, u8)| {
        let digit = char::from(byte).to_digit(10)?;
        Some(if at.is_multiple_of(2) { digit } else { 3 * digit })
    };
    let sum: Option<u32> = code.bytes().rev().enumerate().map(weighed).sum();
    matches!(code.len(), 8 | 12 | 13 | 14) && sum.is_some_and(|sum| sum.is_multiple_of(10))
}

/// JSON as it stands in a `script` of a page: no text in it ends the script.
fn in_html(document: &Value) -> String {
    document.to_string().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_barcode_is_one_of_gs1_by_its_length_and_its_last_digit() {
        for (code, fits) in [
            ("96385074", true),
            ("036000291452", true),
            ("4006381333931", true),
            ("10614141000415", true),
            ("4006381333932", false),
            ("400638133393", false),
            ("12345678", false),
            ("00000000000000000", false),
            ("MUG-400638133", false),
            ("\u{664}\u{660}\u{660}\u{666}", false),
            ("", false),
        ] {
            assert_eq!(is_gtin(code), fits, "{code}");
        }
    }
}
