//! Orders: what they cost, which states they can be in, and the arrows between them.
//!
//! `status`, `payment_status` and `fulfillment_status` are derived from what happened (payments,
//! shipments, cancelled units) by [`Order::settle`]; nothing sets them by hand.

use serde::{Serialize, Serializer};

use super::calendar::{Date, Timestamp};
use super::currency::Currency;
use super::customers::Address;
use super::money::{Money, share};
use super::settings::PaymentMethod;
use super::text::Email;
use super::{Id, Parsed};

/// Lines of one order.
pub const LINES_MAX: usize = 2_000;
/// Units of one line, after the same variant was merged.
pub const UNITS_MAX: i64 = 1_000_000;

/// Where an order is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Open,
    /// Delivered and paid.
    Completed,
    Cancelled,
}

/// How much of what is owed was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    Unpaid,
    PartiallyPaid,
    Paid,
    PartiallyRefunded,
    Refunded,
}

/// Where the goods are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FulfillmentStatus {
    Unfulfilled,
    Packed,
    PartiallyShipped,
    Shipped,
    Delivered,
}

impl Status {
    pub const NAMES: &'static [&'static str] = &["open", "completed", "cancelled"];

    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }
}

impl PaymentStatus {
    pub const NAMES: &'static [&'static str] =
        &["unpaid", "partially_paid", "paid", "partially_refunded", "refunded"];

    pub fn name(self) -> &'static str {
        match self {
            Self::Unpaid => "unpaid",
            Self::PartiallyPaid => "partially_paid",
            Self::Paid => "paid",
            Self::PartiallyRefunded => "partially_refunded",
            Self::Refunded => "refunded",
        }
    }
}

impl FulfillmentStatus {
    pub const NAMES: &'static [&'static str] =
        &["unfulfilled", "packed", "partially_shipped", "shipped", "delivered"];

    pub fn name(self) -> &'static str {
        match self {
            Self::Unfulfilled => "unfulfilled",
            Self::Packed => "packed",
            Self::PartiallyShipped => "partially_shipped",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
        }
    }
}

/// Who ordered, as written on the order. Blank after the person was deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Buyer {
    pub name: Option<String>,
    pub email: Option<Email>,
    pub phone: Option<String>,
}

/// A line: a copy of what was sold, and how far it has come.
#[derive(Clone, Debug, Serialize)]
pub struct Item {
    pub id: Id,
    pub product_id: Id,
    pub variant_id: Id,
    pub name: String,
    pub variant_title: Option<String>,
    pub sku: Option<String>,
    pub unit_price: Money,
    pub quantity: i64,
    pub subtotal: Money,
    pub discount: Money,
    /// Percent, as a decimal.
    pub tax_rate: &'static str,
    pub tax: Money,
    pub total: Money,
    pub shipped_quantity: i64,
    pub cancelled_quantity: i64,
    pub returned_quantity: i64,
}

impl Item {
    /// Units that neither left the house nor were cancelled.
    pub fn unshipped(&self) -> i64 {
        self.quantity - self.cancelled_quantity - self.shipped_quantity
    }
}

/// Money that came in.
#[derive(Clone, Debug, Serialize)]
pub struct Payment {
    pub id: Id,
    pub amount: Money,
    pub currency: Currency,
    pub method: PaymentMethod,
    pub reference: Option<String>,
    pub paid_at: Timestamp,
}

/// Units of a line that go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Units {
    pub item_id: Id,
    pub quantity: i64,
}

/// A parcel on its way.
#[derive(Clone, Debug, Serialize)]
pub struct Shipment {
    pub id: Id,
    pub items: Vec<Units>,
    pub carrier: String,
    pub tracking_number: String,
    pub tracking_url: Option<String>,
    pub expected_delivery_date: Option<Date>,
    pub shipped_at: Timestamp,
    pub delivered_at: Option<Timestamp>,
}

