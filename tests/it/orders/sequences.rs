//! Hundreds of orders go through steps drawn by lot, sensible ones and others, and after each step
//! the shop is held against a small model that knows nothing of how the shop does it.

use serde_json::{Value, json};

use crate::fixtures::{self, create, id_of, parcel, with};
use crate::shop::{Shop, User};

const ORDERS: u64 = 240;
const STEPS_OF_AN_ORDER: u64 = 14;

/// The same throws in every run (a multiplicative generator of Knuth's).
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        (self.0 >> 33) % sides
    }

    fn among<T: Clone>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.below(of.len() as u64)).unwrap()].clone()
    }

    /// From 1 to the most, which is at least 1.
    fn up_to(&mut self, most: i64) -> i64 {
        1 + i64::try_from(self.below(most.unsigned_abs())).unwrap()
    }
}

struct Line {
    item: i64,
    cents: i64,
    units: i64,
    shipped: i64,
    cancelled: i64,
}

impl Line {
    fn left(&self) -> i64 {
        self.units - self.shipped - self.cancelled
    }
}

/// What is known of an order: only what happened, nothing derived.
struct Model {
    path: String,
    lines: Vec<Line>,
    payments: Vec<(String, i64)>,
    packing: Option<String>,
    /// The parcels, and whether they arrived.
    parcels: Vec<(i64, bool)>,
    /// The deliveries, and the parcels that came with them.
    deliveries: Vec<(String, Vec<i64>)>,
}

impl Model {
    fn total(&self) -> i64 {
        self.lines.iter().map(|line| line.cents * line.units).sum()
    }

    fn owed(&self) -> i64 {
        self.lines.iter().map(|line| line.cents * (line.units - line.cancelled)).sum()
    }

    fn paid(&self) -> i64 {
        self.payments.iter().map(|(_, cents)| cents).sum()
    }

    fn open(&self) -> i64 {
        (self.owed() - self.paid()).max(0)
    }

    fn shipped(&self) -> bool {
        self.lines.iter().any(|line| line.shipped > 0)
    }

    fn left(&self) -> bool {
        self.lines.iter().any(|line| line.left() > 0)
    }

