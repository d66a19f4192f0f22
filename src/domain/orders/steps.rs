//! The steps that an order takes: what each is, and where its goods and its money go.

use serde::{Deserialize, Serialize};

use crate::domain::Id;
use crate::domain::calendar::{Date, Timestamp, Zone};
use crate::domain::currency::Currency;
use crate::domain::money::Money;
use crate::domain::settings::{PaymentMethod, PaymentTerms, Settings};
use crate::domain::totals::TaxGroup;
use crate::domain::words::words;

words! {
    /// The kinds of steps; a word is the last part of their address.
    Action {
        Payments = "payments",
        Packing = "packing",
        Shipments = "shipments",
        Delivery = "delivery",
        Cancellation = "cancellation",
        Refunds = "refunds",
        Returns = "returns",
        Withdrawal = "withdrawal",
    }
}

words! {
    /// The kinds of entries in the timeline of an order.
    EventKind {
        Placed = "placed",
        Payment = "payment",
        PaymentVoided = "payment_voided",
        Packing = "packing",
        PackingVoided = "packing_voided",
        Shipment = "shipment",
        Delivery = "delivery",
        DeliveryVoided = "delivery_voided",
        ShipmentVoided = "shipment_voided",
        Cancellation = "cancellation",
        CancellationVoided = "cancellation_voided",
        Edit = "edit",
        Refund = "refund",
        RefundDone = "refund_done",
        RefundFailed = "refund_failed",
        RefundVoided = "refund_voided",
        Return = "return",
        ReturnVoided = "return_voided",
        Withdrawal = "withdrawal",
        WithdrawalVoided = "withdrawal_voided",
        Invoice = "invoice",
    }
}

words! {
    /// The way in which money goes back, where the shop sends it by itself.
    RefundVia, "unknown_value", "Money goes back by card, or by hand where this is left out." {
        Card = "card",
    }
}

words! {
    /// How far money that goes back has come.
    RefundStatus {
        /// The provider has not confirmed it. It counts, so that nobody pays twice.
        Pending = "pending",
        Done = "done",
        /// It did not go back, and is to be refunded again.
        Failed = "failed",
    }
}

words! {
    /// The reason for which goods came back; it decides whether shipping is still owed.
    ReturnReason, "unknown_value", "Choose one of withdrawal, refused, defect, other." {
        /// The buyer withdrew from the contract (Directive 2011/83/EU, Art. 9 to 14).
        Withdrawal = "withdrawal",
        /// The buyer did not take the parcel.
        Refused = "refused",
        /// The goods were not as they should be.
        Defect = "defect",
        Other = "other",
    }
}

/// A step that an order has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Payment(Payment),
    Packing(Packing),
    Shipment(Shipment),
    Delivery(Delivery),
    Cancellation(Cancellation),
    Refund(Refund),
    Return(Return),
    Withdrawal(Withdrawal),
}

/// The settings that steps go by.
#[derive(Clone, Copy, Debug)]
pub struct StepTerms<'a> {
    pub zone: &'a Zone,
    pub withdrawal_days: i64,
    pub payment_terms: &'a [PaymentTerms],
}

impl<'a> StepTerms<'a> {
    /// The terms that the settings give a step.
    pub fn of(settings: &'a Settings) -> Self {
        Self {
            zone: &settings.time_zone,
            withdrawal_days: settings.withdrawal_days,
            payment_terms: &settings.payment_terms,
        }
    }
}

/// Units of a line that go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Units {
    pub item_id: Id,
    pub quantity: i64,
}

/// Money that came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Payment {
    /// `None` until it is saved.
    pub id: Option<Id>,
    pub amount: Money,
    pub currency: Currency,
    pub method: PaymentMethod,
    pub reference: Option<String>,
    pub paid_at: Timestamp,
    /// When it was written down; that is the day on which it counts.
    #[serde(skip)]
    pub booked_at: Timestamp,
    /// The session at the card provider by which it came; `None` where somebody wrote it down.
    #[serde(skip)]
    pub session_id: Option<Id>,
}