/// An order, as it stands on the wire.
#[derive(Clone, Debug, Serialize)]
pub struct Order {
    pub id: Id,
    pub number: String,
    pub status: Status,
    pub payment_status: PaymentStatus,
    pub fulfillment_status: FulfillmentStatus,
    pub order_date: Timestamp,
    pub expected_delivery_date: Date,
    pub customer_id: Option<Id>,
    pub customer: Buyer,
    pub shipping_address: Option<Address>,
    pub billing_address: Option<Address>,
    pub shipping_method: String,
    pub payment_method: PaymentMethod,
    pub items: Vec<Item>,
    #[serde(flatten)]
    pub totals: Totals,
    pub paid_total: Money,
    pub refunded_total: Money,
    pub to_refund: Money,
    pub currency: Currency,
    pub prices_include_tax: bool,
    pub note: Option<String>,
    pub payments: Vec<Payment>,
    pub shipments: Vec<Shipment>,
    pub refunds: [Id; 0],
    pub cancelled_at: Option<Timestamp>,
    pub cancel_reason: Option<String>,
    pub hold_until: Option<Timestamp>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[serde(skip)]
    pub packed_at: Option<Timestamp>,
    #[serde(skip)]
    pub revision: i64,
}

/// What an order costs.
#[derive(Clone, Debug, Serialize)]
pub struct Totals {
    pub subtotal: Money,
    pub discount_code: Option<String>,
    pub discount_total: Money,
    pub shipping_total: Money,
    pub shipping_tax: Money,
    pub tax_total: Money,
    pub taxes: [Id; 0],
    pub total: Money,
}

/// A line to be priced: the price of a unit and how many, 1 to [`UNITS_MAX`].
#[derive(Clone, Copy, Debug)]
pub struct Priced {
    pub unit_price: Money,
    pub quantity: i64,
}

impl Priced {
    /// # Errors
    /// `amount_too_large`.
    pub fn subtotal(&self) -> Parsed<Money> {
        let minor = i128::from(self.unit_price.minor()) * i128::from(self.quantity);
        Money::checked(minor, self.unit_price.currency())
    }
}

impl Totals {
    /// Adds the lines up. Discounts, tax and shipping prices are still zero.
    ///
    /// # Errors
    /// `amount_too_large` when the sum is above the limit of money.
    pub fn of(subtotals: impl Iterator<Item = Money>, currency: Currency) -> Parsed<Self> {
        let sum = subtotals.map(|line| i128::from(line.minor())).sum();
        let subtotal = Money::checked(sum, currency)?;
        let zero = Money::new(0, currency);
        Ok(Self {
            subtotal,
            discount_code: None,
            discount_total: zero,
            shipping_total: zero,
            shipping_tax: zero,
            tax_total: zero,
            taxes: [],
            total: subtotal,
        })
    }
}

/// What can be done with an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Payments,
    Packing,
    Shipments,
    Delivery,
    Cancellation,
}

impl Action {
    /// The last part of its address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Payments => "payments",
            Self::Packing => "packing",
            Self::Shipments => "shipments",
            Self::Delivery => "delivery",
            Self::Cancellation => "cancellation",
        }
    }
}

impl Order {
    /// Derives the three states and `to_refund` from what happened.
    pub fn settle(&mut self) {
        self.fulfillment_status = self.derive_fulfillment();
        self.payment_status = self.derive_payment();
        let surplus = self.paid_total.minor() - self.refunded_total.minor() - self.owed();
        self.to_refund = Money::new(surplus.max(0), self.currency);
        let delivered = self.fulfillment_status == FulfillmentStatus::Delivered;
        self.status = match () {
            () if self.is_void() => Status::Cancelled,
            // Also where nothing is left to pay, because what had a price was cancelled.
            () if delivered && self.paid_total.minor() >= self.owed() => Status::Completed,
            () => Status::Open,
        };
    }

    /// What has to be paid in all, in minor units: the total without the share of units that were
    /// cancelled or returned. A full cancellation owes no shipping either.
    pub fn owed(&self) -> i64 {
        if self.is_void() {
            return 0;
        }
        let dropped = |item: &Item| {
            share(
                item.total.minor(),
                item.cancelled_quantity + item.returned_quantity,
                item.quantity,
            )
        };
        self.totals.total.minor() - self.items.iter().map(dropped).sum::<i64>()
    }

    /// What is still to be paid, in minor units.
    pub fn open_amount(&self) -> i64 {
        (self.owed() - self.paid_total.minor()).max(0)
    }

