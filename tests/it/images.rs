//! Pictures of products and collections: uploaded once, shrunk, and shown wherever they are sold.

use jpeg_encoder::{ColorType, Encoder};
use rocket::http::Method;
use serde_json::{Value, json};
use tillbox::store::engine::verify;

use crate::fixtures::{self, create, product, shirt};
use crate::shop::{Answer, Shop, User};

/// A picture of one colour and its slopes.
pub fn jpeg(width: u16, height: u16, shade: u8) -> Vec<u8> {
    let (columns, lines) = (usize::from(width), usize::from(height));
    let byte = |number: usize| u8::try_from(number % 256).unwrap();
    let pixel = |at: usize| [shade, byte(at % columns * 255 / columns), byte(at / columns)];
    let pixels: Vec<u8> = (0..columns * lines).flat_map(pixel).collect();
    let mut bytes = Vec::new();
    Encoder::new(&mut bytes, 90).encode(&pixels, width, height, ColorType::Rgb).unwrap();
    bytes
}

/// A picture that lets through what is behind it.
fn clear_png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().unwrap();
    let pixels = [10, 200, 30, 128].repeat((width * height) as usize);
    writer.write_image_data(&pixels).unwrap();
    writer.finish().unwrap();
    bytes
}

fn send(user: &User<'_>, path: &str, bytes: &[u8]) -> Answer {
    user.ask(Method::Post, path).raw("image/jpeg", bytes).send()
}

fn upload(user: &User<'_>, path: &str, bytes: &[u8]) -> Value {
    send(user, path, bytes).expect(201)
}

fn images(user: &User<'_>, id: i64) -> Vec<(i64, i64, String)> {
    let product = user.get(&format!("/products/{id}")).expect(200);
    let image = |image: &Value| {
        let number = |name: &str| image[name].as_i64().unwrap();
        (number("id"), number("position"), image["alt"].as_str().unwrap().to_owned())
    };
    product["images"].as_array().unwrap().iter().map(image).collect()
}

fn assert_sound(shop: &Shop) {
    let verdict = verify::served(&shop.config.data.join("shop.db")).unwrap();
    assert_eq!(verdict.faults, [""; 0]);
}

#[test]
fn a_picture_is_seen_in_three_widths_for_good() {
    let shop = Shop::new();
    let (admin, visitor) = (shop.admin(), shop.visitor());
    fixtures::mug(&admin, 5);
    let path = "/products/1/images?alt=A%20blue%20mug";
    let made = send(&admin, path, &jpeg(1_000, 500, 90));
    let image = made.expect(201);
    let address = image["urls"]["320"].as_str().unwrap().strip_suffix("/320").unwrap().to_owned();
    let urls = ["320", "800", "1600"].map(|width| format!("{address}/{width}"));
    let wanted = json!({
        "id": 1, "alt": "A blue mug", "position": 1, "width": 1000, "height": 500,
        "urls": { "320": urls[0], "800": urls[1], "1600": urls[2] },
    });
    assert_eq!(image, wanted);
    assert_eq!(made.header("Location"), Some("/products/1/images/1"));
    assert_eq!(visitor.get("/products/1/images/1").expect(200), wanted);
    let seen = visitor.get("/products/1").expect(200);
    assert_eq!((&seen["images"], &seen["version"]), (&json!([wanted]), &json!(2)));
    assert_eq!(visitor.get("/products").expect(200)["data"][0]["images"], json!([wanted]));
    for (width, pixels) in [(320, (320, 160)), (800, (800, 400)), (1600, (1_000, 500))] {
        let shown = visitor.get(&format!("{address}/{width}"));
        assert_eq!((shown.status, shown.header("Content-Type")), (200, Some("image/jpeg")));
        assert_eq!(size_of_jpeg(&shown.body), pixels);
        let cache = "public, max-age=31536000, immutable";
        assert_eq!(shown.header("Cache-Control"), Some(cache));
        let again = visitor.ask(Method::Get, &format!("{address}/{width}"));
        let again = again.header("If-None-Match", shown.header("ETag").unwrap()).send();
        assert_eq!((again.status, again.body.len()), (304, 0));
        let head = visitor.ask(Method::Head, &format!("{address}/{width}")).send();
        assert_eq!((head.status, head.body.len()), (200, 0));
    }
    for path in [format!("{address}/321"), "/images/0123456789abcdef0123456789abcdef/320".into()] {
        visitor.get(&path).refused(404, "not_found");
    }
    visitor.get("/images/UP/320").refused(404, "not_found");
    // What lets something through stays so.
    let clear = send(&admin, "/products/1/images", &clear_png(20, 10)).expect(201);
    assert_eq!(clear["urls"]["1600"], clear["urls"]["320"]);
    let shown = visitor.get(clear["urls"]["320"].as_str().unwrap());
    assert_eq!(shown.header("Content-Type"), Some("image/png"));
    assert_sound(&shop);
}

