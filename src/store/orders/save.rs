//! Writing the difference between an order before and after: new or voided rows, quantities, stock,
//! the sums of the customer, the journal, and the documents that follow.

use super::timeline::{self, NewEvent, record};
use super::{counts, stock};
use crate::domain::Id;
use crate::domain::orders::{
    Cancellation, Delivery, EventKind, Order, Payment, Refund, RefundVia, Return, Shipment,
    Standing, Status, Step, Withdrawal,
};
use crate::domain::search::code_key;
use crate::domain::settings::Settings;
use crate::domain::totals::TaxGroup;
use crate::error::{Error, Result};
use crate::secret;
use crate::store::engine::sql::json;
use crate::store::engine::statements::{insert, insert_row, update};
use crate::store::{Tx, customers, discounts, invoices, journal};

/// An order after a step, and the number of the step.
#[derive(Debug)]
pub struct TakenStep {
    pub order: Order,
    pub id: Id,
}

/// Saves an order after steps that it has just taken. The number is that of the first.
pub fn save_steps(
    tx: &Tx,
    before: &Order,
    mut after: Order,
    steps: Vec<Step>,
    settings: &Settings,
) -> Result<TakenStep> {
    let mut ids = Vec::new();
    for step in &steps {
        let id = write_step(tx, &mut after, step)?;
        stock::give_back(tx, before, &mut after, (step, id))?;
        ids.push(id);
    }
    if let ([Step::Return(_), Step::Refund(_)], [returned, refund]) = (&steps[..], &ids[..]) {
        tx.execute("update returns set refund_id = $1 where id = $2", &[refund, returned])?;
    }
    save_difference(tx, before, &mut after, settings)?;
    let id = ids.first().copied().ok_or_else(|| Error::internal("no step was taken"))?;
    if let Some(step) = steps.first() {
        invoices::document_change(tx, before, &after, (step.action(), id), settings)?;
    }
    let by_itself =
        |step: &Step| matches!(step, Step::Payment(_) | Step::Shipment(_) | Step::Delivery(_));
    if steps.iter().any(by_itself) {
        invoices::issue_when_due(tx, &after, settings)?;
    }
    invoices::forget_due(tx, &after)?;
    Ok(TakenStep { order: after, id })
}

/// Saves an order without a step that was taken back.
///
/// # Errors
/// [`Code::OutOfStock`] where units that the step put back were sold meanwhile; a conflict where a
/// discount that it released is used up.
///
/// [`Code::OutOfStock`]: crate::error::Code::OutOfStock
pub fn save_void(
    tx: &Tx,
    before: &Order,
    mut after: Order,
    step: &Step,
    settings: &Settings,
) -> Result<()> {
    let id = step.id().ok_or_else(|| Error::internal("a step without an id"))?;
    void_rows(tx, before.id, step, id)?;
    record(tx, before.id, &NewEvent::about(step.voided_event(), id))?;
    stock::take_again(tx, before, &mut after, step)?;
    save_difference(tx, before, &mut after, settings)?;
    invoices::document_change(tx, before, &after, (step.action(), id), settings)
}

/// Voids the rows of a step and its entry in the timeline.
fn void_rows(tx: &Tx, order_id: Id, step: &Step, id: Id) -> Result<()> {
    let sql = match step {
        Step::Packing(_) | Step::Cancellation(_) => return timeline::void(tx, id),
        Step::Delivery(delivery) => {
            void_delivery(tx, delivery)?;
            return timeline::void(tx, id);
        }
        Step::Payment(_) => "update payments set voided_at = $1 where id = $2",
        Step::Shipment(_) => "update shipments set voided_at = $1 where id = $2",
        Step::Refund(_) => "update refunds set voided_at = $1 where id = $2",
        Step::Return(_) => "update returns set voided_at = $1 where id = $2",
        Step::Withdrawal(_) => "update withdrawals set voided_at = $1 where id = $2",
    };
    tx.execute(sql, &[&tx.now(), &id])?;
    timeline::void_about(tx, order_id, step.event(), id)
}

