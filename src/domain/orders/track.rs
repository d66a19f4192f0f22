//! Where an order is, as its buyer sees it: stations, and nothing personal.

use serde::{Serialize, Serializer};

use super::{EventKind, FulfillmentStatus, Order, PaymentStatus, Status};
use crate::domain::Id;
use crate::domain::calendar::{Date, Timestamp};

/// The stations of an order as its buyer sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrackingStatus {
    Placed,
    Confirmed,
    Packed,
    ReadyForPickup,
    Shipped,
    Delivered,
    Cancelled,
    Returned,
}

impl TrackingStatus {
    pub fn name(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::Confirmed => "confirmed",
            Self::Packed => "packed",
            Self::ReadyForPickup => "ready_for_pickup",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Cancelled => "cancelled",
            Self::Returned => "returned",
        }
    }

    /// How far the order has come, in percent.
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

impl Serialize for TrackingStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A station that was reached.
#[derive(Clone, Debug, Serialize)]
pub struct TrackEvent {
    pub at: Timestamp,
    pub status: TrackingStatus,
    pub message: &'static str,
    /// The step of packing or delivery that it was, for those who may take it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_id: Option<Id>,
}

/// What happened to an order, in the books.
#[derive(Clone, Copy, Debug)]
pub struct OrderEvent {
    pub id: Id,
    pub kind: EventKind,
    pub at: Timestamp,
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
    pub status: TrackingStatus,
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
    pub fn of(order: &Order, history: &[OrderEvent]) -> Self {
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
            shipped_at: order.shipments.iter().map(|shipment| shipment.shipped_at).min(),
            delivered_at: order.delivered_at(),
            shipments: parcels.collect(),
            events: timeline(order, history),
        }
    }

    /// The same for those who take no steps.
    pub fn without_steps(mut self) -> Self {
        for event in &mut self.events {
            event.step_id = None;
        }
        self
    }
}

/// Paid, or payable after the goods went out.
fn is_confirmed(order: &Order) -> bool {
    let owing =
        matches!(order.payment_status, PaymentStatus::Unpaid | PaymentStatus::PartiallyPaid);
    order.payment_method.is_pay_later() || !owing
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
fn timeline(order: &Order, history: &[OrderEvent]) -> Vec<TrackEvent> {
    let at_once = order.payment_method.is_pay_later() || order.totals.total.minor() == 0;
    let last = |wanted| history.iter().rposition(|past| past.kind == wanted);
    let confirming_payment = last(EventKind::Payment);
    let (last_delivery, last_return) = (last(EventKind::Delivery), last(EventKind::Return));
    let mut events = Vec::new();
    let mut push = |past: &OrderEvent, status: TrackingStatus| {
        let is_step = matches!(past.kind, EventKind::Packing | EventKind::Delivery);
        let step_id = is_step.then_some(past.id);
        events.push(TrackEvent { at: past.at, status, message: status.message(), step_id });
    };
    for (index, past) in history.iter().enumerate() {
        match past.kind {
            EventKind::Placed => {
                push(past, TrackingStatus::Placed);
                if at_once {
                    push(past, TrackingStatus::Confirmed);
                }
            }
            EventKind::Payment
                if Some(index) == confirming_payment && !at_once && is_confirmed(order) =>
            {
                push(past, TrackingStatus::Confirmed);
            }
            EventKind::Packing if order.pickup => push(past, TrackingStatus::ReadyForPickup),
            EventKind::Packing => push(past, TrackingStatus::Packed),
            EventKind::Shipment => push(past, TrackingStatus::Shipped),
            EventKind::Delivery
                if Some(index) == last_delivery && order.delivered_at().is_some() =>
            {
                push(past, TrackingStatus::Delivered);
            }
            EventKind::Return
                if Some(index) == last_return
                    && order.fulfillment_status == FulfillmentStatus::Returned =>
            {
                push(past, TrackingStatus::Returned);
            }
            EventKind::Cancellation if order.status == Status::Cancelled => {
                push(past, TrackingStatus::Cancelled);
            }
            _ => {}
        }
    }
    events
}
