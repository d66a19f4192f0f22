//! A shop, its shelf, its drafts and its orders, for the tests of what may happen to them.

use super::super::*;
use crate::domain::Id;
use crate::domain::calendar::{Timestamp, Zone};
use crate::domain::currency::Currency;
use crate::domain::customers::{Address, Contact};
use crate::domain::discounts::{Discount, Type, Value};
use crate::domain::money::Money;
use crate::domain::settings::PaymentMethod::{self, CashOnDelivery, PayAtPickup};
use crate::domain::settings::{PaymentTerms, Settings};
use crate::domain::shipping::ShippingMethod;
use crate::domain::tax::{Percent, TaxRate};
use crate::domain::text::Email;
use crate::domain::totals::Reduction;
use crate::error::{FieldError, Result};

pub(super) const HOUR: i64 = 3_600;
pub(super) const DAY: i64 = 24 * HOUR;
pub(super) const GUEST: Orderer = Orderer::Visitor { record: None };

pub(super) fn id(number: i64) -> Id {
    Id::new(number).unwrap()
}

pub(super) fn euro() -> Currency {
    Currency::parse("EUR").unwrap()
}

pub(super) fn money(minor: i64) -> Money {
    Money::new(minor, euro())
}

/// Monday, 2026-11-23T09:00:00Z, and so many seconds.
pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_795_424_400_000_000).plus_seconds(seconds)
}

pub(super) fn terms(zone: &Zone) -> StepTerms<'_> {
    StepTerms { zone, withdrawal_days: 14, payment_terms: &[] }
}

pub(super) fn address(country: &str) -> Address {
    Address {
        name: "Ana Silva".to_owned(),
        line1: "1 Long Lane".to_owned(),
        line2: None,
        postal_code: None,
        city: "Harbourtown".to_owned(),
        region: None,
        country: country.to_owned(),
        company: None,
        vat_id: None,
        phone: None,
    }
}

pub(super) fn contact() -> Contact {
    let email = Some(Email::parse("ana@example.org").unwrap());
    Contact { name: "Ana Silva".to_owned(), email, phone: None }
}

/// A shop in Germany that sends there for 4.90, and where goods can be fetched.
pub(super) fn settings() -> Settings {
    let parcel = ShippingMethod {
        countries: vec!["DE".to_owned()],
        needs_address: true,
        ..ShippingMethod::standard(money(490))
    };
    let pickup = ShippingMethod {
        code: "pickup".to_owned(),
        name: "Fetch it".to_owned(),
        pickup: true,
        needs_address: false,
        ..ShippingMethod::standard(money(0))
    };
    let methods = vec![PaymentMethod::BankTransfer, CashOnDelivery, PayAtPickup];
    Settings {
        name: "A shop".to_owned(),
        email: None,
        address: None,
        tax_number: None,
        currency: euro(),
        time_zone: Zone::utc(),
        country: Some("DE".to_owned()),
        public_url: None,
        order_number_prefix: String::new(),
        order_number_start: 1001,
        invoice_number_prefix: "INV-".to_owned(),
        invoice_number_start: 1,
        credit_note_number_prefix: "CN-".to_owned(),
        credit_note_number_start: 1,
        invoice_at: None,
        prices_include_tax: true,
        tax_rates: vec![TaxRate {
            category: "standard".to_owned(),
            country: "DE".to_owned(),
            rate: Percent::parse("19").unwrap(),
        }],
        tax_exempt_note: None,
        delivery_days: 3,
        cut_off_hour: None,
        open_weekdays: vec![1, 2, 3, 4, 5],
        closed_dates: Vec::new(),
        shipping_methods: vec![parcel, pickup],
        payment_terms: PaymentTerms::of_all(&methods, &[]),
        payment_methods: methods,
        guest_units_max: 100,
        withdrawal_days: 14,
        retention_years: 10,
        setup_skipped: Vec::new(),
        bank_account: None,
        mail: None,
        card: None,
        window: crate::domain::window::Window::default(),
        version: 1,
        created_at: at(0),
        updated_at: at(0),
    }
}

pub(super) fn variant(
    (product, number): (i64, i64),
    title: Option<&str>,
    price: i64,
    limit: Option<i64>,
) -> ShelfVariant {
    ShelfVariant {
        product_id: id(product),
        id: id(number),
        version: 1,
        title: title.map(str::to_owned),
        sku: None,
        price: money(price),
        is_tracked: limit.is_some(),
        limit,
        product_name: "Thing".to_owned(),
        tax_category: "standard".to_owned(),
        weight_grams: None,
        withdrawal_exempt: false,
        picture: None,
    }
}