/// Saves an order whose parts were mended.
pub fn save_edit(tx: &Tx, before: &Order, mut after: Order, settings: &Settings) -> Result<Order> {
    record(tx, before.id, &NewEvent::of(EventKind::Edit))?;
    save_difference(tx, before, &mut after, settings)?;
    if let Some(customer_id) = after.customer_id.filter(|_| before.customer != after.customer) {
        customers::note_buyer(tx, customer_id, &after.customer)?;
    }
    Ok(after)
}

/// Saves an order of which a parcel was mended.
pub fn save_shipment(
    tx: &Tx,
    before: &Order,
    mut after: Order,
    shipment: Id,
    settings: &Settings,
) -> Result<Order> {
    let parcel = after.parcel(shipment)?;
    let [carrier, number] = parcel.way();
    update!(tx, "shipments", shipment, {
        "carrier": carrier,
        "tracking_number": number,
        "tracking_key": code_key(number),
        "tracking_url": parcel.tracking_url,
        "expected_delivery_date": parcel.expected_delivery_date,
    })?;
    record(tx, before.id, &NewEvent::about(EventKind::Edit, shipment))?;
    save_difference(tx, before, &mut after, settings)?;
    Ok(after)
}

/// Saves an order after the card provider has said what became of a refund.
pub fn save_card_refund(
    tx: &Tx,
    before: &Order,
    mut after: Order,
    (kind, refund_id): (EventKind, Id),
    settings: &Settings,
) -> Result<()> {
    record(tx, before.id, &NewEvent::about(kind, refund_id))?;
    save_difference(tx, before, &mut after, settings)
}

/// Writes everything that hangs on the steps, as a new version of the order.
fn save_difference(tx: &Tx, before: &Order, after: &mut Order, settings: &Settings) -> Result<()> {
    write_quantities(tx, before, after)?;
    let spent = |order: &Order| order.paid_total.minor() - order.refunded_total.minor();
    let difference = spent(after) - spent(before);
    if let Some(customer_id) = after.customer_id.filter(|_| difference != 0) {
        customers::count_money(tx, customer_id, difference)?;
    }
    after.version += 1;
    after.updated_at = tx.now();
    write_order(tx, after)?;
    counts::note_withdrawals(tx, before, after)?;
    journal::record_change(tx, &settings.time_zone, before, after)?;
    if before.open_amount() != after.open_amount() {
        release_session(tx, after)?;
    }
    match (before.status == Status::Cancelled, after.status == Status::Cancelled) {
        (false, true) => discounts::release_use(tx, after.id),
        (true, false) => discounts::use_again(tx, after),
        _ => Ok(()),
    }
}

/// Lets an open session at the card provider be ended that asks for another amount than is open.
fn release_session(tx: &Tx, order: &Order) -> Result<()> {
    let sql = "update payment_sessions set unwanted = 1, ask_at = $1
        where order_id = $2 and status = 'open' and amount <> $3";
    tx.execute(sql, &[&tx.now(), &order.id, &order.open_amount()]).map(drop)
}

fn write_order(tx: &Tx, order: &Order) -> Result<()> {
    let address = |address: &Option<_>| address.as_ref().map(json).transpose();
    let (buyer, standing) = (&order.customer, Standing::of(order));
    update!(tx, "orders", order.id, {
        "status": order.status.name(),
        "payment_status": order.payment_status.name(),
        "fulfillment_status": order.fulfillment_status.name(),
        "expected_delivery_date": order.expected_delivery_date,
        "pickup_at": order.pickup_at,
        "name": buyer.name,
        "email": buyer.email,
        "phone": buyer.phone,
        "shipping_address": address(&order.shipping_address)?,
        "billing_address": address(&order.billing_address)?,
        "open_amount": order.open_amount(),
        "to_refund": order.to_refund.minor(),
        "paid_total": order.paid_total.minor(),
        "refunded_total": order.refunded_total.minor(),
        "refunds_failed": order.refunds_failed,
        "tax_country": order.tax_country,
        "shipping_owed": order.shipping_owed,
        "shipping_reduction": order.shipping_reduction,
        "standing_net": standing.net(),
        "standing_tax": standing.tax(),
        "hold_until": order.hold,
        "staff_note": order.staff_note.text(),
        "packed_at": order.packed_at,
        "cancelled_at": order.cancelled_at,
        "cancel_reason": order.cancel_reason,
        "version": order.version,
        "updated_at": order.updated_at,
    })
    .map(drop)
}