    /// What fits the present state.
    pub fn allowed(&self) -> Vec<Action> {
        let unshipped = self.items.iter().any(|item| item.unshipped() > 0);
        let under_way = self.shipments.iter().any(|shipment| shipment.delivered_at.is_none());
        let unfulfilled = self.fulfillment_status == FulfillmentStatus::Unfulfilled;
        [
            (Action::Payments, self.open_amount() > 0),
            (Action::Packing, unfulfilled && unshipped),
            (Action::Shipments, unshipped),
            (Action::Delivery, under_way),
            (Action::Cancellation, unshipped),
        ]
        .into_iter()
        .filter_map(|(action, fits)| fits.then_some(action))
        .collect()
    }

    /// Whether the buyer may still cancel, if there is anything to cancel: nothing is packed yet.
    pub fn is_untouched(&self) -> bool {
        self.fulfillment_status == FulfillmentStatus::Unfulfilled
    }

    /// Whether no unit is left.
    fn is_void(&self) -> bool {
        self.items.iter().all(|item| item.cancelled_quantity == item.quantity)
    }

    fn derive_payment(&self) -> PaymentStatus {
        let (paid, refunded) = (self.paid_total.minor(), self.refunded_total.minor());
        match () {
            () if paid == 0 && self.totals.total.minor() > 0 => PaymentStatus::Unpaid,
            () if paid < self.owed() => PaymentStatus::PartiallyPaid,
            () if refunded > 0 && refunded == paid => PaymentStatus::Refunded,
            () if refunded > 0 => PaymentStatus::PartiallyRefunded,
            () => PaymentStatus::Paid,
        }
    }

    fn derive_fulfillment(&self) -> FulfillmentStatus {
        let shipped: i64 = self.items.iter().map(|item| item.shipped_quantity).sum();
        let unshipped: i64 = self.items.iter().map(Item::unshipped).sum();
        let arrived = self.shipments.iter().all(|shipment| shipment.delivered_at.is_some());
        match () {
            () if shipped > 0 && unshipped == 0 && arrived => FulfillmentStatus::Delivered,
            () if shipped > 0 && unshipped == 0 => FulfillmentStatus::Shipped,
            () if shipped > 0 => FulfillmentStatus::PartiallyShipped,
            () if self.packed_at.is_some() => FulfillmentStatus::Packed,
            () => FulfillmentStatus::Unfulfilled,
        }
    }
}

/// Something that happened to an order, for its timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    Placed,
    Payment,
    PaymentVoided,
    Packing,
    PackingVoided,
    Shipment,
    Delivery,
    DeliveryVoided,
    Cancellation,
    Edit,
}

impl EventKind {
    const ALL: [Self; 10] = [
        Self::Placed,
        Self::Payment,
        Self::PaymentVoided,
        Self::Packing,
        Self::PackingVoided,
        Self::Shipment,
        Self::Delivery,
        Self::DeliveryVoided,
        Self::Cancellation,
        Self::Edit,
    ];

    /// The name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::Payment => "payment",
            Self::PaymentVoided => "payment_voided",
            Self::Packing => "packing",
            Self::PackingVoided => "packing_voided",
            Self::Shipment => "shipment",
            Self::Delivery => "delivery",
            Self::DeliveryVoided => "delivery_voided",
            Self::Cancellation => "cancellation",
            Self::Edit => "edit",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The stations of an order as its buyer sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Station {
    Placed,
    Confirmed,
    Packed,
    Shipped,
    Delivered,
    Cancelled,
}

impl Station {
    pub fn name(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::Confirmed => "confirmed",
            Self::Packed => "packed",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Cancelled => "cancelled",
        }
    }

    /// How far the order has come, in percent.
    pub fn progress(self) -> i64 {
        match self {
            Self::Placed | Self::Cancelled => 0,
            Self::Confirmed => 20,
            Self::Packed => 40,
            Self::Shipped => 60,
            Self::Delivered => 100,
        }
    }

    fn message(self) -> &'static str {
        match self {
            Self::Placed => "We have your order.",
            Self::Confirmed => "Your order is confirmed.",
            Self::Packed => "Your order is packed.",
            Self::Shipped => "Your order is on its way.",
            Self::Delivered => "Your order has arrived.",
            Self::Cancelled => "Your order was cancelled.",
        }
    }
}