/// Product 1: one variant, 5 left, 10.00. Product 2: variants 21 and 22, not counted, 3.33.
pub(super) fn shelf() -> Shelf {
    shelf_of(&[
        variant((1, 11), None, 1_000, Some(5)),
        variant((2, 21), Some("S"), 333, None),
        variant((2, 22), Some("M"), 333, None),
    ])
}

pub(super) fn shelf_of(variants: &[ShelfVariant]) -> Shelf {
    let mut shelf = Shelf::default();
    for variant in variants {
        shelf.variants.insert(variant.id, variant.clone());
        shelf.choices.entry(variant.product_id).or_default().push(variant.clone());
    }
    shelf
}

/// A discount that anybody gets at any time.
pub(super) fn discount(code: &str, reduction: Reduction) -> Discount {
    let (kind, value) = match reduction {
        Reduction::Percent(percent) => (Type::Percent, Value::Percent(percent)),
        Reduction::Amount(amount) => (Type::Amount, Value::Amount(amount)),
        Reduction::FreeShipping => (Type::FreeShipping, Value::None),
    };
    Discount {
        id: id(1),
        code: code.to_owned(),
        kind,
        value,
        min_subtotal: None,
        starts_at: None,
        ends_at: None,
        usage_limit: None,
        once_per_customer: false,
        usage_count: 0,
        currency: euro(),
        version: 1,
        created_at: at(0),
        updated_at: at(0),
        revision: 0,
    }
}

pub(super) fn line(product: i64, variant: Option<i64>, quantity: i64) -> LineInput {
    LineInput::of(id(product), variant.map(id), quantity)
}

pub(super) fn draft(lines: &[LineInput]) -> Draft {
    Draft {
        items: lines.iter().cloned().enumerate().collect(),
        customer: Some(contact()),
        shipping_address: Some(address("DE")),
        ..Draft::default()
    }
}

pub(super) fn quoted(
    draft: &Draft,
    orderer: Orderer,
    shelf: &Shelf,
    settings: &Settings,
) -> Result<Quote> {
    let request = QuoteRequest { draft, orderer, settings, now: at(0), firm: true };
    let quote = Quote::of(request, shelf)?;
    quote.check_placeable(request)?;
    Ok(quote)
}

/// An order with a line of each of these quantities, 10.00 a unit, and shipping for 4.90.
pub(super) fn order(quantities: &[i64]) -> Order {
    let numbered = || (1_i64..).zip(quantities.iter().copied());
    let variants: Vec<ShelfVariant> =
        numbered().map(|(number, _)| variant((number, 10 + number), None, 1_000, None)).collect();
    let shelf = shelf_of(&variants);
    let lines: Vec<LineInput> =
        numbered().map(|(number, quantity)| line(number, None, quantity)).collect();
    placed(&quoted(&draft(&lines), GUEST, &shelf, &settings()).unwrap())
}

pub(super) fn placed(quote: &Quote) -> Order {
    let number = "1001".to_owned();
    let mut order = Order::placed(id(1), number, (id(1), &contact()), quote, at(0));
    order.items = (1_i64..)
        .zip(&quote.lines)
        .map(|(number, line)| Item::placed(id(number), line, line.quantity))
        .collect();
    order.settle();
    order
}

/// An order that keeps its steps, numbered as if they were saved.
pub(super) struct Story {
    pub(super) order: Order,
    pub(super) steps: Vec<Step>,
}

impl Story {
    pub(super) fn of(order: Order) -> Self {
        Self { order, steps: Vec::new() }
    }

    pub(super) fn try_step(&mut self, input: &StepInput, now: Timestamp) -> Result<()> {
        let (after, steps) = self.order.apply(input, &terms(&Zone::utc()), now)?;
        self.order = after;
        for mut step in steps {
            let number = id(100 + i64::try_from(self.steps.len()).unwrap());
            number_step(&mut self.order, &mut step, number);
            self.steps.push(step);
        }
        Ok(())
    }

    #[track_caller]
    pub(super) fn step(mut self, input: StepInput) -> Self {
        let now = at(i64::try_from(self.steps.len()).unwrap());
        self.try_step(&input, now).unwrap();
        self
    }