fn write_quantities(tx: &Tx, before: &Order, after: &Order) -> Result<()> {
    for (was, is) in before.items.iter().zip(&after.items).filter(|(was, is)| was != is) {
        debug_assert_eq!(was.id, is.id);
        update!(tx, "order_items", is.id, {
            "shipped_quantity": is.shipped_quantity,
            "cancelled_quantity": is.cancelled_quantity,
            "returned_quantity": is.returned_quantity,
            "zeroed_quantity": is.zeroed,
            "reduced_quantity": is.reduced.0,
            "reduced_amount": is.reduced.1,
            "reduction": is.reduction,
            "taken": is.taken,
        })?;
    }
    stock::save(tx, before, after)
}

/// Writes a step and its event, and gives it its number.
fn write_step(tx: &Tx, order: &mut Order, step: &Step) -> Result<Id> {
    let id = match step {
        Step::Packing(_) => return record(tx, order.id, &NewEvent::of(EventKind::Packing)),
        Step::Delivery(delivery) => return write_delivery(tx, order, delivery),
        Step::Cancellation(cancellation) => return write_cancellation(tx, order, cancellation),
        Step::Payment(payment) => {
            let id = insert_payment(tx, order.id, payment)?;
            set_id(order.payments.iter_mut().map(|payment| &mut payment.id), id);
            id
        }
        Step::Shipment(shipment) => {
            let id = insert_shipment(tx, order.id, shipment)?;
            set_id(order.shipments.iter_mut().map(|shipment| &mut shipment.id), id);
            id
        }
        Step::Refund(refund) => {
            let id = insert_refund(tx, order.id, refund)?;
            set_id(order.refunds.iter_mut().map(|refund| &mut refund.id), id);
            id
        }
        Step::Return(returned) => insert_return(tx, order.id, returned)?,
        Step::Withdrawal(withdrawal) => {
            let id = insert_withdrawal(tx, order.id, withdrawal)?;
            set_id(order.withdrawals.iter_mut().map(|withdrawal| &mut withdrawal.id), id);
            id
        }
    };
    record(tx, order.id, &NewEvent::about(step.event(), id))?;
    Ok(id)
}

/// Gives its number to the one that has none yet.
fn set_id<'a>(mut ids: impl Iterator<Item = &'a mut Option<Id>>, new: Id) {
    if let Some(id) = ids.find(|id| id.is_none()) {
        *id = Some(new);
    }
}

fn insert_payment(tx: &Tx, order_id: Id, payment: &Payment) -> Result<Id> {
    insert!(tx, "payments", {
        "order_id": order_id,
        "amount": payment.amount.minor(),
        "method": payment.method.name(),
        "reference": payment.reference,
        "paid_at": payment.paid_at,
        "booked_at": payment.booked_at,
        "session_id": payment.session_id,
    })
}

fn insert_shipment(tx: &Tx, order_id: Id, shipment: &Shipment) -> Result<Id> {
    let [carrier, number] = shipment.way();
    let id = insert!(tx, "shipments", {
        "order_id": order_id,
        "carrier": carrier,
        "tracking_number": number,
        "tracking_key": code_key(number),
        "tracking_url": shipment.tracking_url,
        "expected_delivery_date": shipment.expected_delivery_date,
        "shipped_at": shipment.shipped_at,
        "delivered_at": shipment.delivered_at,
    })?;
    for units in &shipment.items {
        insert_row!(tx, "shipment_items", {
            "shipment_id": id,
            "item_id": units.item_id,
            "quantity": units.quantity,
        })?;
    }
    Ok(id)
}