impl Serialize for Station {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A station that was reached.
#[derive(Clone, Debug, Serialize)]
pub struct TrackEvent {
    pub at: Timestamp,
    pub status: Station,
    pub message: &'static str,
}

/// A parcel as its receiver may see it.
#[derive(Clone, Debug, Serialize)]
pub struct TrackedParcel {
    pub carrier: String,
    pub tracking_number: String,
    pub tracking_url: Option<String>,
    pub shipped_at: Timestamp,
}

/// Where an order is; no personal data.
#[derive(Clone, Debug, Serialize)]
pub struct Track {
    pub order_id: Id,
    pub number: String,
    pub status: Station,
    pub progress: i64,
    pub order_date: Timestamp,
    pub expected_delivery_date: Date,
    pub shipped_at: Option<Timestamp>,
    pub delivered_at: Option<Timestamp>,
    pub shipments: Vec<TrackedParcel>,
    pub events: Vec<TrackEvent>,
}

impl Track {
    /// `history`: what happened and was not voided, oldest first.
    pub fn of(order: &Order, history: &[(EventKind, Timestamp)]) -> Self {
        let status = station(order);
        let parcels = order.shipments.iter().map(|shipment| TrackedParcel {
            carrier: shipment.carrier.clone(),
            tracking_number: shipment.tracking_number.clone(),
            tracking_url: shipment.tracking_url.clone(),
            shipped_at: shipment.shipped_at,
        });
        let delivered = order.fulfillment_status == FulfillmentStatus::Delivered;
        let arrival = order.shipments.iter().filter_map(|shipment| shipment.delivered_at).max();
        Self {
            order_id: order.id,
            number: order.number.clone(),
            status,
            progress: status.progress(),
            order_date: order.order_date,
            expected_delivery_date: order.expected_delivery_date,
            shipped_at: order.shipments.iter().map(|shipment| shipment.shipped_at).min(),
            delivered_at: arrival.filter(|_| delivered),
            shipments: parcels.collect(),
            events: timeline(order, history),
        }
    }
}

/// Paid, or payable after the goods went out.
fn is_confirmed(order: &Order) -> bool {
    let owing =
        matches!(order.payment_status, PaymentStatus::Unpaid | PaymentStatus::PartiallyPaid);
    order.payment_method.is_pay_later() || !owing
}

fn station(order: &Order) -> Station {
    match order.fulfillment_status {
        _ if order.status == Status::Cancelled => Station::Cancelled,
        FulfillmentStatus::Delivered => Station::Delivered,
        FulfillmentStatus::Shipped | FulfillmentStatus::PartiallyShipped => Station::Shipped,
        FulfillmentStatus::Packed => Station::Packed,
        FulfillmentStatus::Unfulfilled if is_confirmed(order) => Station::Confirmed,
        FulfillmentStatus::Unfulfilled => Station::Placed,
    }
}

/// The stations reached, in the order in which they were.
fn timeline(order: &Order, history: &[(EventKind, Timestamp)]) -> Vec<TrackEvent> {
    let confirming_payment = history.iter().rposition(|(kind, _)| *kind == EventKind::Payment);
    let at_once = order.payment_method.is_pay_later() || order.totals.total.minor() == 0;
    let last_delivery = history.iter().rposition(|(kind, _)| *kind == EventKind::Delivery);
    let mut events = Vec::new();
    let mut push = |at: Timestamp, status: Station| {
        events.push(TrackEvent { at, status, message: status.message() });
    };
    for (index, (kind, at)) in history.iter().enumerate() {
        match kind {
            EventKind::Placed => {
                push(*at, Station::Placed);
                if at_once {
                    push(*at, Station::Confirmed);
                }
            }
            EventKind::Payment
                if Some(index) == confirming_payment && !at_once && is_confirmed(order) =>
            {
                push(*at, Station::Confirmed);
            }
            EventKind::Packing => push(*at, Station::Packed),
            EventKind::Shipment => push(*at, Station::Shipped),
            EventKind::Delivery
                if Some(index) == last_delivery
                    && order.fulfillment_status == FulfillmentStatus::Delivered =>
            {
                push(*at, Station::Delivered);
            }
            EventKind::Cancellation if order.status == Status::Cancelled => {
                push(*at, Station::Cancelled);
            }
            _ => {}
        }
    }
    events
}
