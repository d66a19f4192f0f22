//! The journal of sales against one that the test keeps: orders by chance, with steps and voids on
//! chance days. `TILLBOX_JOURNAL` says how many orders (10,000).

use std::collections::BTreeMap;

use serde_json::json;
use tillbox::domain::Id;
use tillbox::domain::calendar::{Date, Timestamp, Zone};
use tillbox::domain::currency::Currency;
use tillbox::domain::customers::Contact;
use tillbox::domain::money::Money;
use tillbox::domain::orders::{
    CancellationInput, Draft, LineInput, Order, Orderer, PaymentInput, RefundInput, ReturnInput,
    ReturnItemInput, ReturnReason, ShipmentInput, Standing, StepInput, StepTerms, Units,
};
use tillbox::domain::settings::PaymentMethod;
use tillbox::domain::text::Email;
use tillbox::error::Code;
use tillbox::store::engine::verify;
use tillbox::store::journal::{self, Span};
use tillbox::store::{Tx, orders, settings};

use crate::fixtures::{self, DAY, set};
use crate::server::Dice;
use crate::shop::Shop;

const DAYS: usize = 40;
/// 2026-11-23T06:00:00Z.
const BEGIN_MICROS: i64 = 1_795_413_600_000_000;

/// The sums of a day, as the test keeps them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Kept {
    orders: i64,
    units: i64,
    gross: i64,
    reductions: i64,
    received: i64,
    refunded: i64,
    /// Net and tax by country and rate.
    taxes: BTreeMap<(String, String), (i64, i64)>,
}

impl Kept {
    fn add(&mut self, other: &Self) {
        self.orders += other.orders;
        self.units += other.units;
        self.gross += other.gross;
        self.reductions += other.reductions;
        self.received += other.received;
        self.refunded += other.refunded;
        for (key, (net, tax)) in &other.taxes {
            let sums = self.taxes.entry(key.clone()).or_default();
            *sums = (sums.0 + net, sums.1 + tax);
        }
    }

    fn add_standing(&mut self, order: &Order, sign: i64) {
        let address = order.shipping_address.as_ref().unwrap();
        for group in Standing::of(order).taxes {
            let sums = self.taxes.entry((address.country.clone(), group.rate.text())).or_default();
            *sums = (sums.0 + sign * group.net.minor(), sums.1 + sign * group.tax.minor());
        }
    }

    fn placed(&mut self, order: &Order) {
        self.orders += 1;
        self.units += order.items.iter().map(|item| item.quantity).sum::<i64>();
        self.gross += order.totals.total.minor();
        self.add_standing(order, 1);
    }

    fn changed(&mut self, before: &Order, after: &Order) {
        let total = |order: &Order| Standing::of(order).total();
        self.reductions += total(before) - total(after);
        self.received += after.paid_total.minor() - before.paid_total.minor();
        self.refunded += after.refunded_total.minor() - before.refunded_total.minor();
        self.add_standing(before, -1);
        self.add_standing(after, 1);
    }

    /// The report of a span says the same, and its sums hold together.
    fn check(&self, span: &Span, told: &str) {
        let seen = [span.gross, span.reductions, span.received, span.refunded].map(Money::minor);
        let kept = [self.gross, self.reductions, self.received, self.refunded];
        assert_eq!((span.orders, span.units, seen), (self.orders, self.units, kept), "{told}");
        let taxes: BTreeMap<(String, String), (i64, i64)> = span
            .taxes
            .iter()
            .map(|row| {
                let key = (row.country.clone().unwrap(), row.rate.text());
                (key, (row.net.minor(), row.tax.minor()))
            })
            .collect();
        let mut kept = self.taxes.clone();
        kept.retain(|_, sums| *sums != (0, 0));
        assert_eq!(taxes, kept, "{told}");
        let tax: i64 = span.taxes.iter().map(|row| row.tax.minor()).sum();
        assert_eq!(tax, span.tax.minor(), "{told}");
        assert_eq!(span.net.minor() + tax, span.revenue.minor(), "{told}");
    }
}

