//! Hundreds of orders, parcels, cancellations, returns, counts and edits drawn by lot, and after
//! each the shop is held against shelves that this test keeps itself: what lies there, and who
//! waits for it. `TILLBOX_SHELF_ROUNDS` says how many rounds each walk has (300).

use serde_json::{Value, json};
use tillbox::store::engine::verify;

use crate::fixtures::{self, create, id_of, parcel, with};
use crate::server::Dice;
use crate::shop::{Answer, Shop, User};

/// A line of an order. `booked`: the ledger knows of it, because the stock was tracked when it was
/// placed or was counted since. `out`: units sent since then that did not come back.
struct Line {
    order: i64,
    item: i64,
    shelf: usize,
    waiting: i64,
    sent: i64,
    out: i64,
    booked: bool,
}

/// What lies on the shelf of a variant. Of it nobody's are those `aside`, of which the ledger does
/// not know until the next count; `short` are the units that the last count did not find.
struct Shelf {
    product: i64,
    variant: i64,
    lies: i64,
    aside: i64,
    short: i64,
    tracked: bool,
    backorder: bool,
}

struct Model<'a> {
    admin: User<'a>,
    dice: Dice,
    shelves: Vec<Shelf>,
    lines: Vec<Line>,
    /// What happened, for whoever has to find out why.
    story: Vec<String>,
}

