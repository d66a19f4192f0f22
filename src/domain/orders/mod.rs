//! Orders: which states they can be in, and the arrows between them. What they cost is in
//! `domain/totals.rs`.
//!
//! `status`, `payment_status` and `fulfillment_status` are derived from what happened (payments,
//! shipments, cancelled units) by [`Order::settle`]; nothing sets them by hand.

mod refunds;
mod track;

pub use refunds::{Refund, RefundPlan, Wish};
pub use track::{OrderEvent, Track, TrackEvent, TrackedParcel, TrackingStatus};

use serde::Serialize;

use super::Id;
use super::calendar::{Date, Timestamp};
use super::currency::Currency;
use super::customers::Address;
use super::money::{Money, share};
use super::settings::PaymentMethod;
use super::tax::Percent;
use super::text::Email;
use super::totals::{Bearing, Totals, groups};

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
    /// Packed, and the buyer may come.
    ReadyForPickup,
    PartiallyShipped,
    Shipped,
    Delivered,
    /// All that was not cancelled came back.
    Returned,
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
    pub const NAMES: &'static [&'static str] = &[
        "unfulfilled",
        "packed",
        "ready_for_pickup",
        "partially_shipped",
        "shipped",
        "delivered",
        "returned",
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Unfulfilled => "unfulfilled",
            Self::Packed => "packed",
            Self::ReadyForPickup => "ready_for_pickup",
            Self::PartiallyShipped => "partially_shipped",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Returned => "returned",
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
    pub tax_rate: Percent,
    pub tax: Money,
    pub total: Money,
    pub shipped_quantity: i64,
    pub cancelled_quantity: i64,
    pub returned_quantity: i64,
    /// The goods cannot be withdrawn from, such as what was made to measure.
    #[serde(skip)]
    pub withdrawal_exempt: bool,
}

impl Item {
    /// Units that neither left the house nor were cancelled.
    pub fn unshipped(&self) -> i64 {
        self.quantity - self.cancelled_quantity - self.shipped_quantity
    }

    /// Units that are with the buyer, or on their way.
    pub fn kept(&self) -> i64 {
        self.shipped_quantity - self.returned_quantity
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

impl Shipment {
    /// The carrier of what the buyer came for: there is no parcel then.
    pub const PICKUP: &'static str = "pickup";

    pub fn is_parcel(&self) -> bool {
        self.carrier != Self::PICKUP
    }
}

/// What a buyer has declared not to want.
#[derive(Clone, Debug, Serialize)]
pub struct Withdrawal {
    pub id: Id,
    pub items: Vec<Units>,
    pub withdrawn_at: Timestamp,
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
    pub refunds: Vec<Refund>,
    pub withdrawals: Vec<Withdrawal>,
    pub cancelled_at: Option<Timestamp>,
    pub cancel_reason: Option<String>,
    pub hold_until: Option<Timestamp>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[serde(skip)]
    pub packed_at: Option<Timestamp>,
    /// The buyer fetches the goods.
    #[serde(skip)]
    pub pickup: bool,
    #[serde(skip)]
    pub shipping_method_name: String,
    #[serde(skip)]
    pub shipping_tax_rate: Percent,
    #[serde(skip)]
    pub revision: i64,
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
    Refunds,
    Returns,
    Withdrawal,
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
            Self::Refunds => "refunds",
            Self::Returns => "returns",
            Self::Withdrawal => "withdrawal",
        }
    }
}

impl Order {
    /// Derives the three states and the sums that depend on them from what happened.
    pub fn settle(&mut self) {
        self.totals.taxes = groups(self.bearings(|item| item.quantity), self.currency);
        self.fulfillment_status = self.derive_fulfillment();
        self.payment_status = self.derive_payment();
        let surplus = self.paid_total.minor() - self.refunded_total.minor() - self.owed();
        self.to_refund = Money::new(surplus.max(0), self.currency);
        let delivered = matches!(
            self.fulfillment_status,
            FulfillmentStatus::Delivered | FulfillmentStatus::Returned
        );
        self.status = match () {
            () if self.is_void() => Status::Cancelled,
            // Also where nothing is left to pay, because what had a price was cancelled.
            () if delivered && self.paid_total.minor() >= self.owed() => Status::Completed,
            () => Status::Open,
        };
        let held = self.status == Status::Open
            && self.payment_status == PaymentStatus::Unpaid
            && self.fulfillment_status == FulfillmentStatus::Unfulfilled;
        self.hold_until = self.hold_until.filter(|_| held);
    }

