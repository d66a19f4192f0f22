//! Who works in the shop: the owner lets people in, changes what they may do, and lets them go;
//! there is always an owner left.

use rocket::http::Method;
use serde_json::{Value, json};
use tillbox::domain::staff::Role;

use crate::shop::{STAFF_PASSWORD, Shop, ids};

#[test]
fn the_owner_lets_somebody_in_who_signs_in_at_once() {
    let shop = Shop::new();
    let owner = shop.owner();
    let answer = owner.post("/staff", newcomer("Till@Example.org", "staff"));
    let person = answer.expect(201);
    assert_eq!(answer.header("Location"), Some("/staff/2"));
    assert_eq!(answer.header("ETag"), Some("\"1.0-staff\""));
    let wanted = json!({
        "id": 2, "email": "Till@Example.org", "role": "staff", "last_login_at": null, "version": 1,
        "created_at": "2026-11-23T09:00:00Z", "updated_at": "2026-11-23T09:00:00Z",
    });
    assert_eq!(person, wanted);
    let till = shop.signed_in("till@example.org");
    till.get("/orders").expect(200);
    let read = owner.get("/staff/2");
    assert_eq!(read.expect(200)["last_login_at"], "2026-11-23T09:00:00Z");
    // Signing in changes the answer, and is no edit.
    assert_ne!(read.header("ETag"), answer.header("ETag"));
    let known = answer.header("ETag").unwrap();
    let edit = owner.ask(Method::Patch, "/staff/2").header("If-Match", known);
    edit.json(&json!({ "role": "owner" })).send().expect(200);
    till.get("/settings").expect(200);
    let mut plain = newcomer("eva@example.org", "staff");
    plain.as_object_mut().unwrap().remove("role");
    assert_eq!(owner.post("/staff", plain).expect(201)["role"], "staff");
    owner.get("/staff/99").refused(404, "not_found");
}

#[test]
fn the_list_of_the_staff_goes_on_page_by_page() {
    let shop = Shop::new();
    let owner = shop.owner();
    for name in ["eva", "ana", "ivo"] {
        owner.post("/staff", newcomer(&format!("{name}@example.org"), "staff")).expect(201);
    }
    assert_eq!(ids(&owner.get("/staff").expect(200)), [4, 3, 2, 1]);
    let page = owner.get("/staff?sort=email&limit=2").expect(200);
    assert_eq!(ids(&page), [3, 2]);
    let next = page["next_cursor"].as_str().unwrap();
    let rest = owner.get(&format!("/staff?sort=email&after={next}")).expect(200);
    assert_eq!((ids(&rest), &rest["next_cursor"]), (vec![4, 1], &Value::Null));
    owner.get("/staff?sort=role").invalid(&[("sort", "unknown_value")]);
    owner.get("/staff?email=x").invalid(&[("email", "unknown_parameter")]);
}

#[test]
fn everything_that_is_wrong_with_a_person_is_told_at_once() {
    let shop = Shop::new();
    let owner = shop.owner();
    owner.post("/staff", json!({ "email": "till", "role": "boss", "password": "short" })).invalid(
        &[("/email", "not_an_email"), ("/role", "unknown_role"), ("/password", "too_short")],
    );
    owner.post("/staff", json!({})).invalid(&[("/email", "required"), ("/password", "required")]);
    owner.post("/staff", newcomer("OWNER@example.org", "staff")).refused(409, "taken");
    let mut own_name = newcomer("till@example.org", "staff");
    own_name["password"] = json!("Till@example.org");
    owner.post("/staff", own_name).invalid(&[("/password", "too_common")]);

    owner.post("/staff", newcomer("till@example.org", "staff")).expect(201);
    let edit = |body: Value| owner.patch("/staff/2", body);
    edit(json!({ "email": null, "role": 1, "password": null, "name": "Till" })).invalid(&[
        ("/email", "wrong_type"),
        ("/role", "wrong_type"),
        ("/password", "wrong_type"),
        ("/name", "unknown_field"),
    ]);
    edit(json!({ "password": "till@example.org" })).invalid(&[("/password", "too_common")]);
    edit(json!({ "email": "till2@example.org", "password": "till2@example.org" }))
        .invalid(&[("/password", "too_common")]);
    edit(json!({ "email": "owner@example.org" })).refused(409, "taken");
    let read = owner.get("/staff/2").expect(200);
    assert_eq!(edit(read.clone()).expect(200)["email"], read["email"]);
}

#[test]
fn a_new_password_ends_the_other_sessions_of_that_person() {
    let shop = Shop::new();
    let owner = shop.owner();
    let till = shop.staff("till@example.org", Role::Staff);
    let other = shop.signed_in("owner@example.org");
    owner.patch("/staff/2", json!({ "password": "another loaf of rye" })).expect(200);
    till.get("/orders").refused(401, "unauthenticated");
    other.get("/staff").expect(200);
    owner.patch("/staff/1", json!({ "password": "another loaf of rye" })).expect(200);
    other.get("/staff").refused(401, "unauthenticated");
    owner.get("/staff").expect(200);
    for email in ["owner@example.org", "till@example.org"] {
        let old = json!({ "email": email, "password": STAFF_PASSWORD });
        shop.visitor().post("/staff/sessions", old).refused(401, "unauthenticated");
        let new = json!({ "email": email, "password": "another loaf of rye" });
        shop.visitor().post("/staff/sessions", new).expect(201);
    }
}

