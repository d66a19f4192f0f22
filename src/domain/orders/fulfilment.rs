//! The way of the goods to their buyer: packing, shipments, delivery.

use serde::Serialize;

use super::order::{Item, Order};
use super::steps::{Action, Delivery, Packing, Shipment, Step, StepTerms, Units};
use crate::domain::Id;
use crate::domain::calendar::{Date, Timestamp, Zone};
use crate::domain::shipping::tracking_url;
use crate::error::{Error, FieldError, Result};

/// A parcel that leaves the house.
#[derive(Clone, Debug)]
pub struct ShipmentInput {
    /// `None`: everything that is left.
    pub items: Option<Vec<Units>>,
    /// `None`, as the number: the shop brings it itself.
    pub carrier: Option<String>,
    pub tracking_number: Option<String>,
    pub tracking_url: Option<String>,
    pub expected_delivery_date: Option<Date>,
}

/// The parts of a parcel that can be mended.
#[derive(Clone, Debug, Serialize)]
pub struct ShipmentEditInput {
    pub carrier: Option<String>,
    pub tracking_number: Option<String>,
    /// Left out, the address that the carrier has for the number.
    pub tracking_url: Option<String>,
    pub expected_delivery_date: Option<Date>,
}

impl ShipmentEditInput {
    /// The parts of a parcel as they are.
    pub fn of(shipment: &Shipment) -> Self {
        let usual = usual_url(shipment.carrier.as_deref(), shipment.tracking_number.as_deref());
        Self {
            carrier: shipment.carrier.clone(),
            tracking_number: shipment.tracking_number.clone(),
            tracking_url: shipment.tracking_url.clone().filter(|url| Some(url) != usual.as_ref()),
            expected_delivery_date: shipment.expected_delivery_date,
        }
    }
}

/// An arrival: of one parcel, or of all that are under way.
#[derive(Clone, Copy, Debug)]
pub struct DeliveryInput {
    pub shipment_id: Option<Id>,
}

/// The address that a well-known carrier has for a number.
fn usual_url(carrier: Option<&str>, number: Option<&str>) -> Option<String> {
    tracking_url(carrier?, number?)
}

impl Order {
    /// The packing of everything.
    ///
    /// # Errors
    /// A conflict once something is packed or shipped, or where nothing is left.
    pub(super) fn packing(&self, now: Timestamp) -> Result<Step> {
        self.require(Action::Packing, "This order cannot be packed now.")?;
        Ok(Step::Packing(Packing { id: None, packed_at: now }))
    }

    /// The shipment that this says.
    ///
    /// # Errors
    /// Invalid for a day before the order's and for lines the order does not have; a conflict for
    /// more than is left.
    pub(super) fn shipment(
        &self,
        input: &ShipmentInput,
        terms: &StepTerms,
        now: Timestamp,
    ) -> Result<Step> {
        if let Some(date) = input.expected_delivery_date {
            self.check_delivery_date(date, terms.zone)?;
        }
        let items = self.choose_units(input.items.as_deref(), Item::unshipped)?;
        self.require(Action::Shipments, "Nothing of this order is left to ship.")?;
        let (carrier, number) = (&input.carrier, &input.tracking_number);
        Ok(Step::Shipment(Shipment {
            id: None,
            items,
            carrier: carrier.clone(),
            tracking_number: number.clone(),
            tracking_url: input
                .tracking_url
                .clone()
                .or_else(|| usual_url(carrier.as_deref(), number.as_deref())),
            expected_delivery_date: input.expected_delivery_date,
            shipped_at: now,
            delivered_at: None,
        }))
    }