fn size_of_jpeg(bytes: &[u8]) -> (u32, u32) {
    let mut at = 2;
    loop {
        let pair = |at: usize| u32::from(bytes[at]) << 8 | u32::from(bytes[at + 1]);
        if matches!(bytes[at + 1], 0xc0..=0xc2) {
            return (pair(at + 7), pair(at + 5));
        }
        at += 2 + pair(at + 2) as usize;
    }
}

#[test]
fn the_pictures_of_a_product_have_an_order_and_words() {
    let shop = Shop::new();
    let admin = shop.admin();
    fixtures::mug(&admin, 5);
    for shade in 1..=3 {
        upload(&admin, "/products/1/images", &jpeg(40, 30, shade));
    }
    let first = upload(&admin, "/products/1/images?position=1&alt=Front", &jpeg(40, 30, 4));
    assert_eq!((&first["id"], &first["position"]), (&json!(4), &json!(1)));
    let own = |all: &[(i64, &str)]| -> Vec<(i64, i64, String)> {
        (1..).zip(all).map(|(at, (id, alt))| (*id, at, (*alt).to_owned())).collect()
    };
    assert_eq!(images(&admin, 1), own(&[(4, "Front"), (1, ""), (2, ""), (3, "")]));
    let edited = json!({ "position": 4, "alt": "Back" });
    let edited = admin.patch("/products/1/images/1", edited).expect(200);
    assert_eq!((&edited["position"], &edited["alt"]), (&json!(4), &json!("Back")));
    admin.patch("/products/1/images/2", json!({ "alt": "Side" })).expect(200);
    assert_eq!(images(&admin, 1), own(&[(4, "Front"), (2, "Side"), (3, ""), (1, "Back")]));
    admin.delete("/products/1/images/2").expect(204);
    assert_eq!(images(&admin, 1), own(&[(4, "Front"), (3, ""), (1, "Back")]));
    admin.get("/products/1/images/2").refused(404, "not_found");
    admin.delete("/products/1/images/2").refused(404, "not_found");
    admin
        .patch("/products/1/images/4", json!({ "position": 0, "alt": 5 }))
        .invalid(&[("/alt", "wrong_type"), ("/position", "out_of_range")]);
    for method in [Method::Delete, Method::Patch] {
        let stale = admin.ask(method, "/products/1/images/3").header("If-Match", "\"1.0\"");
        stale.json(&json!({ "alt": "Side" })).send().refused(412, "precondition_failed");
    }
    // The whole product may be sent back; pictures come by their own way alone.
    let whole = admin.get("/products/1").expect(200);
    assert_eq!(admin.put("/products/1", whole).expect(200)["images"].as_array().unwrap().len(), 3);
    for images in
        [json!([{ "src": "https://a.example/b" }]), json!(["b.jpg"]), json!([{ "id": 9 }])]
    {
        let drawn = json!({ "name": "Cup", "price": "1", "images": images });
        admin.post("/products", drawn).invalid(&[("/images", "not_allowed")]);
    }
    assert_sound(&shop);
}