#[test]
fn everyone_on_the_staff_changes_their_own_password_and_nothing_else() {
    let shop = Shop::new();
    shop.owner();
    let till = shop.staff("till@example.org", Role::Staff);
    let other = shop.signed_in("till@example.org");
    let id = till.get("/staff/sessions/current").expect(200)["staff_id"].clone();
    let edit = |body: Value| till.patch(&format!("/staff/{id}"), body);
    let new = |current: Value| json!({ "password": "a loaf of rye", "current_password": current });
    edit(json!({ "password": "a loaf of rye" })).invalid(&[("/current_password", "required")]);
    edit(new(json!("wrong"))).invalid(&[("/current_password", "wrong_password")]);
    for (field, value) in [("email", "me@example.org"), ("role", "owner")] {
        let mut body = new(json!(STAFF_PASSWORD));
        body[field] = json!(value);
        edit(body).invalid(&[(&format!("/{field}"), "not_allowed")]);
    }
    edit(new(json!(STAFF_PASSWORD))).expect(200);
    other.get("/orders").refused(401, "unauthenticated");
    till.get("/orders").expect(200);
    let sign_in = json!({ "email": "till@example.org", "password": "a loaf of rye" });
    shop.visitor().post("/staff/sessions", sign_in).expect(201);
    till.patch("/staff/1", json!({ "password": "a loaf of rye" })).refused(403, "forbidden");
    till.get(&format!("/staff/{id}")).refused(403, "forbidden");
    // Who guesses waits.
    for _ in 0..5 {
        edit(new(json!("wrong"))).invalid(&[("/current_password", "wrong_password")]);
    }
    edit(new(json!("wrong"))).refused(429, "too_many_requests");
}

#[test]
fn a_new_role_counts_at_once_and_a_new_email_is_what_one_signs_in_with() {
    let shop = Shop::new();
    let owner = shop.owner();
    let till = shop.staff("till@example.org", Role::Staff);
    till.get("/staff").refused(403, "forbidden");
    owner.patch("/staff/2", json!({ "role": "owner" })).expect(200);
    till.get("/staff").expect(200);
    till.patch("/staff/1", json!({ "role": "staff", "email": "ana@example.org" })).expect(200);
    owner.get("/staff").refused(403, "forbidden");
    owner.get("/orders").expect(200);
    shop.signed_in("ana@example.org").get("/orders").expect(200);
    let gone = json!({ "email": "owner@example.org", "password": STAFF_PASSWORD });
    shop.visitor().post("/staff/sessions", gone).refused(401, "unauthenticated");
}

#[test]
fn whoever_is_let_go_is_signed_out_and_the_last_owner_stays() {
    let shop = Shop::new();
    let owner = shop.owner();
    let till = shop.staff("till@example.org", Role::Staff);
    let problem = owner.delete("/staff/1").refused(409, "conflict");
    assert!(problem["detail"].as_str().unwrap().contains("only owner"), "{problem}");
    owner.patch("/staff/1", json!({ "role": "staff" })).refused(409, "conflict");
    owner.patch("/staff/1", json!({ "role": "owner" })).expect(200);
    owner.delete("/staff/2").expect(204);
    owner.delete("/staff/2").refused(404, "not_found");
    till.get("/orders").refused(401, "unauthenticated");
    let second = shop.staff("second@example.org", Role::Owner);
    owner.delete("/staff/1").expect(204);
    owner.get("/staff").refused(401, "unauthenticated");
    assert_eq!(ids(&second.get("/staff").expect(200)), [3]);
    second.delete("/staff/3").refused(409, "conflict");
}

#[test]
fn nobodys_change_to_a_person_is_lost() {
    let shop = Shop::new();
    let owner = shop.owner();
    let made = owner.post("/staff", newcomer("till@example.org", "staff"));
    let tag = made.header("ETag").unwrap();
    let with = |method, header: &str| owner.ask(method, "/staff/2").header(header, tag);
    assert_eq!(with(Method::Get, "If-None-Match").send().status, 304);
    owner.patch("/staff/2", json!({ "email": "eva@example.org" })).expect(200);
    with(Method::Get, "If-None-Match").send().expect(200);
    let stale = with(Method::Patch, "If-Match").json(&json!({ "role": "owner" })).send();
    let current = stale.refused(412, "precondition_failed")["current"].clone();
    assert_eq!((&current["email"], &current["version"]), (&json!("eva@example.org"), &json!(2)));
    with(Method::Delete, "If-Match").send().refused(412, "precondition_failed");
    // What is out of date is told before what it conflicts with.
    let taken = with(Method::Patch, "If-Match").json(&json!({ "email": "owner@example.org" }));
    taken.send().refused(412, "precondition_failed");
}

fn newcomer(email: &str, role: &str) -> Value {
    json!({ "email": email, "role": role, "password": STAFF_PASSWORD })
}
