//! A machine's clock that is wrong for a while: nothing ends by it that cannot be had back.

use rocket::tokio::runtime::Runtime;
use serde_json::{Value, json};
use tillbox::housekeeping::Housekeeper;

use crate::fixtures::{self, DAY, set, stocked};
use crate::shop::{Shop, User};

const YEAR: i64 = 365 * DAY;

/// A shop with a housekeeper who has looked round once.
struct House {
    shop: Shop,
    keeper: Housekeeper,
}

impl House {
    fn open() -> Self {
        let shop = Shop::new();
        let keeper = Housekeeper::new(shop.store.clone(), 2);
        let mut house = Self { shop, keeper };
        house.look_round();
        house
    }

    fn look_round(&mut self) {
        Runtime::new().unwrap().block_on(self.keeper.look_round());
    }

    /// A minute, after which the housekeeper looks again.
    fn minute(&mut self) {
        self.shop.clock.advance_seconds(60);
        self.look_round();
    }

    /// Ended and started again after so many seconds.
    fn restarted(self, seconds: i64) -> Self {
        self.shop.clock.advance_seconds(seconds);
        drop(self.keeper);
        let shop = self.shop.restarted();
        let keeper = Housekeeper::new(shop.store.clone(), 2);
        let mut house = Self { shop, keeper };
        house.look_round();
        house
    }

    fn warnings(&self) -> Value {
        let mut warnings = self.shop.visitor().get("/health").expect(200)["warnings"].take();
        // The others are about the room on the disk, which is the machine's.
        warnings.as_array_mut().unwrap().retain(|warning| warning == "clock_doubted");
        warnings
    }

    fn copies(&self) -> Vec<String> {
        let folder = std::fs::read_dir(self.shop.config.data.join("backups")).into_iter().flatten();
        let mut names: Vec<String> =
            folder.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// Lets orders wait for their money for two days, and places one.
fn unpaid_order(admin: &User<'_>) {
    let terms = json!([{ "method": "bank_transfer", "hold_hours": 48 }]);
    set(admin, json!({ "payment_methods": ["bank_transfer"], "payment_terms": terms }));
    fixtures::order(1, 1).with(json!({ "payment_method": "bank_transfer" })).create(admin);
}

#[test]
fn a_clock_that_is_eleven_years_ahead_for_a_moment_ends_nothing() {
    let mut house = House::open();
    let admin = stocked(&house.shop, 5);
    unpaid_order(&admin);
    house.shop.customer("ana");
    let session = json!({ "username": "ana", "password": crate::shop::PASSWORD });
    let session = house.shop.visitor().post("/sessions", session).expect(201);
    let key = house.shop.key(tillbox::domain::api_keys::KeyRole::Admin);
    let place = |house: &House| {
        let ask = house.shop.bearer(&key).ask(rocket::http::Method::Post, "/orders");
        let body = fixtures::order(1, 1).body();
        ask.header("Idempotency-Key", "once").json(&body).send().expect(201)
    };
    let placed = place(&house);
    for _ in 0..3 {
        house.shop.clock.advance_seconds(DAY / 2);
        house.minute();
    }
    let copies = house.copies();
    assert_eq!(copies.len(), 1);

    house.shop.clock.leap_seconds(11 * YEAR);
    house.minute();
    assert_eq!(house.warnings(), json!(["clock_doubted"]));
    house.minute();
    house.shop.clock.leap_seconds(-11 * YEAR);
    house.minute();

    assert_eq!(house.warnings(), json!([]));
    assert_eq!(house.shop.bearer(&key).get("/orders/1").expect(200)["status"], "open");
    assert_eq!(place(&house), placed, "the key still counts once");
    house.shop.holder(&session).get("/sessions/current").expect(200);
    assert!(copies.iter().all(|name| house.copies().contains(name)));
    house.shop.clock.advance_seconds(DAY);
    house.minute();
    assert_eq!(house.shop.bearer(&key).get("/orders/1").expect(200)["status"], "cancelled");
}

#[test]
fn a_copy_of_a_day_to_come_neither_stops_the_next_nor_stays() {
    let mut house = House::open();
    house.shop.clock.leap_seconds(11 * YEAR);
    house.minute();
    assert_eq!(house.copies(), ["daily-2037-11-20.db"], "what is there is copied all the same");
    house.shop.clock.leap_seconds(-11 * YEAR);
    for _ in 0..2 {
        house.shop.clock.advance_seconds(DAY);
        house.minute();
    }
    assert_eq!(house.copies(), ["daily-2026-11-24.db", "daily-2026-11-25.db"]);
}

#[test]
fn a_session_that_was_used_in_the_future_opens_nothing() {
    let mut house = House::open();
    house.shop.clock.leap_seconds(11 * YEAR);
    house.look_round();
    let ana = house.shop.customer("ana");
    let owner = house.shop.owner();
    ana.get("/sessions/current").expect(200);
    owner.get("/staff/sessions/current").expect(200);
    house.shop.clock.leap_seconds(-11 * YEAR);
    ana.get("/sessions/current").refused(401, "unauthenticated");
    owner.get("/staff/sessions/current").refused(401, "unauthenticated");
    let sessions = |house: &House| {
        let sql = "select count(*) from sessions";
        house.shop.store.read(|tx| tx.value::<i64>(sql, &[])).unwrap()
    };
    assert_eq!(sessions(&house), 2);
    house.minute();
    assert_eq!(sessions(&house), 0, "nor is it kept until then");
}

#[test]
fn a_start_after_a_season_ends_nothing_until_the_owner_says_that_the_clock_is_right() {
    let house = House::open();
    unpaid_order(&stocked(&house.shop, 5));
    let mut house = house.restarted(61 * DAY);
    assert_eq!(house.warnings(), json!(["clock_doubted"]));
    let status = |house: &House| house.shop.admin().get("/orders/1").expect(200)["status"].clone();
    assert_eq!(status(&house), "open");
    let answer = house.shop.owner().post("/clock_confirmations", json!({}));
    assert_eq!(answer.expect(200)["time"], "2027-01-23T09:00:00Z");
    assert_eq!(house.warnings(), json!([]));
    house.minute();
    assert_eq!(status(&house), "cancelled");
}

#[test]
fn a_time_that_has_held_for_a_day_is_believed_without_anybody() {
    let house = House::open();
    unpaid_order(&stocked(&house.shop, 5));
    let mut house = house.restarted(61 * DAY);
    house.shop.clock.advance_seconds(DAY - 1);
    house.look_round();
    assert_eq!(house.warnings(), json!(["clock_doubted"]));
    house.shop.clock.advance_seconds(1);
    house.look_round();
    assert_eq!(house.warnings(), json!([]));
    assert_eq!(house.shop.admin().get("/orders/1").expect(200)["status"], "cancelled");
}

#[test]
fn a_shop_that_is_closed_for_a_month_goes_on_as_if_nothing_was() {
    let house = House::open();
    unpaid_order(&stocked(&house.shop, 5));
    let house = house.restarted(30 * DAY);
    assert_eq!(house.warnings(), json!([]));
    assert_eq!(house.shop.admin().get("/orders/1").expect(200)["status"], "cancelled");
}
