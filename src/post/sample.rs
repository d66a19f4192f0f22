//! A sample of all that mails may tell, for words that are tried or looked at.

use serde_json::{Value, json};

use super::facts::{Shop, merge};
use crate::domain::calendar::Timestamp;

/// The moment of the sample: 24 December 2026, at noon.
const AT_MICROS: i64 = 1_798_113_600_000_000;

/// A shop without an address of its own shows links of another (RFC 2606).
const SAMPLE_SHOP: &str = "https://shop.example.org";

/// Every name that any mail may use, with something in it.
pub fn names(shop: &Shop) -> Value {
    let mut names = shop.names();
    let at_shop = |path: &str| shop.at(path).unwrap_or_else(|| format!("{SAMPLE_SHOP}{path}"));
    let [link, verify] = ["/password/sample", "/verify/sample"].map(at_shop);
    let at = shop.moment(Timestamp::from_micros(AT_MICROS));
    let items = json!([
        { "name": "Mug, blue", "quantity": 2, "total": "25.00" },
        { "name": "Teapot", "quantity": 1, "total": "39.90" },
    ]);
    let parts = json!({
        "order": order(shop, &items),
        "pay": {
            "way": "bank_transfer",
            "holder": shop.settings.name,
            "iban": "DE02 1203 0000 0000 2020 51",
            "bic": null,
            "reference": "1001",
            "amount": "64.80",
            "instructions": null,
            "has_code": false,
        },
        "withdrawal_url": shop.at("/withdrawal"),
        "terms_url": null,
        "has_attachments": true,
        "payment": { "amount": "64.80" },
        "parcel": {
            "carrier": "DHL",
            "tracking_number": "00340434161094042557",
            "tracking_url": "https://example.org/track/00340434161094042557",
            "items": items,
            "expected_on": "2026-12-29",
        },
        "shop_address": ["Field Lane 1", "12345 Fieldton"],
        "cancellation": { "items": null, "reason": "Sold out" },
        "refund": { "amount": "12.50", "reason": null },
        "withdrawal": { "at": at, "items": items },
        "declaration": {
            "order_number": "1001",
            "name": "Robin Field",
            "email": "robin@example.org",
            "statement": "The teapot only.",
            "at": at,
        },
        "documents": [{ "kind": "invoice", "number": "INV-1001", "url": null }],
        "account": { "username": "robin" },
        "accounts": [{ "username": "robin", "link": link }],
        "link": verify,
        "valid_days": 7,
        "valid_minutes": 60,
        "products": [{ "name": "Mug, blue", "sku": "MUG-B", "stock": 2 }],
        "at": at,
        "reason": "The disk is full.",
    });
    merge(&mut names, parts);
    names
}

fn order(shop: &Shop, items: &Value) -> Value {
    json!({
        "number": "1001",
        "url": shop.at("/o/1"),
        "name": "Robin Field",
        "email": "robin@example.org",
        "phone": null,
        "placed_on": "2026-12-24",
        "items": items,
        "subtotal": "64.90",
        "discount": "5.00",
        "shipping": "4.90",
        "shipping_name": "Parcel",
        "tax": "10.35",
        "total": "64.80",
        "to_pay": "64.80",
        "to_refund": "12.50",
        "is_pickup": false,
        "pickup_on": null,
        "pickup_time": null,
        "address": ["Robin Field", "Field Lane 3", "12345 Fieldton"],
        "expected_on": "2026-12-29",
    })
}
