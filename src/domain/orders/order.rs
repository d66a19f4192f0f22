//! An order: its lines as they were placed, and the sums of its steps.

use serde::Serialize;

use super::lines::QuoteLine;
use super::quote::Quote;
use super::states::{FulfillmentStatus, PaymentStatus, Status};
use super::steps::{Payment, Refund, Shipment, Withdrawal};
use crate::domain::Id;
use crate::domain::applied_discounts::{AppliedDiscount, DiscountKind, all_parts};
use crate::domain::calendar::{Date, Timestamp};
use crate::domain::currency::Currency;
use crate::domain::customers::{Address, Contact, Note};
use crate::domain::metadata::Metadata;
use crate::domain::money::{Money, share};
use crate::domain::pictures::LinePicture;
use crate::domain::settings::PaymentMethod;
use crate::domain::tax::Percent;
use crate::domain::text::Email;
use crate::domain::totals::{Bearing, ShippingPart, TaxGroup, Totals, groups};
use crate::domain::window::Language;
use crate::error::{Code, Error};

/// The buyer, as written on the order. Blank after the person was deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Buyer {
    pub name: Option<String>,
    pub email: Option<Email>,
    pub phone: Option<String>,
}

impl Buyer {
    /// The buyer of a new order: a copy of their contact.
    pub fn of(contact: &Contact) -> Self {
        Self {
            name: Some(contact.name.clone()),
            email: contact.email.clone(),
            phone: contact.phone.clone(),
        }
    }

    /// The contact of the buyer; `None` once they were forgotten.
    pub fn contact(&self) -> Option<Contact> {
        let (email, phone) = (self.email.clone(), self.phone.clone());
        Some(Contact { name: self.name.clone()?, email, phone })
    }
}

/// A line: a copy of what was sold, and how far it has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    pub id: Id,
    /// `None`, as the variant: the shop did not list it.
    pub product_id: Option<Id>,
    pub variant_id: Option<Id>,
    pub name: String,
    pub variant_title: Option<String>,
    pub sku: Option<String>,
    pub unit_price: Money,
    /// The reason for a price that was not the product's.
    pub reason: Option<String>,
    pub quantity: i64,
    pub subtotal: Money,
    pub discount: Money,
    /// The parts of `discount`.
    pub discounts: Vec<AppliedDiscount>,
    pub tax_rate: Percent,
    pub tax: Money,
    pub total: Money,
    pub shipped_quantity: i64,
    pub cancelled_quantity: i64,
    pub returned_quantity: i64,
    /// The buyer's words about this line.
    pub note: Option<String>,
    /// The address of the picture that it had when it was placed.
    #[serde(rename = "image_url")]
    pub picture: Option<LinePicture>,
    /// `None` where an older program placed it.
    #[serde(skip)]
    pub tax_category: Option<String>,
    /// The goods cannot be withdrawn from, such as what was made to measure.
    #[serde(skip)]
    pub withdrawal_exempt: bool,
    /// Units that are out of the stock on account of the ledger: taken, and not given back.
    #[serde(skip)]
    pub taken: i64,
    /// Units that stand at nothing, because their price was paid back. They are the first of the
    /// line to be cancelled or returned.
    #[serde(skip)]
    pub zeroed: i64,
    /// Units whose own price was reduced by a part, and by how much in all; they are dropped next.
    #[serde(skip)]
    pub reduced: (i64, i64),
    /// The amount by which the price of all units that have one was reduced. Amounts are in minor
    /// units and with their tax.
    #[serde(skip)]
    pub reduction: i64,
}

impl Item {
    /// The line of a quote, as it is placed.
    pub fn placed(id: Id, line: &QuoteLine, taken: i64) -> Self {
        Self {
            id,
            product_id: line.product_id,
            variant_id: line.variant_id,
            name: line.name.clone(),
            variant_title: line.variant_title.clone(),
            sku: line.sku.clone(),
            unit_price: line.unit_price,
            reason: line.reason.clone(),
            quantity: line.quantity,
            subtotal: line.subtotal,
            discount: line.discount,
            discounts: line.discounts.clone(),
            tax_rate: line.tax_rate,
            tax: line.tax,
            total: line.total,
            shipped_quantity: 0,
            cancelled_quantity: 0,
            returned_quantity: 0,
            note: line.note.clone(),
            picture: line.picture.clone(),
            tax_category: Some(line.tax_category.clone()),
            withdrawal_exempt: line.withdrawal_exempt,
            taken,
            zeroed: 0,
            reduced: (0, 0),
            reduction: 0,
        }
    }