    pub(super) fn void(&self, action: Action, nth: usize) -> Result<Order> {
        let steps = self.steps.iter().filter(|step| step.action() == action);
        let id = steps.map(|step| step.id().unwrap()).nth(nth).unwrap();
        let (zone, now) = (Zone::utc(), at(9));
        self.order.without(&self.steps, (action, id), &terms(&zone), now).map(|(order, _)| order)
    }
}

/// Gives a step the number that the file would give it, wherever it stands.
pub(super) fn number_step(order: &mut Order, step: &mut Step, number: Id) {
    let unnumbered = |id: &&mut Option<Id>| id.is_none();
    let in_order = match step {
        Step::Payment(_) => order.payments.iter_mut().map(|one| &mut one.id).find(unnumbered),
        Step::Shipment(_) | Step::Delivery(_) => {
            order.shipments.iter_mut().map(|one| &mut one.id).find(unnumbered)
        }
        Step::Refund(_) => order.refunds.iter_mut().map(|one| &mut one.id).find(unnumbered),
        Step::Withdrawal(_) => order.withdrawals.iter_mut().map(|one| &mut one.id).find(unnumbered),
        Step::Packing(_) | Step::Cancellation(_) | Step::Return(_) => None,
    };
    if let Some(id) = in_order {
        *id = Some(number);
    }
    match step {
        Step::Payment(step) => step.id = Some(number),
        Step::Packing(step) => step.id = Some(number),
        Step::Shipment(step) => step.id = Some(number),
        Step::Cancellation(step) => step.id = Some(number),
        Step::Refund(step) => step.id = Some(number),
        Step::Return(step) => step.id = Some(number),
        Step::Withdrawal(step) => step.id = Some(number),
        Step::Delivery(step) => {
            step.id = Some(number);
            if let Some(shipment) = &mut step.handed_over {
                shipment.id = Some(number);
            }
        }
    }
}

pub(super) fn pay(amount: Option<&str>) -> StepInput {
    StepInput::Payment(PaymentInput {
        amount: amount.map(str::to_owned),
        method: PaymentMethod::BankTransfer,
        reference: None,
        paid_at: None,
        accept_surplus: false,
        again: true,
    })
}

pub(super) fn units(named: &[(i64, i64)]) -> Vec<Units> {
    named.iter().map(|(item, quantity)| Units { item_id: id(*item), quantity: *quantity }).collect()
}

pub(super) fn ship(named: Option<&[(i64, i64)]>) -> StepInput {
    StepInput::Shipment(ShipmentInput {
        items: named.map(units),
        carrier: Some("DHL".to_owned()),
        tracking_number: Some("00340".to_owned()),
        tracking_url: None,
        expected_delivery_date: None,
    })
}

pub(super) fn deliver(shipment: Option<i64>) -> StepInput {
    StepInput::Delivery(DeliveryInput { shipment_id: shipment.map(id) })
}

pub(super) fn cancel(named: Option<&[(i64, i64)]>) -> StepInput {
    let reason = "changed my mind".to_owned();
    StepInput::Cancellation(CancellationInput { items: named.map(units), reason, by_shop: true })
}

pub(super) fn refund(
    amount: Option<&str>,
    named: Option<&[(i64, i64)]>,
    shipping: bool,
) -> StepInput {
    StepInput::Refund(RefundInput {
        amount: amount.map(str::to_owned),
        items: named.map(units),
        shipping,
        reason: "broken".to_owned(),
    })
}

pub(super) fn take_back(named: &[(i64, i64)], refund: bool) -> StepInput {
    let item = |units: Units| ReturnItemInput { units, restock: None };
    let items = units(named).into_iter().map(item).collect();
    StepInput::Return(ReturnInput { items, reason: None, refund })
}

pub(super) fn withdraw(named: Option<&[(i64, i64)]>) -> StepInput {
    StepInput::Withdrawal { items: named.map(units), by_shop: false }
}

/// The pointers and codes of what is not valid.
pub(super) fn faults<T: std::fmt::Debug>(result: Result<T>) -> Vec<String> {
    let error = result.unwrap_err();
    let fault = |error: &FieldError| match &error.place {
        crate::error::Place::Pointer(pointer) => format!("{pointer} {}", error.code),
        other => format!("{other:?}"),
    };
    error.errors().iter().map(fault).collect()
}

pub(super) fn states(order: &Order) -> (&'static str, &'static str, &'static str) {
    let (payment, fulfillment) = (order.payment_status, order.fulfillment_status);
    (order.status.name(), payment.name(), fulfillment.name())
}