impl Model<'_> {
    fn waiting(&self, at: usize) -> i64 {
        self.lines.iter().filter(|line| line.shelf == at).map(|line| line.waiting).sum()
    }

    fn committed(&self, at: usize) -> i64 {
        let booked = self.lines.iter().filter(|line| line.shelf == at && line.booked);
        booked.map(|line| line.waiting).sum()
    }

    /// What can be sold: what lies there and neither is waited for nor aside.
    fn stock(&self, at: usize) -> i64 {
        let shelf = &self.shelves[at];
        shelf.lies - shelf.aside - self.waiting(at) + shelf.short
    }

    fn below(&mut self, sides: i64) -> i64 {
        i64::try_from(self.dice.below(sides.unsigned_abs())).unwrap()
    }

    fn draw(&mut self, of: usize) -> usize {
        usize::try_from(self.dice.below(of as u64)).unwrap()
    }

    /// What comes to the shelf goes first to those who were short of it.
    fn fill(&mut self, at: usize, units: i64) {
        let shelf = &mut self.shelves[at];
        if shelf.tracked {
            shelf.short -= shelf.short.min(units);
        }
    }

    fn place(&mut self) {
        let at = self.draw(self.shelves.len());
        let also = self.draw(self.shelves.len());
        let mut wanted = vec![(at, 1 + self.below(4))];
        if also != at {
            wanted.push((also, 1 + self.below(3)));
        }
        let item = |(at, quantity): &(usize, i64)| {
            let Shelf { product, variant, .. } = self.shelves[*at];
            json!({ "product_id": product, "variant_id": variant, "quantity": quantity })
        };
        let answer = fixtures::order_of(wanted.iter().map(item).collect()).send(&self.admin);
        let there = wanted.iter().all(|(at, quantity)| {
            let shelf = &self.shelves[*at];
            !shelf.tracked || shelf.backorder || self.stock(*at) >= *quantity
        });
        if !there {
            answer.refused(409, "out_of_stock");
            return;
        }
        let order = answer.expect(201);
        for (item, (at, waiting)) in order["items"].as_array().unwrap().iter().zip(wanted) {
            let (order, item) = (id_of(&order), id_of(item));
            let booked = self.shelves[at].tracked;
            let line = Line { order, item, shelf: at, waiting, sent: 0, out: 0, booked };
            self.lines.push(line);
        }
    }

    /// A line drawn by lot of those that have units for a step, and how many of them.
    fn units(&mut self, of: impl Fn(&Line) -> i64) -> Option<(usize, i64)> {
        let with: Vec<usize> = (0..self.lines.len()).filter(|n| of(&self.lines[*n]) > 0).collect();
        if with.is_empty() {
            return None;
        }
        let number = with[self.draw(with.len())];
        let most = of(&self.lines[number]);
        Some((number, 1 + self.below(most)))
    }

    fn step(&self, line: &Line, what: &str, units: i64, fields: Value) {
        let items = json!([with(json!({ "item_id": line.item, "quantity": units }), &fields)]);
        let body = match what {
            "shipments" => with(parcel(), json!({ "items": items })),
            "cancellation" => json!({ "items": items, "reason": "By lot." }),
            _ => json!({ "items": items }),
        };
        self.admin.post(&format!("/orders/{}/{what}", line.order), body).expect(201);
    }

    fn ship(&mut self) {
        let Some((number, units)) = self.units(|line| line.waiting) else { return };
        let at = self.lines[number].shelf;
        if self.shelves[at].lies < units {
            if self.shelves[at].tracked {
                return;
            }
            // Nobody counts, so nobody knows where they came from.
            self.shelves[at].lies = units;
        }
        self.step(&self.lines[number], "shipments", units, json!({}));
        let line = &mut self.lines[number];
        (line.waiting, line.sent) = (line.waiting - units, line.sent + units);
        line.out += if line.booked { units } else { 0 };
        self.shelves[at].lies -= units;
        // More was there than was counted, or some of what lay aside is on its way.
        let (committed, shelf) = (self.committed(at), &mut self.shelves[at]);
        let found = (shelf.short - committed).max(0);
        (shelf.short, shelf.aside) = (shelf.short - found, shelf.aside - found);
    }

    fn cancel(&mut self) {
        let Some((number, units)) = self.units(|line| line.waiting) else { return };
        self.step(&self.lines[number], "cancellation", units, json!({}));
        let line = &mut self.lines[number];
        line.waiting -= units;
        let (at, booked) = (line.shelf, line.booked);
        if booked {
            self.fill(at, units);
        } else {
            self.shelves[at].aside += units;
        }
    }

    fn come_back(&mut self) {
        let Some((number, units)) = self.units(|line| line.sent) else { return };
        let restock = self.below(3) > 0;
        self.step(&self.lines[number], "returns", units, json!({ "restock": restock }));
        let line = &mut self.lines[number];
        line.sent -= units;
        if restock {
            let (at, back) = (line.shelf, units.min(line.out));
            line.out -= back;
            self.shelves[at].lies += units;
            self.shelves[at].aside += units - back;
            self.fill(at, back);
        }
    }

    fn move_stock(&self, at: usize, fields: Value) -> Answer {
        let Shelf { product, variant, .. } = self.shelves[at];
        let body = with(json!({ "variant_id": variant, "reason": "corrected" }), fields);
        self.admin.post(&format!("/products/{product}/stock_movements"), body)
    }

    fn change(&mut self, at: usize) {
        let delta = self.below(9) - 3;
        let stock = self.stock(at) + delta;
        let shelf = &self.shelves[at];
        if shelf.lies + delta < 0 {
            return;
        }
        let answer = self.move_stock(at, json!({ "delta": delta }));
        if !shelf.tracked {
            answer.refused(409, "conflict");
        } else if delta < 0 && stock < 0 && !shelf.backorder {
            answer.refused(409, "stock_below_zero");
        } else {
            let movement = answer.expect(201);
            self.shelves[at].lies += delta;
            self.fill(at, delta.max(0));
            assert_eq!(
                (&movement["delta"], &movement["stock"]),
                (&json!(delta), &json!(self.stock(at)))
            );
        }
    }

    /// Somebody counts, after something was lost or found.
    fn count(&mut self, at: usize) {
        let lies = (self.shelves[at].lies + self.below(7) - 3).max(0);
        let waiting = self.waiting(at);
        let missing = if self.shelves[at].backorder { 0 } else { (waiting - lies).max(0) };
        if missing > 0 {
            let problem =
                self.move_stock(at, json!({ "counted": lies })).refused(409, "stock_below_zero");
            assert_eq!(problem["committed"], waiting);
            let mut orders: Vec<i64> = self
                .lines
                .iter()
                .filter(|line| line.shelf == at && line.waiting > 0)
                .map(|line| line.order)
                .collect();
            orders.truncate(100);
            let told = problem["orders"].as_array().unwrap().iter().map(id_of);
            assert_eq!(told.collect::<Vec<_>>(), orders);
        }
        let body = json!({ "counted": lies, "short": missing > 0 });
        assert_eq!(self.move_stock(at, body).expect(201)["shortfall"], missing);
        let shelf = &mut self.shelves[at];
        (shelf.lies, shelf.aside, shelf.short, shelf.tracked) = (lies, 0, missing, true);
        for line in self.lines.iter_mut().filter(|line| line.shelf == at && line.waiting > 0) {
            line.booked = true;
        }
    }

    fn patch(&self, at: usize, fields: Value) -> Answer {
        let Shelf { product, variant, .. } = self.shelves[at];
        let variants = self.shelves.iter().filter(|shelf| shelf.product == product);
        let entry = |shelf: &Shelf| match shelf.variant == variant {
            true => with(json!({ "id": shelf.variant }), &fields),
            false => json!({ "id": shelf.variant }),
        };
        let body = json!({ "variants": variants.map(entry).collect::<Vec<_>>() });
        self.admin.patch(&format!("/products/{product}"), body)
    }

    /// The owner says what can be sold, and so what lies there.
    fn set(&mut self, at: usize) {
        let stock = self.below(12);
        self.patch(at, json!({ "stock": stock })).expect(200);
        if !self.shelves[at].tracked || self.stock(at) != stock {
            let lies = stock + self.waiting(at);
            let shelf = &mut self.shelves[at];
            (shelf.lies, shelf.aside, shelf.short, shelf.tracked) = (lies, 0, 0, true);
        }
    }

    fn untrack(&mut self, at: usize) {
        self.patch(at, json!({ "stock": null })).expect(200);
        (self.shelves[at].tracked, self.shelves[at].short) = (false, 0);
    }

    fn allow(&mut self, at: usize) {
        let backorder = self.below(2) == 0;
        let answer = self.patch(at, json!({ "allow_backorder": backorder }));
        if self.shelves[at].tracked && self.stock(at) < 0 && !backorder {
            answer.refused(409, "stock_below_zero");
        } else {
            answer.expect(200);
            self.shelves[at].backorder = backorder;
        }
    }

    fn round(&mut self) {
        let at = self.draw(self.shelves.len());
        let throw = self.below(20);
        self.story.push(format!("{throw} on {at}"));
        match throw {
            0..=4 => self.place(),
            5..=7 => self.ship(),
            8..=10 => self.cancel(),
            11 | 12 => self.come_back(),
            13 | 14 => self.change(at),
            15 | 16 => self.count(at),
            17 => self.set(at),
            18 if self.below(2) == 0 => self.untrack(at),
            _ => self.allow(at),
        }
    }

    fn check(&self) {
        for (at, shelf) in self.shelves.iter().enumerate() {
            let product = self.admin.get(&format!("/products/{}", shelf.product)).expect(200);
            let variants = product["variants"].as_array().unwrap();
            let shown = variants.iter().find(|shown| id_of(shown) == shelf.variant).unwrap();
            let story = || format!("{:?}: {shown}", self.story);
            assert_eq!(shown["committed"], self.committed(at), "{}", story());
            if !shelf.tracked {
                assert_eq!((&shown["stock"], &shown["available"]), (&Value::Null, &json!(true)));
                continue;
            }
            assert_eq!(shown["stock"], self.stock(at), "{}", story());
            let stock = self.stock(at);
            assert_eq!(shown["available"], shelf.backorder || stock > 0, "{}", story());
            // The promise of all this.
            let left = shelf.lies - self.waiting(at);
            assert!(stock <= left.max(0), "{stock} of {left} are for sale: {}", story());
        }
    }
}

