//! Buyers that are companies: their name, their number for VAT and their phone stand wherever an
//! address does, and on the papers.

use serde_json::{Value, json};

use crate::fixtures::{self, address, mug, set, took, with};
use crate::shop::{Answer, Shop};

fn company() -> Value {
    let fields = json!({ "company": "Silva Lda", "vat_id": "PT501442600", "phone": "+351 21 000" });
    with(address("Porto"), fields)
}

fn page(answer: &Answer) -> String {
    assert_eq!(answer.status, 200);
    String::from_utf8(answer.body.clone()).unwrap()
}

#[test]
fn a_company_is_named_in_every_address_and_on_the_papers() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 9);
    let kept = set(&admin, json!({ "name": "Mugs", "tax_number": "PT 123", "address": company() }));
    let want = with(company(), json!({ "line2": null, "postal_code": null, "region": null }));
    assert_eq!(kept["address"], want);
    assert_eq!(shop.visitor().get("/shop").expect(200)["address"], want);
    let people = json!({ "addresses": [company()] });
    let made = fixtures::customer("Ana Silva").with(people).create(&admin);
    assert_eq!(made["addresses"], json!([want]));
    let sent = json!({ "shipping_address": company(), "billing_address": company() });
    let placed = fixtures::order(mug, 1).with(sent).create(&admin);
    assert_eq!(
        (&placed["shipping_address"], &placed["billing_address"]),
        (&want, &want),
        "as they were sent"
    );
    took(&admin, 1, "packing", json!({}));
    let invoice = admin.post("/orders/1/invoices", json!({}));
    let printed = page(&admin.get(invoice.header("Location").unwrap()));
    // The company above the name, and its number for VAT at the end.
    let lines = "Silva Lda<br>Ana Silva<br>Rua 1<br>Porto<br>Portugal<br>VAT ID PT501442600</p>";
    assert!(printed.contains(&format!("<p class=\"recipient\">{lines}")), "{printed}");
    let slip = page(&admin.get("/orders/1/packing-slip"));
    let lines = "Silva Lda<br>Ana Silva<br>Rua 1<br>Porto<br>Portugal<br>+351 21 000</p>";
    assert!(slip.contains(&format!("<p class=\"recipient\">{lines}")), "{slip}");
}

#[test]
fn what_is_said_of_a_company_is_held_to_the_rules_of_text() {
    let shop = Shop::new();
    let wrong = json!({ "company": "x".repeat(256), "vat_id": "a\u{0}b", "phone": "call me" });
    let body = fixtures::person("Ana Silva");
    let body = with(body, json!({ "addresses": [with(address("Porto"), wrong)] }));
    shop.visitor().post("/customers", body).invalid(&[
        ("/addresses/0/company", "too_long"),
        ("/addresses/0/vat_id", "control_character"),
        ("/addresses/0/phone", "not_a_phone"),
    ]);
}