    /// What bears tax: of every line so many units, and the price of shipping.
    pub fn bearings(&self, units: impl Fn(&Item) -> i64) -> impl Iterator<Item = Bearing> {
        let includes_tax = self.prices_include_tax;
        let line = move |item: &Item| {
            let (units, tax) = (units(item), item.tax.minor());
            let amount = item.total.minor() - if includes_tax { 0 } else { tax };
            Bearing {
                rate: item.tax_rate,
                amount: share(amount, units, item.quantity),
                tax: share(tax, units, item.quantity),
                includes_tax,
            }
        };
        let shipping = Bearing {
            rate: self.shipping_tax_rate,
            amount: self.totals.shipping_total.minor(),
            tax: self.totals.shipping_tax.minor(),
            includes_tax,
        };
        self.items.iter().map(line).chain([shipping])
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

    /// What fits the present state. A withdrawal is not among it: that hangs on the day as well.
    pub fn allowed(&self) -> Vec<Action> {
        let unshipped = self.items.iter().any(|item| item.unshipped() > 0);
        let under_way = self.shipments.iter().any(|shipment| shipment.delivered_at.is_none());
        let unfulfilled = self.fulfillment_status == FulfillmentStatus::Unfulfilled;
        let kept = self.items.iter().any(|item| item.kept() > 0);
        [
            (Action::Payments, self.open_amount() > 0),
            (Action::Packing, unfulfilled && unshipped),
            (Action::Shipments, unshipped),
            (Action::Delivery, under_way || (self.pickup && unshipped)),
            (Action::Cancellation, unshipped),
            (Action::Refunds, self.refundable() > 0),
            (Action::Returns, kept),
        ]
        .into_iter()
        .filter_map(|(action, fits)| fits.then_some(action))
        .collect()
    }

    /// Whether the buyer may still cancel, if there is anything to cancel: nothing is packed yet.
    pub fn is_untouched(&self) -> bool {
        self.fulfillment_status == FulfillmentStatus::Unfulfilled
    }

    /// Units of a line that its buyer may still declare not to want.
    pub fn withdrawable(&self, item: &Item) -> i64 {
        let declared = self.withdrawals.iter().flat_map(|withdrawal| &withdrawal.items);
        let declared: i64 =
            declared.filter(|units| units.item_id == item.id).map(|units| units.quantity).sum();
        let left = item.quantity - item.cancelled_quantity - item.returned_quantity - declared;
        if item.withdrawal_exempt { 0 } else { left.max(0) }
    }

    /// When everything had arrived.
    pub fn delivered_at(&self) -> Option<Timestamp> {
        let arrived = matches!(
            self.fulfillment_status,
            FulfillmentStatus::Delivered | FulfillmentStatus::Returned
        );
        let last = self.shipments.iter().filter_map(|shipment| shipment.delivered_at).max();
        last.filter(|_| arrived)
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
        let left: i64 = self.items.iter().map(|item| item.quantity - item.cancelled_quantity).sum();
        let returned: i64 = self.items.iter().map(|item| item.returned_quantity).sum();
        match () {
            () if left > 0 && returned == left => FulfillmentStatus::Returned,
            () if shipped > 0 && unshipped == 0 && arrived => FulfillmentStatus::Delivered,
            () if shipped > 0 && unshipped == 0 => FulfillmentStatus::Shipped,
            () if shipped > 0 => FulfillmentStatus::PartiallyShipped,
            () if self.packed_at.is_some() && self.pickup => FulfillmentStatus::ReadyForPickup,
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
    Refund,
    Return,
    Withdrawal,
    Invoice,
}

impl EventKind {
    const ALL: [Self; 14] = [
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
        Self::Refund,
        Self::Return,
        Self::Withdrawal,
        Self::Invoice,
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
            Self::Refund => "refund",
            Self::Return => "return",
            Self::Withdrawal => "withdrawal",
            Self::Invoice => "invoice",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}