#[test]
fn a_variant_shows_its_own_picture_and_so_does_its_line() {
    let shop = Shop::new();
    let (admin, visitor) = (shop.admin(), shop.visitor());
    create(&admin, shirt());
    let first = upload(&admin, "/products/1/images", &jpeg(40, 30, 1));
    let second = upload(&admin, "/products/1/images", &jpeg(40, 30, 2));
    let variants = json!({ "variants": [{ "id": 1 }, { "id": 2, "image_id": 2 }] });
    let changed = admin.patch("/products/1", variants).expect(200);
    assert_eq!(
        (&changed["variants"][0]["image_id"], &changed["variants"][1]["image_id"]),
        (&Value::Null, &json!(2))
    );
    let unknown = json!({ "variants": [{ "id": 1, "image_id": 9 }, { "id": 2 }] });
    admin.patch("/products/1", unknown).invalid(&[("/variants/0/image_id", "unknown_image")]);
    let lines = json!([
        { "product_id": 1, "variant_id": 1, "quantity": 1 },
        { "product_id": 1, "variant_id": 2, "quantity": 1 },
    ]);
    let urls = |answer: &Value| -> Vec<Value> {
        let items = answer["items"].as_array().unwrap();
        items.iter().map(|item| item["image_url"].clone()).collect()
    };
    let wanted = [first["urls"]["320"].clone(), second["urls"]["320"].clone()];
    let quote = visitor.post("/quotes", json!({ "items": lines })).expect(200);
    assert_eq!(urls(&quote), wanted);
    let placed = fixtures::order_of(lines).create(&visitor);
    assert_eq!(urls(&placed), wanted);
    assert_eq!(urls(&admin.get("/orders/1").expect(200)), wanted);
    // What a line shows stays, also when the product shows it no more.
    admin.delete("/products/1/images/2").expect(204);
    let left = admin.get("/products/1").expect(200);
    assert_eq!(left["variants"][1]["image_id"], Value::Null);
    assert_eq!(urls(&admin.get("/orders/1").expect(200)), wanted);
    assert_eq!(visitor.get(wanted[1].as_str().unwrap()).status, 200);
    // Another product has the same; what it loses is still on the line.
    product("Cup", "1").create(&admin);
    upload(&admin, "/products/2/images", &jpeg(40, 30, 2));
    admin.delete("/products/2").expect(204);
    assert_eq!(visitor.get(wanted[1].as_str().unwrap()).status, 200);
    assert_sound(&shop);
}

#[test]
fn a_picture_that_nobody_shows_is_thrown_away() {
    let shop = Shop::new();
    let admin = shop.admin();
    fixtures::mug(&admin, 5);
    product("Cup", "1").create(&admin);
    let stored = || -> i64 {
        let sql = "select count(*) from pictures";
        shop.store.read(|tx| tx.value(sql, &[])).unwrap()
    };
    let one = upload(&admin, "/products/1/images", &jpeg(40, 30, 1));
    let two = upload(&admin, "/products/2/images", &jpeg(40, 30, 1));
    assert_eq!((one["urls"].clone(), stored()), (two["urls"].clone(), 1));
    admin.delete("/products/1/images/1").expect(204);
    assert_eq!(stored(), 1);
    admin.delete("/products/2").expect(204);
    assert_eq!(stored(), 0);
    admin.get(one["urls"]["320"].as_str().unwrap()).refused(404, "not_found");
    assert_sound(&shop);
}