/// Two products, one in two sizes, one of them not tracked at first.
fn model(shop: &Shop, seed: u64) -> Model<'_> {
    let admin = shop.admin();
    let shirt = json!({ "name": "Shirt", "price": "20", "variants": [
        { "options": { "Size": "S" }, "stock": 12 }, { "options": { "Size": "M" }, "stock": 6 },
    ] });
    let mut shelves = Vec::new();
    for body in [shirt, json!({ "name": "Mug", "price": "9.95" })] {
        let product = create(&admin, body);
        for variant in product["variants"].as_array().unwrap() {
            let (lies, tracked) =
                (variant["stock"].as_i64().unwrap_or(0), !variant["stock"].is_null());
            let (product, variant) = (id_of(&product), id_of(variant));
            let shelf =
                Shelf { product, variant, lies, aside: 0, short: 0, tracked, backorder: false };
            shelves.push(shelf);
        }
    }
    Model { admin, dice: Dice::new(seed), shelves, lines: Vec::new(), story: Vec::new() }
}

#[test]
fn whatever_happens_what_is_for_sale_lies_on_the_shelf_and_is_promised_to_nobody() {
    let rounds = std::env::var("TILLBOX_SHELF_ROUNDS").map_or(300, |count| count.parse().unwrap());
    for seed in [1, 2, 3] {
        let shop = Shop::new();
        let mut model = model(&shop, seed);
        for _ in 0..rounds {
            model.round();
            model.check();
        }
        let verdict = verify::served(&shop.config.data.join("shop.db")).unwrap();
        assert_eq!(verdict.faults, [""; 0]);
        assert!(model.lines.len() > 50, "the walk went nowhere");
    }
}
