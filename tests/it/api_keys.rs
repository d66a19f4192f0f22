//! Keys for programs: the owner makes them, sees them once, and ends them at once.

use serde_json::{Value, json};
use tillbox::domain::api_keys::KeyRole;

use crate::shop::{Shop, ids};

#[test]
fn a_key_is_shown_once_and_opens_what_its_role_says() {
    let shop = Shop::new();
    let owner = shop.owner();
    for (id, role, settings) in [(1, "admin", 200), (2, "storefront", 403), (3, "read", 403)] {
        let answer = owner.post("/api_keys", json!({ "role": role, "name": " Till 2 " }));
        let mut made = answer.expect(201);
        assert_eq!(answer.header("Location"), Some(format!("/api_keys/{id}").as_str()));
        assert_eq!(answer.header("Cache-Control"), Some("private, no-store"));
        let key = made["key"].take();
        let key = key.as_str().unwrap();
        assert!(key.starts_with(&format!("tb_{role}_")) && key.len() > 64, "{key}");
        made.as_object_mut().unwrap().remove("key");
        let wanted = json!({
            "id": id, "name": "Till 2", "role": role, "created_at": "2026-11-23T09:00:00Z",
            "revoked_at": null,
        });
        assert_eq!(made, wanted);
        assert_eq!(owner.get(&format!("/api_keys/{id}")).expect(200), wanted);
        let program = shop.bearer(key);
        program.get("/orders").expect(200);
        assert_eq!(program.get("/settings").status, settings);
        program.get("/api_keys").refused(403, "forbidden");
        assert!(shop.bytes_with(key).is_empty());
    }
    let list = owner.get("/api_keys").expect(200);
    assert_eq!(ids(&list), [3, 2, 1]);
    assert!(!list.to_string().contains("tb_"), "{list}");
}

#[test]
fn a_revoked_key_ends_at_once_and_stays_in_the_list() {
    let shop = Shop::new();
    let owner = shop.owner();
    let made = owner.post("/api_keys", json!({ "role": "read" })).expect(201);
    assert_eq!(made["name"], Value::Null);
    let program = shop.bearer(made["key"].as_str().unwrap());
    program.get("/orders").expect(200);
    shop.clock.advance_seconds(60);
    owner.delete("/api_keys/1").expect(204);
    program.get("/orders").refused(401, "unauthenticated");
    owner.delete("/api_keys/1").refused(404, "not_found");
    let kept = owner.get("/api_keys").expect(200)["data"][0].clone();
    assert_eq!((&kept["id"], &kept["revoked_at"]), (&json!(1), &json!("2026-11-23T09:01:00Z")));
    assert_eq!(owner.get("/api_keys/1").expect(200), kept);
    owner.delete("/api_keys/99").refused(404, "not_found");
    owner.get("/api_keys/99").refused(404, "not_found");
}

#[test]
fn a_key_changes_its_name_and_nothing_else() {
    let shop = Shop::new();
    let owner = shop.owner();
    shop.key(KeyRole::Read);
    let edit = |body: Value| owner.patch("/api_keys/1", body);
    assert_eq!(edit(json!({ "name": "Reports" })).expect(200)["name"], "Reports");
    assert_eq!(edit(json!({})).expect(200)["name"], "Reports");
    let read = owner.get("/api_keys/1").expect(200);
    assert_eq!(edit(read.clone()).expect(200), read);
    edit(json!({ "role": "admin" })).invalid(&[("/role", "not_allowed")]);
    edit(json!({ "name": " ", "role": "boss", "key": "tb_read_0" })).invalid(&[
        ("/name", "empty"),
        ("/role", "unknown_role"),
        ("/key", "unknown_field"),
    ]);
    assert_eq!(edit(json!({ "name": null })).expect(200)["name"], Value::Null);
    owner.patch("/api_keys/99", json!({ "name": "x" })).refused(404, "not_found");
    owner.post("/api_keys", json!({ "role": "owner" })).invalid(&[("/role", "unknown_role")]);
    owner.post("/api_keys", json!({ "name": "x" })).invalid(&[("/role", "required")]);
}

#[test]
fn the_list_of_keys_goes_on_page_by_page() {
    let shop = Shop::new();
    let owner = shop.owner();
    for _ in 0..3 {
        shop.key(KeyRole::Admin);
    }
    let page = owner.get("/api_keys?limit=2").expect(200);
    assert_eq!(ids(&page), [3, 2]);
    let next = page["next_cursor"].as_str().unwrap();
    let rest = owner.get(&format!("/api_keys?after={next}")).expect(200);
    assert_eq!((ids(&rest), &rest["next_cursor"]), (vec![1], &Value::Null));
    owner.get("/api_keys?role=admin").invalid(&[("role", "unknown_parameter")]);
}