#[test]
fn a_collection_has_a_picture_too() {
    let shop = Shop::new();
    let admin = shop.admin();
    admin.post("/collections", json!({ "name": "Bread" })).expect(201);
    assert_eq!(admin.get("/collections/1").expect(200)["image"], Value::Null);
    let set = send(&admin, "/collections/1/image?alt=Loaves", &jpeg(900, 300, 7)).expect(200);
    let image = &set["image"];
    assert_eq!(
        (&image["alt"], &image["width"], &set["version"]),
        (&json!("Loaves"), &json!(900), &json!(2))
    );
    let first = image["urls"]["800"].as_str().unwrap().to_owned();
    assert_eq!(shop.visitor().get(&first).status, 200);
    let again = send(&admin, "/collections/1/image", &jpeg(900, 300, 8)).expect(200);
    assert_eq!(again["image"]["alt"], "");
    admin.get(&first).refused(404, "not_found");
    admin.delete("/collections/1/image").expect(204);
    admin.delete("/collections/1/image").refused(404, "not_found");
    send(&admin, "/collections/1/image", &jpeg(900, 300, 8)).expect(200);
    admin.delete("/collections/1").expect(204);
    assert_sound(&shop);
}

#[test]
fn what_is_no_picture_is_refused_in_words() {
    let shop = Shop::new();
    let admin = shop.admin();
    fixtures::mug(&admin, 5);
    let path = "/products/1/images";
    let gif = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;";
    let refused = send(&admin, path, gif);
    refused.refused(415, "unsupported_media_type");
    assert!(refused.json()["detail"].as_str().unwrap().contains("GIF"), "{}", refused.json());
    for (kind, body) in [("text/plain", "x"), ("application/json", "{}"), ("image/gif", "x")] {
        admin.ask(Method::Post, path).raw(kind, body).send().refused(415, "unsupported_media_type");
    }
    let form = admin.ask(Method::Post, path).raw("multipart/form-data; boundary=x", "--x--");
    form.send().refused(415, "unsupported_media_type");
    for body in [&b""[..], b"hello", &jpeg(40, 30, 1)[..200]] {
        let status = send(&admin, path, body).status;
        assert!(matches!(status, 415 | 422), "{status}");
    }
    let large = vec![0; 10 * 1024 * 1024 + 1];
    let mut huge = clear_png(20, 10);
    huge[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    admin.post("/collections", json!({ "name": "Bread" })).expect(201);
    for path in [path, "/collections/1/image"] {
        send(&admin, path, &large).refused(413, "body_too_large");
        assert_eq!(send(&admin, path, &huge).status, 422);
    }
    send(&admin, "/products/1/images?position=51", &jpeg(4, 3, 1))
        .invalid(&[("position", "out_of_range")]);
    send(&admin, "/products/9/images", &jpeg(4, 3, 1)).refused(404, "not_found");
    // Nobody but the shop is read at all.
    send(&shop.visitor(), path, &large).refused(401, "unauthenticated");
    send(&shop.customer("ana"), path, &large).refused(403, "forbidden");
    assert_eq!(images(&admin, 1), []);
    assert_sound(&shop);
}

#[test]
fn an_upload_counts_once() {
    let shop = Shop::new();
    let admin = shop.admin();
    fixtures::mug(&admin, 5);
    let once = |path: &str, bytes: &[u8]| {
        let request = admin.ask(Method::Post, path).header("Idempotency-Key", "a");
        request.raw("image/jpeg", bytes).send()
    };
    let picture = jpeg(40, 30, 1);
    let first = once("/products/1/images", &picture);
    let again = once("/products/1/images", &picture);
    assert_eq!(first.expect(201), again.expect(201));
    assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
    once("/products/1/images", &jpeg(40, 30, 2)).refused(422, "idempotency_key_reused");
    once("/products/1/images?alt=x", &picture).refused(422, "idempotency_key_reused");
    assert_eq!(images(&admin, 1).len(), 1);
    admin.delete("/products/1/images/1").expect(204);
    once("/products/1/images", &picture).refused(410, "gone");
    for shade in 0..50 {
        upload(&admin, "/products/1/images", &jpeg(4, 3, shade));
    }
    send(&admin, "/products/1/images", &picture).refused(409, "conflict");
}