    /// The delivery that this says; of an order that is fetched, everything that is left is handed
    /// over by it.
    ///
    /// # Errors
    /// Invalid for a parcel the order does not have; a conflict where nothing is on its way.
    pub(super) fn delivery(&self, input: DeliveryInput, now: Timestamp) -> Result<Step> {
        let named = input.shipment_id;
        if named.is_some() && self.shipments.iter().all(|shipment| shipment.id != named) {
            let detail = "This order has no such shipment.";
            return Err(Error::invalid(vec![FieldError::at("/shipment_id", "not_found", detail)]));
        }
        self.require(Action::Delivery, "Nothing of this order is on its way.")?;
        let under_way = self.shipments.iter().filter(|shipment| shipment.delivered_at.is_none());
        let meant = under_way.filter(|shipment| named.is_none() || shipment.id == named);
        let arrived: Vec<Id> = meant.filter_map(|shipment| shipment.id).collect();
        let handed_over = self.hand_over(now).filter(|_| named.is_none());
        if arrived.is_empty() && handed_over.is_none() {
            return Err(self.not_possible("This shipment has arrived already."));
        }
        let delivered_at = now;
        Ok(Step::Delivery(Delivery {
            delivered_at,
            id: None,
            shipment_id: named,
            arrived,
            handed_over,
        }))
    }

    /// The parcel with this number; what the buyer came for is none.
    ///
    /// # Errors
    /// Not found.
    pub fn parcel(&self, id: Id) -> Result<&Shipment> {
        let mut parcels = self.shipments.iter().filter(|shipment| shipment.is_parcel());
        parcels.find(|shipment| shipment.id == Some(id)).ok_or_else(Error::not_found)
    }

    /// The order with a parcel that was mended; a day that is given for it is the order's.
    ///
    /// # Errors
    /// Invalid for a day before the order's.
    pub fn with_parcel(&self, id: Id, edit: &ShipmentEditInput, zone: &Zone) -> Result<Self> {
        let mut order = self.clone();
        let shipments = order.shipments.iter_mut().filter(|shipment| shipment.id == Some(id));
        for shipment in shipments {
            let (carrier, number) = (&edit.carrier, &edit.tracking_number);
            let date = edit.expected_delivery_date;
            if let Some(date) = date.filter(|_| date != shipment.expected_delivery_date) {
                self.check_delivery_date(date, zone)?;
                order.expected_delivery_date = date;
            }
            shipment.carrier.clone_from(carrier);
            shipment.tracking_number.clone_from(number);
            shipment.tracking_url = edit
                .tracking_url
                .clone()
                .or_else(|| usual_url(carrier.as_deref(), number.as_deref()));
            shipment.expected_delivery_date = date;
        }
        Ok(order)
    }

    /// Everything that is left, for a buyer who has come for it.
    fn hand_over(&self, now: Timestamp) -> Option<Shipment> {
        let items = self.choose_units(None, Item::unshipped).ok()?;
        (self.pickup && !items.is_empty()).then(|| Shipment {
            id: None,
            items,
            carrier: Some(Shipment::PICKUP.to_owned()),
            tracking_number: Some(self.number.clone()),
            tracking_url: None,
            expected_delivery_date: None,
            shipped_at: now,
            delivered_at: Some(now),
        })
    }

    /// Refuses a day before that of the order: nothing arrives before it was ordered.
    ///
    /// # Errors
    /// Invalid.
    pub(super) fn check_delivery_date(&self, date: Date, zone: &Zone) -> Result<()> {
        let ordered = zone.date_of(self.order_date);
        if date >= ordered {
            return Ok(());
        }
        let detail = format!("It was ordered on {}; it cannot arrive before.", ordered.text());
        Err(Error::invalid(vec![FieldError::at("/expected_delivery_date", "out_of_range", detail)]))
    }

    pub(super) fn add_shipment(&mut self, shipment: Shipment) {
        self.add_to_items(&shipment.items, |item, units| item.shipped_quantity += units);
        if let Some(date) = shipment.expected_delivery_date {
            self.expected_delivery_date = date;
        }
        self.shipments.push(shipment);
    }

    pub(super) fn add_delivery(&mut self, delivery: &Delivery) {
        for shipment in &mut self.shipments {
            if shipment.id.is_some_and(|id| delivery.arrived.contains(&id)) {
                shipment.delivered_at = Some(delivery.delivered_at);
            }
        }
        if let Some(shipment) = &delivery.handed_over {
            self.add_shipment(shipment.clone());
        }
    }
}