    /// Units that were neither cancelled nor returned.
    pub fn standing(&self) -> i64 {
        self.quantity - self.cancelled_quantity - self.returned_quantity
    }

    /// Units that stand at their price.
    pub fn priced(&self) -> i64 {
        self.standing() - self.zeroed
    }

    /// Drops units of what stands: those without a price first, then those whose own price was
    /// reduced; reductions shrink with their units. The caller counts them as cancelled or
    /// returned.
    pub(super) fn drop_standing(&mut self, units: i64) {
        let without_price = units.min(self.zeroed);
        let priced = units - without_price;
        self.shrink_reductions(priced, priced.min(self.reduced.0));
        self.zeroed -= without_price;
    }

    /// Lets units stand at nothing, if possible not those whose own price was reduced before.
    pub(super) fn zero(&mut self, units: i64) {
        let of_reduced = (units - (self.priced() - self.reduced.0)).max(0);
        self.shrink_reductions(units, of_reduced);
        self.zeroed += units;
    }

    /// Shrinks the reductions by those of units that lose their price; the caller counts them.
    fn shrink_reductions(&mut self, units: i64, of_reduced: i64) {
        let (count, off) = self.reduced;
        self.reduced = (count - of_reduced, share(off, count - of_reduced, count));
        self.reduction = share(self.reduction, self.priced() - units, self.priced());
    }

    /// Units that neither left the house nor were cancelled.
    pub fn unshipped(&self) -> i64 {
        self.quantity - self.cancelled_quantity - self.shipped_quantity
    }

    /// Units that are with the buyer, or on their way.
    pub fn kept(&self) -> i64 {
        self.shipped_quantity - self.returned_quantity
    }
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
    /// When the buyer comes for the goods, where that was agreed to.
    pub pickup_at: Option<Timestamp>,
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
    /// The amount still to be paid.
    pub to_pay: Money,
    pub to_refund: Money,
    pub currency: Currency,
    pub prices_include_tax: bool,
    /// The sentence of a shop that charged no tax when it was placed.
    pub tax_note: Option<String>,
    /// The buyer's words.
    pub note: Option<String>,
    #[serde(skip_serializing_if = "Note::is_hidden")]
    pub staff_note: Note,
    pub metadata: Metadata,
    /// The language in which the buyer saw the shop; `None` where nobody knows.
    pub locale: Option<Language>,
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
    /// The country whose tax the order bears, where there is one.
    #[serde(skip)]
    pub tax_country: Option<String>,
    /// `false` once no unit stands, unless the last of them came back for no good reason.
    #[serde(skip)]
    pub shipping_owed: bool,
    /// The amount by which the price of shipping was reduced, in minor units with its tax.
    #[serde(skip)]
    pub shipping_reduction: i64,
    /// By how much more than what stands an older program said that was owed, in minor units.
    #[serde(skip)]
    pub opening: i64,
    /// The amount to be paid in all, in minor units; derived by [`Order::settle`].
    #[serde(skip)]
    pub owed: i64,
    /// Until when goods are held while nothing is paid, whatever was paid meanwhile.
    #[serde(skip)]
    pub hold: Option<Timestamp>,
    /// `None` where an older program placed it.
    #[serde(skip)]
    pub shipping_tax_category: Option<String>,
    #[serde(skip)]
    pub revision: i64,
    /// What of all refunds failed, in minor units; derived by [`Order::settle`].
    #[serde(skip)]
    pub refunds_failed: i64,
}