/// Notes which parcels came, so that taking the step back moves these and no others.
fn write_delivery(tx: &Tx, order: &mut Order, delivery: &Delivery) -> Result<Id> {
    for id in &delivery.arrived {
        let sql = "update shipments set delivered_at = $1 where id = $2";
        tx.execute(sql, &[&delivery.delivered_at, id])?;
    }
    let mut arrived = delivery.arrived.clone();
    if let Some(shipment) = &delivery.handed_over {
        let id = insert_shipment(tx, order.id, shipment)?;
        set_id(order.shipments.iter_mut().map(|shipment| &mut shipment.id), id);
        arrived.push(id);
    }
    let event = NewEvent {
        subject: delivery.shipment_id,
        units: Some(json(&arrived)?),
        ..NewEvent::of(EventKind::Delivery)
    };
    record(tx, order.id, &event)
}

/// Sends parcels on their way again, and takes back what was handed over.
fn void_delivery(tx: &Tx, delivery: &Delivery) -> Result<()> {
    for id in &delivery.arrived {
        tx.execute("update shipments set delivered_at = null where id = $1", &[id])?;
    }
    if let Some(id) = delivery.handed_over.as_ref().and_then(|shipment| shipment.id) {
        tx.execute("delete from shipment_items where shipment_id = $1", &[&id])?;
        tx.execute("delete from shipments where id = $1", &[&id])?;
    }
    Ok(())
}

fn write_cancellation(tx: &Tx, order: &Order, cancellation: &Cancellation) -> Result<Id> {
    let event = NewEvent {
        units: cancellation.items.as_ref().map(json).transpose()?,
        note: cancellation.reason.as_deref(),
        ..NewEvent::of(EventKind::Cancellation)
    };
    record(tx, order.id, &event)
}

fn insert_refund(tx: &Tx, order_id: Id, refund: &Refund) -> Result<Id> {
    let row = |group: &TaxGroup| (group.rate, group.net.minor(), group.tax.minor());
    let id = insert!(tx, "refunds", {
        "order_id": order_id,
        "amount": refund.amount.minor(),
        "shipping": refund.shipping.minor(),
        "taxes": json(&refund.taxes.iter().map(row).collect::<Vec<_>>())?,
        "reason": refund.reason,
        "price_reduction": refund.price_reduction.minor(),
        "method": refund.method.name(),
        "refunded_at": refund.refunded_at,
        "via": refund.via.map(RefundVia::name),
    })?;
    for part in &refund.parts {
        insert_row!(tx, "card_refunds", {
            "refund_id": id,
            "order_id": order_id,
            "payment_id": part.payment_id,
            "amount": part.amount.minor(),
            "key": secret::token("tbr_")?,
            "status": part.status.name(),
            "created_at": tx.now(),
            "ask_at": tx.now(),
        })?;
    }
    for units in &refund.items {
        insert_row!(tx, "refund_items", {
            "refund_id": id,
            "item_id": units.item_id,
            "quantity": units.quantity,
        })?;
    }
    Ok(id)
}

fn insert_return(tx: &Tx, order_id: Id, returned: &Return) -> Result<Id> {
    let id = insert!(tx, "returns", {
        "order_id": order_id,
        "reason": returned.reason.name(),
        "returned_at": returned.returned_at,
    })?;
    for units in &returned.items {
        insert_row!(tx, "return_items", {
            "return_id": id,
            "item_id": units.item_id,
            "quantity": units.quantity,
            "restock": units.restock,
        })?;
    }
    Ok(id)
}

fn insert_withdrawal(tx: &Tx, order_id: Id, withdrawal: &Withdrawal) -> Result<Id> {
    let id = insert!(tx, "withdrawals", {
        "order_id": order_id,
        "by_shop": withdrawal.by_shop,
        "withdrawn_at": withdrawal.withdrawn_at,
    })?;
    for units in &withdrawal.items {
        insert_row!(tx, "withdrawal_items", {
            "withdrawal_id": id,
            "item_id": units.item_id,
            "quantity": units.quantity,
        })?;
    }
    Ok(id)
}
