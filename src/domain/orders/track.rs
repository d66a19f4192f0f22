//! The way of an order as its buyer sees it: stations, and nothing personal.

use serde::Serialize;

use super::order::Order;
use super::states::{FulfillmentStatus, Status};
use super::steps::{Step, Units};
use crate::domain::Id;
use crate::domain::calendar::{Date, Timestamp};
use crate::domain::words::words;

words! {
    /// The stations of an order as its buyer sees them.
    TrackingStatus {
        Placed = "placed",
        Confirmed = "confirmed",
        Packed = "packed",
        ReadyForPickup = "ready_for_pickup",
        Shipped = "shipped",
        Delivered = "delivered",
        Cancelled = "cancelled",
        Returned = "returned",
    }
}

impl TrackingStatus {
    /// The progress of the order, in percent.
    pub fn progress(self) -> i64 {
        match self {
            Self::Placed | Self::Cancelled | Self::Returned => 0,
            Self::Confirmed => 20,
            Self::Packed => 40,
            Self::Shipped | Self::ReadyForPickup => 60,
            Self::Delivered => 100,
        }
    }

    fn message(self) -> &'static str {
        match self {
            Self::Placed => "We have your order.",
            Self::Confirmed => "Your order is confirmed.",
            Self::Packed => "Your order is packed.",
            Self::ReadyForPickup => "Your order is ready for you.",
            Self::Shipped => "Your order is on its way.",
            Self::Delivered => "Your order has arrived.",
            Self::Cancelled => "Your order was cancelled.",
            Self::Returned => "Your order came back to us.",
        }
    }
}

/// A station that was reached.
#[derive(Clone, Debug, Serialize)]
pub struct TrackEvent {
    pub at: Timestamp,
    pub status: TrackingStatus,
    pub message: &'static str,
    /// The step that it was, for those who may take it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_id: Option<Id>,
}

/// A parcel as its receiver may see it.
#[derive(Clone, Debug, Serialize)]
pub struct TrackedParcel {
    pub carrier: Option<String>,
    pub tracking_number: Option<String>,
    pub tracking_url: Option<String>,
    pub shipped_at: Timestamp,
}

/// The way of an order; no personal data.
#[derive(Clone, Debug, Serialize)]
pub struct Track {
    pub order_id: Id,
    pub number: String,
    pub status: TrackingStatus,
    pub progress: i64,
    pub order_date: Timestamp,
    pub expected_delivery_date: Date,
    pub pickup_at: Option<Timestamp>,
    pub shipped_at: Option<Timestamp>,
    pub delivered_at: Option<Timestamp>,
    pub shipments: Vec<TrackedParcel>,
    pub events: Vec<TrackEvent>,
    /// For those who may take steps, and take them back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<Vec<TrackedStep>>,
}

words! {
    /// The kinds of those who take steps.
    ActorKind {
        Staff = "staff",
        /// A program with a key.
        Key = "key",
        Buyer = "buyer",
        /// The shop by itself, such as what it cancels because nobody pays.
        Shop = "shop",
    }
}

/// Who took a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepActor {
    pub kind: ActorKind,
    /// The e-mail of one of the staff, the name of a key; `None` where there is none any more.
    pub name: Option<String>,
}

/// A step that was taken: where it can be read, and what hangs on it.
#[derive(Clone, Debug, Serialize)]
pub struct TrackedStep {
    pub action: &'static str,
    pub step_id: Option<Id>,
    pub at: Timestamp,
    /// `None` where no units go with it.
    pub units: Option<i64>,
    /// Of a cancellation its text, of a return its word.
    pub reason: Option<String>,
    /// `false` for what the buyer declared.
    pub voidable: bool,
    /// `None` where nobody asked for it.
    pub actor: Option<StepActor>,
}

impl TrackedStep {
    fn of(step: &Step) -> Self {
        let sum = |units: &[Units]| Some(units.iter().map(|units| units.quantity).sum());
        let (units, reason) = match step {
            Step::Payment(_) | Step::Packing(_) | Step::Delivery(_) | Step::Refund(_) => {
                (None, None)
            }
            Step::Shipment(shipment) => (sum(&shipment.items), None),
            Step::Cancellation(step) => (step.items.as_deref().and_then(sum), step.reason.clone()),
            Step::Return(step) => {
                let units = step.items.iter().map(|units| units.quantity).sum();
                (Some(units), Some(step.reason.name().to_owned()))
            }
            Step::Withdrawal(step) => (sum(&step.items), None),
        };
        let declared = matches!(step, Step::Withdrawal(withdrawal) if !withdrawal.by_shop);
        Self {
            action: step.action().name(),
            step_id: step.id(),
            at: step.at(),
            units,
            reason,
            voidable: !declared,
            actor: None,
        }
    }
}