impl Order {
    /// The order that a quote becomes; its lines are added with their ids.
    pub fn placed(
        id: Id,
        number: String,
        (customer_id, contact): (Id, &Contact),
        quote: &Quote,
        now: Timestamp,
    ) -> Self {
        let zero = Money::new(0, quote.currency);
        Self {
            id,
            number,
            status: Status::Open,
            payment_status: PaymentStatus::Unpaid,
            fulfillment_status: FulfillmentStatus::Unfulfilled,
            order_date: quote.ordered_at,
            expected_delivery_date: quote.expected_delivery_date,
            pickup_at: quote.pickup_at,
            customer_id: Some(customer_id),
            customer: Buyer::of(contact),
            shipping_address: quote.shipping_address.clone(),
            billing_address: quote.billing_address.clone(),
            shipping_method: quote.method.code.clone(),
            payment_method: quote.terms.method,
            items: Vec::new(),
            totals: quote.totals.clone(),
            paid_total: zero,
            refunded_total: zero,
            to_pay: zero,
            to_refund: zero,
            currency: quote.currency,
            prices_include_tax: quote.prices_include_tax,
            tax_note: quote.tax_note.clone(),
            note: quote.note.clone(),
            staff_note: Note::Shown(None),
            metadata: quote.metadata.clone(),
            locale: quote.locale,
            payments: Vec::new(),
            shipments: Vec::new(),
            refunds: Vec::new(),
            withdrawals: Vec::new(),
            cancelled_at: None,
            cancel_reason: None,
            hold_until: None,
            hold: quote.hold_until(now),
            version: 1,
            created_at: now,
            updated_at: now,
            packed_at: None,
            pickup: quote.method.pickup,
            shipping_method_name: quote.method.name.clone(),
            tax_country: quote.tax_country.clone(),
            shipping_owed: true,
            shipping_reduction: 0,
            opening: 0,
            owed: 0,
            shipping_tax_category: Some(quote.method.tax_category.clone()),
            revision: 0,
            refunds_failed: 0,
        }
    }

    /// Notes on its lines why they have their shares of the discounts on the whole order, and adds
    /// up the parts.
    pub fn add_up_discounts(&mut self) {
        if self.totals.discount_total.minor() == 0 {
            return;
        }
        for part in self.items.iter_mut().flat_map(|item| &mut item.discounts) {
            match part.kind {
                DiscountKind::Line => {}
                DiscountKind::Order => part.reason.clone_from(&self.totals.discount_reason),
                DiscountKind::Code => part.reason.clone_from(&self.totals.discount_code),
            }
        }
        let parts = self.items.iter().map(|item| item.discounts.as_slice());
        self.totals.discounts = all_parts(parts);
    }

    /// What the discounts on the whole order are called: the reason for what was agreed to, and the
    /// code.
    pub fn discount_names(&self) -> Option<String> {
        let of_order = self.totals.discounts.iter().filter(|part| part.kind != DiscountKind::Line);
        let names: Vec<&str> = of_order.filter_map(|part| part.reason.as_deref()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }

    /// The same order before any of its steps.
    pub fn before_steps(&self) -> Self {
        let zero = Money::new(0, self.currency);
        let mut order = self.clone();
        for item in &mut order.items {
            (item.shipped_quantity, item.cancelled_quantity, item.returned_quantity) = (0, 0, 0);
            (item.zeroed, item.reduced, item.reduction) = (0, (0, 0), 0);
        }
        (order.paid_total, order.refunded_total) = (zero, zero);
        (order.shipping_owed, order.shipping_reduction) = (true, 0);
        (order.packed_at, order.cancelled_at, order.cancel_reason) = (None, None, None);
        order.payments.clear();
        order.shipments.clear();
        order.refunds.clear();
        order.withdrawals.clear();
        order.settle();
        order
    }

    /// The sums of every rate as they were placed; none where nothing bears any tax.
    pub(super) fn placed_taxes(&self) -> Vec<TaxGroup> {
        let includes_tax = self.prices_include_tax;
        let line = |item: &Item| {
            let (rate, tax) = (item.tax_rate, item.tax.minor());
            let amount = item.total.minor() - if includes_tax { 0 } else { tax };
            Bearing { rate, amount, tax, includes_tax }
        };
        let shipping = |part: &ShippingPart| Bearing {
            rate: part.rate,
            amount: part.amount,
            tax: part.tax,
            includes_tax,
        };
        let shipping = self.totals.shipping_parts.iter().map(shipping);
        groups(self.items.iter().map(line).chain(shipping), self.currency)
    }

    /// The amount still to be paid, in minor units.
    pub fn open_amount(&self) -> i64 {
        (self.owed - self.refundable()).max(0)
    }

    /// The line with an id, if the order has it.
    pub fn item(&self, id: Id) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// The conflict of a step that does not fit, with those that do.
    pub fn not_possible(&self, detail: impl Into<String>) -> Error {
        Error::new(Code::ActionNotPossible, detail)
            .with("allowed", serde_json::json!(self.allowed()))
    }

    /// An amount in the order's currency.
    pub(super) fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }
}