    fn fulfillment(&self) -> &'static str {
        let arrived = self.parcels.iter().all(|(_, arrived)| *arrived);
        match (self.shipped(), self.left()) {
            (true, false) if arrived => "delivered",
            (true, false) => "shipped",
            (true, true) => "partially_shipped",
            (false, _) if self.packing.is_some() => "packed",
            (false, _) => "unfulfilled",
        }
    }

    fn payment(&self) -> &'static str {
        match self.paid() {
            0 if self.owed() > 0 => "unpaid",
            paid if paid < self.owed() => "partially_paid",
            _ => "paid",
        }
    }

    fn status(&self) -> &'static str {
        match (self.fulfillment(), self.open()) {
            _ if self.lines.iter().all(|line| line.cancelled == line.units) => "cancelled",
            ("delivered", 0) => "completed",
            _ => "open",
        }
    }

    fn allowed(&self) -> Value {
        let under_way = self.parcels.iter().any(|(_, arrived)| !arrived);
        let all = [
            ("payments", self.open() > 0),
            ("packing", self.packing.is_none() && !self.shipped() && self.left()),
            ("shipments", self.left()),
            ("delivery", under_way),
            ("cancellation", self.left()),
            ("refunds", self.paid() > 0),
            ("returns", self.shipped()),
        ];
        all.into_iter().filter(|(_, fits)| *fits).map(|(name, _)| name).collect()
    }

    fn check(&self, order: &Value) {
        let cents = |name: &str| order[name].as_str().unwrap().replace('.', "").parse::<i64>();
        assert_eq!(order["status"], self.status(), "{order}");
        assert_eq!(order["payment_status"], self.payment(), "{order}");
        assert_eq!(order["fulfillment_status"], self.fulfillment(), "{order}");
        assert_eq!(cents("total"), Ok(self.total()));
        assert_eq!(cents("paid_total"), Ok(self.paid()));
        assert_eq!(cents("to_refund"), Ok((self.paid() - self.owed()).max(0)), "{order}");
        assert_eq!(order["payments"].as_array().unwrap().len(), self.payments.len());
        for (line, item) in self.lines.iter().zip(order["items"].as_array().unwrap()) {
            let counts = (&item["shipped_quantity"], &item["cancelled_quantity"]);
            assert_eq!(counts, (&json!(line.shipped), &json!(line.cancelled)), "{order}");
        }
        for ((id, arrived), parcel) in
            self.parcels.iter().zip(order["shipments"].as_array().unwrap())
        {
            assert_eq!((&parcel["id"], !parcel["delivered_at"].is_null()), (&json!(id), *arrived));
        }
        let cancelled = order["status"] == "cancelled";
        assert_eq!(!order["cancelled_at"].is_null(), cancelled);
    }

    /// Asks for a step; answers the order and the number of the step, where it fits.
    fn ask(&self, user: &User<'_>, step: &str, body: Value, fits: bool) -> Option<(Value, String)> {
        let answer = user.post(&format!("{}/{step}", self.path), body);
        if fits {
            let order = answer.expect(201);
            return Some((order, answer.header("Location").unwrap().to_owned()));
        }
        assert_eq!(answer.refused(409, "action_not_possible")["allowed"], self.allowed());
        None
    }

    fn pay(&mut self, user: &User<'_>, dice: &mut Dice) {
        let open = self.open();
        let (amount, cents) = match dice.below(4) {
            0 => (Value::Null, open),
            1 => (json!(decimal(open + 1)), open + 1),
            _ if open > 0 => {
                let part = dice.up_to(open);
                (json!(decimal(part)), part)
            }
            _ => (Value::Null, 0),
        };
        let body = json!({ "method": "cash", "amount": amount, "again": true });
        if let Some((_, step)) = self.ask(user, "payments", body, open > 0 && cents <= open) {
            self.payments.push((step, cents));
        }
    }

    fn pack(&mut self, user: &User<'_>) {
        let fits = self.packing.is_none() && !self.shipped() && self.left();
        if let Some((_, step)) = self.ask(user, "packing", json!({}), fits) {
            self.packing = Some(step);
        }
    }

    /// The units of a shipment or a cancellation: all, some of a line, or more than are left.
    fn draw(&self, dice: &mut Dice) -> (Value, Vec<i64>, bool) {
        let all: Vec<i64> = self.lines.iter().map(Line::left).collect();
        if dice.below(3) == 0 {
            return (json!({}), all, self.left());
        }
        let at = usize::try_from(dice.below(self.lines.len() as u64)).unwrap();
        let units = dice.up_to(all[at] + 1);
        let body = json!({ "items": [{ "item_id": self.lines[at].item, "quantity": units }] });
        let mut drawn = vec![0; all.len()];
        drawn[at] = units;
        (body, drawn, units <= all[at])
    }

    fn ship(&mut self, user: &User<'_>, dice: &mut Dice) {
        let (body, units, fits) = self.draw(dice);
        if let Some((order, _)) = self.ask(user, "shipments", with(parcel(), body), fits) {
            let parcel = order["shipments"].as_array().unwrap().last().unwrap();
            self.parcels.push((id_of(parcel), false));
            for (line, units) in self.lines.iter_mut().zip(units) {
                line.shipped += units;
            }
        }
    }

    fn cancel(&mut self, user: &User<'_>, dice: &mut Dice) {
        let (body, units, fits) = self.draw(dice);
        let body = with(json!({ "reason": "By lot." }), body);
        if self.ask(user, "cancellation", body, fits).is_some() {
            for (line, units) in self.lines.iter_mut().zip(units) {
                line.cancelled += units;
            }
        }
    }

    fn deliver(&mut self, user: &User<'_>, dice: &mut Dice) {
        let one = !self.parcels.is_empty() && dice.below(2) == 0;
        let one = one.then(|| dice.among(&self.parcels).0);
        let meant = |(id, arrived): &(i64, bool)| !arrived && one.is_none_or(|one| one == *id);
        let come: Vec<i64> = self.parcels.iter().filter(|p| meant(p)).map(|(id, _)| *id).collect();
        let body = json!({ "shipment_id": one });
        if let Some((_, step)) = self.ask(user, "delivery", body, !come.is_empty()) {
            self.arrive(&come, true);
            self.deliveries.push((step, come));
        }
    }

    fn arrive(&mut self, which: &[i64], arrived: bool) {
        for parcel in self.parcels.iter_mut().filter(|(id, _)| which.contains(id)) {
            parcel.1 = arrived;
        }
    }

    /// Takes back a payment, a packing or a delivery, if there is one.
    fn void(&mut self, user: &User<'_>, dice: &mut Dice) {
        let mut steps: Vec<String> = self.payments.iter().map(|(step, _)| step.clone()).collect();
        steps.extend(self.deliveries.iter().map(|(step, _)| step.clone()));
        steps.extend(self.packing.clone());
        if steps.is_empty() {
            return;
        }
        let step = dice.among(&steps);
        if self.packing.as_ref() == Some(&step) && self.shipped() {
            let problem = user.delete(&step).refused(409, "action_not_possible");
            assert_eq!(problem["allowed"], self.allowed());
            return;
        }
        user.delete(&step).expect(204);
        user.get(&step).refused(404, "not_found");
        self.payments.retain(|(known, _)| *known != step);
        self.packing = self.packing.take().filter(|known| *known != step);
        if let Some(at) = self.deliveries.iter().position(|(known, _)| *known == step) {
            let (_, parcels) = self.deliveries.remove(at);
            self.arrive(&parcels, false);
        }
    }
}