#[test]
fn any_span_of_the_report_is_the_sum_of_what_happened_in_it() {
    let orders: usize =
        std::env::var("TILLBOX_JOURNAL").map_or(10_000, |orders| orders.parse().unwrap());
    let shop = Shop::new();
    let admin = shop.admin();
    let settings = json!({
        "country": "DE", "time_zone": "Europe/Berlin", "prices_include_tax": false,
        "tax_rates": [{ "country": "DE", "rate": "19" }, { "country": "FR", "rate": "20" },
            { "category": "books", "country": "DE", "rate": "7" },
            { "category": "books", "country": "FR", "rate": "5.5" }],
        "shipping_methods": [{ "code": "post", "price": "4.90", "tax_category": "proportional" }],
    });
    set(&admin, settings);
    for (name, price, category) in
        [("Pen", "0.33", "standard"), ("Mug", "9.95", "standard"), ("Book", "12.49", "books")]
    {
        let category = json!({ "tax_category": category });
        fixtures::product(name, price).stock(1_000_000).with(category).create(&admin);
    }
    let mut dice = Dice::thrown("the journal");
    let mut days = vec![Kept::default(); DAYS];
    let mut filed: BTreeMap<usize, String> = BTreeMap::new();
    let (mut placed, mut voided) = (Vec::new(), 0);
    for day in 0..DAYS {
        shop.beside(|tx| {
            for _ in 0..orders.div_ceil(DAYS) {
                let now = moment(day, &mut dice);
                // Some were taken elsewhere, and count on their own day.
                let of_day = if dice.below(20) == 0 { dice.index(DAYS).min(day) } else { day };
                let order_date = (of_day < day).then(|| date(of_day).text());
                let draft = Draft { order_date, ..draft(&mut dice) };
                let order = orders::place(&tx.at(now), &draft, Orderer::Shop)?;
                days[of_day].placed(&order);
                filed.remove(&of_day);
                placed.push(order.id);
            }
            let kept = &mut days[day];
            for _ in 0..3 * orders.div_ceil(DAYS) {
                let tx = tx.at(moment(day, &mut dice));
                voided += step(&tx, placed[dice.index(placed.len())], kept, &mut dice);
            }
            Ok(())
        })
        .unwrap();
        shop.beside(|tx| {
            let today = date(day + 1);
            journal::make_days(tx, &journal::days_to_make(tx, (date(0), today), today)?)?;
            filed.insert(day, told(tx, day, day));
            Ok(())
        })
        .unwrap();
    }
    assert!(voided > i64::try_from(orders / 20).unwrap(), "{voided} steps were taken back");
    shop.beside(|tx| {
        for (day, told_then) in &filed {
            assert_eq!(told(tx, *day, *day), *told_then, "day {day} has changed");
        }
        for _ in 0..200 {
            let (one, other) = (dice.index(DAYS), dice.index(DAYS));
            let (from, to) = (one.min(other), one.max(other));
            let mut sum = Kept::default();
            days[from..=to].iter().for_each(|kept| sum.add(kept));
            let span = journal::between(tx, date(from), date(to), euro())?;
            sum.check(&span, &format!("from {from} to {to}"));
        }
        Ok(())
    })
    .unwrap();
    assert_eq!(verify::shop(&shop.config.data).unwrap().faults, [""; 0]);
}

fn euro() -> Currency {
    Currency::parse("EUR").unwrap()
}

/// A moment of a day in Berlin, which begins at 23:00 of the day before.
fn moment(day: usize, dice: &mut Dice) -> Timestamp {
    let seconds = i64::try_from(dice.below(16 * 3_600)).unwrap();
    Timestamp::from_micros(BEGIN_MICROS).plus_seconds(DAY * i64::try_from(day).unwrap() + seconds)
}

fn date(day: usize) -> Date {
    let seconds = DAY * i64::try_from(day).unwrap();
    Zone::utc().date_of(Timestamp::from_micros(BEGIN_MICROS).plus_seconds(seconds))
}

fn told(tx: &Tx, from: usize, to: usize) -> String {
    json!(journal::between(tx, date(from), date(to), euro()).unwrap()).to_string()
}