/// Everything is packed. Its id is that of its event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Packing {
    /// `None` until it is saved.
    pub id: Option<Id>,
    pub packed_at: Timestamp,
}

/// A parcel on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shipment {
    /// `None` until it is saved.
    pub id: Option<Id>,
    pub items: Vec<Units>,
    /// `None`, as the number: the shop brings it itself.
    pub carrier: Option<String>,
    pub tracking_number: Option<String>,
    pub tracking_url: Option<String>,
    pub expected_delivery_date: Option<Date>,
    pub shipped_at: Timestamp,
    pub delivered_at: Option<Timestamp>,
}

impl Shipment {
    /// The carrier of what the buyer came for: there is no parcel then.
    pub const PICKUP: &'static str = "pickup";

    /// The carrier and the number as they are stored: empty for what the shop brings itself.
    pub fn way(&self) -> [&str; 2] {
        [&self.carrier, &self.tracking_number].map(|part| part.as_deref().unwrap_or_default())
    }

    /// Tells `false` for what the buyer came for.
    pub fn is_parcel(&self) -> bool {
        self.carrier.as_deref() != Some(Self::PICKUP)
    }
}

/// Parcels have arrived. Its id is that of its event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Delivery {
    pub delivered_at: Timestamp,
    /// `None` until it is saved.
    pub id: Option<Id>,
    /// The one parcel that was named; `None` for all that were under way.
    pub shipment_id: Option<Id>,
    /// The parcels that arrived by it, so that taking it back moves these and no others.
    #[serde(skip)]
    pub arrived: Vec<Id>,
    /// Everything that was left, handed to the buyer who has come for it.
    #[serde(skip)]
    pub handed_over: Option<Shipment>,
}

/// Units that were cancelled. Its id is that of its event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cancellation {
    pub cancelled_at: Timestamp,
    /// `None` until it is saved.
    pub id: Option<Id>,
    /// `None` where the file does not say it any more.
    pub items: Option<Vec<Units>>,
    /// `None` once the buyer was forgotten.
    pub reason: Option<String>,
}

/// Money that went back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refund {
    /// `None` until it is saved.
    pub id: Option<Id>,
    pub amount: Money,
    pub currency: Currency,
    pub items: Vec<Units>,
    /// The part of the amount that was for shipping, with its tax.
    pub shipping: Money,
    pub reason: Option<String>,
    /// The part that goes beyond what was to be refunded: by so much less is owed from then on.
    pub price_reduction: Money,
    /// The sums without tax and the tax of that part, for each rate.
    pub taxes: Vec<TaxGroup>,
    pub refunded_at: Timestamp,
    /// `None` where somebody gave it back by hand.
    pub via: Option<RefundVia>,
    pub status: RefundStatus,
    /// The part that did not go back, and counts no more.
    pub failed_amount: Money,
    /// The way in which the money had come.
    #[serde(skip)]
    pub method: PaymentMethod,
    /// What of it goes back of which payment, where the provider sends it.
    #[serde(skip)]
    pub parts: Vec<CardRefund>,
}

/// The part of a refund that goes back of one payment by card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardRefund {
    /// `None` until it is saved.
    pub id: Option<Id>,
    pub payment_id: Id,
    pub amount: Money,
    pub status: RefundStatus,
}

/// Goods that came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Return {
    /// `None` until it is saved.
    pub id: Option<Id>,
    pub items: Vec<ReturnedUnits>,
    pub reason: ReturnReason,
    /// The refund that went with it.
    pub refund_id: Option<Id>,
    pub returned_at: Timestamp,
}

/// Units that came back, and whether they can be sold again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ReturnedUnits {
    pub item_id: Id,
    pub quantity: i64,
    pub restock: bool,
}

/// Units that a buyer has declared not to want.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Withdrawal {
    /// `None` until it is saved.
    pub id: Option<Id>,
    pub items: Vec<Units>,
    pub withdrawn_at: Timestamp,
    /// It was written down by the shop, not declared by the buyer.
    #[serde(skip)]
    pub by_shop: bool,
}