impl Track {
    /// The way of an order that has taken these steps, oldest first.
    pub fn of(order: &Order, steps: &[Step]) -> Self {
        let status = station(order);
        let parcels = order.shipments.iter().filter(|shipment| shipment.is_parcel());
        let parcels = parcels.map(|shipment| TrackedParcel {
            carrier: shipment.carrier.clone(),
            tracking_number: shipment.tracking_number.clone(),
            tracking_url: shipment.tracking_url.clone(),
            shipped_at: shipment.shipped_at,
        });
        Self {
            order_id: order.id,
            number: order.number.clone(),
            status,
            progress: status.progress(),
            order_date: order.order_date,
            expected_delivery_date: order.expected_delivery_date,
            pickup_at: order.pickup_at,
            shipped_at: order.shipments.iter().map(|shipment| shipment.shipped_at).min(),
            delivered_at: order.delivered_at(),
            shipments: parcels.collect(),
            events: timeline(order, steps),
            steps: Some(steps.iter().map(TrackedStep::of).collect()),
        }
    }

    /// The same with who took each step.
    pub fn with_actors(mut self, actors: Vec<StepActor>) -> Self {
        for (step, actor) in self.steps.iter_mut().flatten().zip(actors) {
            step.actor = Some(actor);
        }
        self
    }

    /// The same for those who take no steps.
    pub fn without_steps(mut self) -> Self {
        for event in &mut self.events {
            event.step_id = None;
        }
        self.steps = None;
        self
    }
}

/// Paid, or payable after the goods went out.
fn is_confirmed(order: &Order) -> bool {
    order.payment_method.is_pay_later() || !order.payment_status.is_owing()
}

fn station(order: &Order) -> TrackingStatus {
    match order.fulfillment_status {
        _ if order.status == Status::Cancelled => TrackingStatus::Cancelled,
        FulfillmentStatus::Returned => TrackingStatus::Returned,
        FulfillmentStatus::Delivered => TrackingStatus::Delivered,
        FulfillmentStatus::Shipped | FulfillmentStatus::PartiallyShipped => TrackingStatus::Shipped,
        FulfillmentStatus::ReadyForPickup => TrackingStatus::ReadyForPickup,
        FulfillmentStatus::Packed => TrackingStatus::Packed,
        FulfillmentStatus::Unfulfilled if is_confirmed(order) => TrackingStatus::Confirmed,
        FulfillmentStatus::Unfulfilled => TrackingStatus::Placed,
    }
}

/// The stations reached, in the order in which they were.
fn timeline(order: &Order, steps: &[Step]) -> Vec<TrackEvent> {
    let at_once = order.payment_method.is_pay_later() || order.totals.total.minor() == 0;
    let mut events = vec![reached(order.order_date, TrackingStatus::Placed)];
    if at_once {
        events.push(reached(order.order_date, TrackingStatus::Confirmed));
    }
    for (index, step) in steps.iter().enumerate() {
        let is_last = steps.iter().skip(index + 1).all(|later| later.action() != step.action());
        let status = match step {
            Step::Payment(_) => {
                (is_last && !at_once && is_confirmed(order)).then_some(TrackingStatus::Confirmed)
            }
            Step::Packing(_) if order.pickup => Some(TrackingStatus::ReadyForPickup),
            Step::Packing(_) => Some(TrackingStatus::Packed),
            Step::Shipment(_) => Some(TrackingStatus::Shipped),
            Step::Delivery(_) => {
                (is_last && order.delivered_at().is_some()).then_some(TrackingStatus::Delivered)
            }
            Step::Return(_) => {
                let all = order.fulfillment_status == FulfillmentStatus::Returned;
                (is_last && all).then_some(TrackingStatus::Returned)
            }
            Step::Cancellation(_) => {
                (order.status == Status::Cancelled).then_some(TrackingStatus::Cancelled)
            }
            Step::Refund(_) | Step::Withdrawal(_) => None,
        };
        if let Some(status) = status {
            let follows = matches!(step, Step::Payment(_) | Step::Shipment(_));
            let step_id = step.id().filter(|_| !follows);
            events.push(TrackEvent { step_id, ..reached(step.at(), status) });
        }
    }
    events
}

fn reached(at: Timestamp, status: TrackingStatus) -> TrackEvent {
    TrackEvent { at, status, message: status.message(), step_id: None }
}
