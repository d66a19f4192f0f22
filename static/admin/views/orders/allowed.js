// The steps that an order allows now. The shop has the last word; this only spares people buttons
// that it would refuse.

import { shop } from "../../api.js";
import { minor } from "../../texts.js";

const DAY_MILLIS = 86400000;

export const unshipped = (item) =>
  item.quantity - item.cancelled_quantity - item.shipped_quantity;
export const kept = (item) => item.shipped_quantity - item.returned_quantity;

const unitsIn = (lists, item) => lists
  .flatMap(({ items }) => items)
  .filter(({ item_id: id }) => id === item.id)
  .reduce((sum, { quantity }) => sum + quantity, 0);

/** Units that nobody gave money back for. */
export const refundable = (order) => (item) => item.quantity - unitsIn(order.refunds, item);

/** Units that the buyer declared not to want and that are not back yet. */
export const announced = (order) => (item) =>
  Math.min(kept(item), Math.max(0, unitsIn(order.withdrawals, item) - item.returned_quantity));

/** Units that the buyer may still declare not to want. */
export const withdrawable = (order) => (item) => Math.max(0,
  item.quantity - item.cancelled_quantity - item.returned_quantity
    - unitsIn(order.withdrawals, item));

/** The most that can be given back: what was paid and did not go back yet. */
export const paidLeft = (order) => minor(order.paid_total) - minor(order.refunded_total);

/** Money that is to come, and money that is to go back; whatever the states say. */
export const isOpen = (order) => minor(order.to_pay) > 0n;
export const isDue = (order) => minor(order.to_refund) > 0n;

/** An order that the buyer comes for. A method that the shop no longer has leaves its traces. */
export const isPickup = (order) =>
  order.fulfillment_status === "ready_for_pickup"
  || order.shipments.some(({ carrier }) => carrier === "pickup")
  || shop().shipping_methods.some(({ code, pickup }) => code === order.shipping_method && pickup);

/** The steps that fit, in the order of a working day. */
export function allowed(order) {
  const some = (units) => order.items.some((item) => units(item) > 0);
  const pickup = isPickup(order);
  const left = some(unshipped);
  const underWay = order.shipments.some((shipment) => !shipment.delivered_at);
  const fits = {
    payments: isOpen(order),
    packing: left && order.fulfillment_status === "unfulfilled",
    shipments: left && !pickup,
    delivery: (underWay && order.fulfillment_status !== "returned") || (pickup && left),
    refunds: paidLeft(order) > 0n,
    returns: some(kept),
    withdrawal: some(withdrawable(order)) && mayWithdraw(order),
    cancellation: left,
  };
  return Object.keys(fits).filter((what) => fits[what]);
}

/** Until some days after all of it came; before that in any case. */
function mayWithdraw(order) {
  if (order.status === "cancelled") return false;
  if (order.fulfillment_status !== "delivered") return true;
  const last = Math.max(...order.shipments.map((shipment) => Date.parse(shipment.delivered_at)));
  return Date.now() < last + (shop().withdrawal_days + 1) * DAY_MILLIS;
}

const PAY_LATER = ["cash_on_delivery", "pay_at_pickup", "invoice"];

/** The one step that is next. Who pays later is sent the goods first. */
export function nextStep(order) {
  const possible = allowed(order);
  const goods = ["packing", "shipments", ...(isPickup(order) ? ["delivery"] : [])];
  const wanted = [
    ...(PAY_LATER.includes(order.payment_method) ? [] : ["payments"]),
    ...goods,
    // Goods that the buyer sends back are waited for; money that is due is not.
    ...(order.items.some((item) => announced(order)(item) > 0) ? ["returns"] : []),
    ...(isDue(order) ? ["refunds"] : []),
    "delivery", "payments",
  ];
  return wanted.find((what) => possible.includes(what));
}