fn draft(dice: &mut Dice) -> Draft {
    let id = |number| Id::new(number).unwrap();
    let line = |product| LineInput::of(id(product), None, 1 + product);
    let mut items: Vec<LineInput> = (1..=3).filter(|_| dice.below(2) == 0).map(line).collect();
    if items.is_empty() {
        items.push(line(1));
    }
    let email = Email::parse("ana@example.org").ok();
    let contact = Contact { name: "Ana".to_owned(), email, phone: None };
    let country = if dice.below(3) == 0 { "FR" } else { "DE" };
    let address = json!({ "name": "Ana", "line1": "Rua 1", "line2": null, "postal_code": null,
        "city": "Lyon", "region": null, "country": country, "company": null, "vat_id": null,
        "phone": null });
    Draft {
        items: items.into_iter().enumerate().collect(),
        customer: Some(contact),
        shipping_address: Some(serde_json::from_value(address).unwrap()),
        ..Draft::default()
    }
}

/// Takes a step of an order, or takes one back; answers how many were taken back.
fn step(tx: &Tx, id: Id, kept: &mut Kept, dice: &mut Dice) -> i64 {
    let before = orders::find(tx, id).unwrap();
    if dice.below(5) == 0 {
        return void(tx, &before, kept, dice);
    }
    let item = &before.items[dice.index(before.items.len())];
    let some = Units { item_id: item.id, quantity: 1 + i64::try_from(dice.below(2)).unwrap() };
    let input = input(some, dice);
    match orders::take_step(tx, &before, &input, |decided| decided) {
        Ok(taken) => kept.changed(&before, &taken.order),
        // Refused before anything was written.
        Err(error) => {
            let code = error.code();
            assert!([Code::ActionNotPossible, Code::Invalid].contains(&code), "{input:?}: {error}");
        }
    }
    0
}

fn void(tx: &Tx, before: &Order, kept: &mut Kept, dice: &mut Dice) -> i64 {
    let steps = orders::steps(tx, before).unwrap();
    if steps.is_empty() {
        return 0;
    }
    let step = &steps[dice.index(steps.len())];
    let settings = settings::load(tx).unwrap();
    let (which, terms) = ((step.action(), step.id().unwrap()), StepTerms::of(&settings));
    let Ok((after, step)) = before.without(&steps, which, &terms, tx.now()) else { return 0 };
    orders::save_void(tx, before, after.clone(), &step, &settings).unwrap();
    kept.changed(before, &after);
    1
}

fn input(some: Units, dice: &mut Dice) -> StepInput {
    let amount = format!("{}.{:02}", dice.below(12), dice.below(100));
    let reason = || "By lot.".to_owned();
    let payment = |amount, accept_surplus| {
        StepInput::Payment(PaymentInput {
            amount,
            method: PaymentMethod::Cash,
            reference: None,
            paid_at: None,
            accept_surplus,
            again: true,
        })
    };
    match dice.below(9) {
        0 | 1 => payment(None, false),
        2 => payment(Some(amount), true),
        3 => StepInput::Cancellation(CancellationInput {
            items: Some(vec![some]),
            reason: reason(),
            by_shop: true,
        }),
        4 => StepInput::Refund(RefundInput {
            amount: Some(amount),
            items: None,
            shipping: false,
            reason: reason(),
        }),
        5 => StepInput::Refund(RefundInput {
            amount: None,
            items: (dice.below(2) == 0).then(|| vec![some]),
            shipping: dice.below(2) == 0,
            reason: reason(),
        }),
        6 | 7 => StepInput::Shipment(ShipmentInput {
            items: None,
            carrier: Some("DHL".to_owned()),
            tracking_number: Some("1".to_owned()),
            tracking_url: None,
            expected_delivery_date: None,
        }),
        _ => StepInput::Return(ReturnInput {
            items: vec![ReturnItemInput { units: some, restock: Some(true) }],
            reason: ReturnReason::of(ReturnReason::NAMES[dice.index(4)]),
            refund: dice.below(2) == 0,
        }),
    }
}
