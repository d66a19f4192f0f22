//! Orders: the draft and the quote that is made of it, the order that is placed by it, and every
//! step that an order may take. What an order costs is in `domain/totals.rs`.
//!
//! An order is its placed lines and its steps. [`Order::apply`] checks a step and adds it; states,
//! sums and what is allowed next follow from the two and are set by nothing else.

mod agreed;
mod apply;
mod cancellations;
mod cards;
mod draft;
mod edit;
mod fulfilment;
mod lines;
mod order;
mod payments;
mod plan;
mod pricing;
mod quote;
mod quote_view;
mod refunds;
mod returns;
mod settle;
mod shelf;
mod standing;
mod states;
mod steps;
mod stock;
#[cfg(test)]
mod tests;
mod track;
mod units;
mod withdrawals;

pub use agreed::{AgreedDiscount, AgreedPrice, AgreedValue, FreeGoods};
pub use apply::StepInput;
pub use cancellations::CancellationInput;
pub use cards::CardPayment;
pub use draft::{
    Draft, GUEST_LINES_MAX, Goods, LINE_NOTE_CHARS_MAX, LINES_MAX, LineInput, Orderer, PaidInput,
    UNITS_MAX,
};
pub use edit::OrderEditInput;
pub use fulfilment::{DeliveryInput, ShipmentEditInput, ShipmentInput};
pub use lines::QuoteLine;
pub use order::{Buyer, Item, Order};
pub use payments::PaymentInput;
pub use plan::{OrderPlan, PlannedBuyer};
pub use quote::{Quote, QuoteRequest};
pub use quote_view::QuoteView;
pub use refunds::RefundInput;
pub use returns::{ReturnInput, ReturnItemInput};
pub use shelf::{CHOICES_MAX, KnownBuyer, Shelf, ShelfVariant};
pub use standing::{Standing, StandingPart};
pub use states::{FulfillmentStatus, MoneyDue, PaymentStatus, Status};
pub use steps::{
    Action, Cancellation, CardRefund, Delivery, EventKind, Packing, Payment, Refund, RefundStatus,
    RefundVia, Return, ReturnReason, ReturnedUnits, Shipment, Step, StepTerms, Units, Withdrawal,
};
pub use track::{ActorKind, StepActor, Track, TrackEvent, TrackedParcel, TrackingStatus};
pub use withdrawals::WithdrawalReceipt;