impl ReturnedUnits {
    /// The units without what becomes of them.
    pub fn units(&self) -> Units {
        Units { item_id: self.item_id, quantity: self.quantity }
    }
}

impl Step {
    /// The action that the step is.
    pub fn action(&self) -> Action {
        match self {
            Self::Payment(_) => Action::Payments,
            Self::Packing(_) => Action::Packing,
            Self::Shipment(_) => Action::Shipments,
            Self::Delivery(_) => Action::Delivery,
            Self::Cancellation(_) => Action::Cancellation,
            Self::Refund(_) => Action::Refunds,
            Self::Return(_) => Action::Returns,
            Self::Withdrawal(_) => Action::Withdrawal,
        }
    }

    /// The kind of its entry in the timeline.
    pub fn event(&self) -> EventKind {
        match self {
            Self::Payment(_) => EventKind::Payment,
            Self::Packing(_) => EventKind::Packing,
            Self::Shipment(_) => EventKind::Shipment,
            Self::Delivery(_) => EventKind::Delivery,
            Self::Cancellation(_) => EventKind::Cancellation,
            Self::Refund(_) => EventKind::Refund,
            Self::Return(_) => EventKind::Return,
            Self::Withdrawal(_) => EventKind::Withdrawal,
        }
    }

    /// The kind of the entry that says that it was taken back.
    pub fn voided_event(&self) -> EventKind {
        match self {
            Self::Payment(_) => EventKind::PaymentVoided,
            Self::Packing(_) => EventKind::PackingVoided,
            Self::Shipment(_) => EventKind::ShipmentVoided,
            Self::Delivery(_) => EventKind::DeliveryVoided,
            Self::Cancellation(_) => EventKind::CancellationVoided,
            Self::Refund(_) => EventKind::RefundVoided,
            Self::Return(_) => EventKind::ReturnVoided,
            Self::Withdrawal(_) => EventKind::WithdrawalVoided,
        }
    }

    /// Tells `true` for money that moved at the card provider: no click takes that back.
    pub(super) fn moved_at_provider(&self) -> bool {
        match self {
            Self::Payment(payment) => payment.session_id.is_some(),
            Self::Refund(refund) => refund.via.is_some(),
            _ => false,
        }
    }

    /// The number in its address; `None` until it is saved.
    pub fn id(&self) -> Option<Id> {
        match self {
            Self::Payment(payment) => payment.id,
            Self::Packing(packing) => packing.id,
            Self::Shipment(shipment) => shipment.id,
            Self::Delivery(delivery) => delivery.id,
            Self::Cancellation(cancellation) => cancellation.id,
            Self::Refund(refund) => refund.id,
            Self::Return(returned) => returned.id,
            Self::Withdrawal(withdrawal) => withdrawal.id,
        }
    }

    /// The time at which the step was taken.
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Payment(payment) => payment.booked_at,
            Self::Packing(packing) => packing.packed_at,
            Self::Shipment(shipment) => shipment.shipped_at,
            Self::Delivery(delivery) => delivery.delivered_at,
            Self::Cancellation(cancellation) => cancellation.cancelled_at,
            Self::Refund(refund) => refund.refunded_at,
            Self::Return(returned) => returned.returned_at,
            Self::Withdrawal(withdrawal) => withdrawal.withdrawn_at,
        }
    }

    /// The sentence of why it cannot be taken back.
    pub(super) fn rests_on_it(&self) -> &'static str {
        match self {
            _ if self.moved_at_provider() => "The money moved at the card provider.",
            Self::Payment(_) => "Money of this payment was refunded.",
            Self::Packing(_) => "Something of it was shipped already.",
            Self::Shipment(_) => "Something of this parcel arrived or came back already.",
            Self::Delivery(_) => "Something of it came back already.",
            Self::Cancellation(_) | Self::Return(_) => {
                "Money that it freed was refunded; take the refund back first."
            }
            Self::Withdrawal(_) => "The buyer declared it.",
            Self::Refund(_) => "Something rests on this step.",
        }
    }
}