fn decimal(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// Places an order of a few lines for a customer.
fn place(admin: &User<'_>, customer: i64, goods: &[(i64, i64)], dice: &mut Dice) -> Model {
    let mut wanted: Vec<(i64, i64)> = Vec::new();
    for (product, _) in goods {
        if dice.below(2) == 0 {
            wanted.push((*product, dice.up_to(4)));
        }
    }
    if wanted.is_empty() {
        wanted.push((dice.among(goods).0, 1));
    }
    let items: Value =
        wanted.iter().map(|(p, n)| json!({ "product_id": p, "quantity": n })).collect();
    let placed = fixtures::order_of(items).for_customer(customer).create(admin);
    let line = |item: &Value| {
        let product = item["product_id"].as_i64().unwrap();
        let cents = goods.iter().find(|(known, _)| *known == product).unwrap().1;
        let units = item["quantity"].as_i64().unwrap();
        Line { item: id_of(item), cents, units, shipped: 0, cancelled: 0 }
    };
    Model {
        path: format!("/orders/{}", placed["id"]),
        lines: placed["items"].as_array().unwrap().iter().map(line).collect(),
        payments: Vec::new(),
        packing: None,
        parcels: Vec::new(),
        deliveries: Vec::new(),
    }
}

/// Stock is the sum of its ledger, and what was not given away is still there.
fn check_stock(admin: &User<'_>, product: i64, had: i64, models: &[(i64, Model)]) {
    let mut sum = 0;
    let mut path = format!("/products/{product}/stock_movements?limit=100");
    loop {
        let page = admin.get(&path).expect(200);
        let rows = page["data"].as_array().unwrap().iter();
        sum += rows.map(|row| row["delta"].as_i64().unwrap()).sum::<i64>();
        let Some(next) = page["next_cursor"].as_str() else { break };
        path = format!("/products/{product}/stock_movements?limit=100&after={next}");
    }
    let mut given = 0;
    for (_, model) in models {
        let order = admin.get(&model.path).expect(200);
        for (item, line) in order["items"].as_array().unwrap().iter().zip(&model.lines) {
            if item["product_id"] == product {
                given += line.units - line.cancelled;
            }
        }
    }
    let on_hand = admin.get(&format!("/products/{product}")).expect(200)["stock"].clone();
    assert_eq!((json!(sum), json!(had - given)), (on_hand.clone(), on_hand));
}

#[test]
fn whatever_happens_in_whatever_order_sums_states_and_stock_stay_true() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mut dice = Dice(20_261_123);
    let goods = [
        json!({ "name": "Mug", "price": "9.95", "stock": 5000 }),
        json!({ "name": "Pen", "price": "0.33" }),
        json!({ "name": "Sticker", "price": "0", "stock": 5000 }),
        json!({ "name": "Cap", "price": "250", "stock": 0, "allow_backorder": true }),
    ];
    let goods: Vec<i64> = goods.into_iter().map(|body| id_of(&create(&admin, body))).collect();
    let priced: Vec<(i64, i64)> = goods.iter().copied().zip([995, 33, 0, 25_000]).collect();
    let people: Vec<i64> =
        ["ana", "bo", "cleo"].map(|name| fixtures::customer(name).create_id(&admin)).to_vec();
    let mut models = Vec::new();
    for _ in 0..ORDERS {
        let customer = dice.among(&people);
        let mut model = place(&admin, customer, &priced, &mut dice);
        for _ in 0..dice.below(STEPS_OF_AN_ORDER) {
            match dice.below(10) {
                0 | 1 => model.pay(&admin, &mut dice),
                2 => model.pack(&admin),
                3 | 4 => model.ship(&admin, &mut dice),
                5 | 6 => model.deliver(&admin, &mut dice),
                7 => model.cancel(&admin, &mut dice),
                _ => model.void(&admin, &mut dice),
            }
            model.check(&admin.get(&model.path).expect(200));
        }
        models.push((customer, model));
    }
    for (product, had) in [(goods[0], 5000), (goods[2], 5000), (goods[3], 0)] {
        check_stock(&admin, product, had, &models);
    }
    check_books(&admin, &people, &models);
}

/// One of the three states of an order.
type State = fn(&Model) -> &'static str;

/// Customers, lists and counts tell the same as the orders themselves.
fn check_books(admin: &User<'_>, people: &[i64], models: &[(i64, Model)]) {
    for customer in people {
        let theirs = || models.iter().filter(|(who, _)| who == customer);
        let record = admin.get(&format!("/customers/{customer}")).expect(200);
        assert_eq!(record["orders_count"], theirs().count());
        let spent: i64 = theirs().map(|(_, model)| model.paid()).sum();
        assert_eq!(record["total_spent"], decimal(spent));
    }
    let counts = admin.get("/orders/counts").expect(200);
    assert_eq!(counts["total"], models.len());
    let states: [(&str, State); 3] = [
        ("status", Model::status),
        ("payment_status", Model::payment),
        ("fulfillment_status", Model::fulfillment),
    ];
    for (name, state) in states {
        for (value, count) in counts[name].as_object().unwrap() {
            let want = models.iter().filter(|(_, model)| state(model) == value).count();
            assert_eq!(*count, want, "{name} {value}");
        }
        let all: u64 = counts[name].as_object().unwrap().values().filter_map(Value::as_u64).sum();
        assert_eq!(all, models.len() as u64, "{name}");
    }
}
