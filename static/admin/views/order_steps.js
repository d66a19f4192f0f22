// The steps of an order: one button for the next, the others beside it; taking one, and taking it back.

import { api, locationOf, Problem } from "../api.js";
import { minor, t } from "../texts.js";
import { button, h, run, soon, toast } from "../ui.js";
import { allowed, isPickup, nextStep } from "./order_allowed.js";

const dialog = soon(() => import("./order_dialogs.js"));
const back = soon(() => import("./order_back.js"));

export function actions(order, changed) {
  const next = nextStep(order);
  const rest = allowed(order).filter((what) => what !== next);
  if (!next && !rest.length) return null;
  // The next payment is all of it, at one click; another sum has its own button.
  if (next === "payments") rest.unshift("other_payment");
  return h("div", { class: "card steps", role: "group", tabindex: "-1",
    "aria-label": t("order.steps") },
  next && button(label(order, next), () => STEPS[next](order, changed),
    { class: "primary", "data-next": true }),
  rest.map((what) => button(label(order, what), () => STEPS[what](order, changed))),
  slip(order));
}

/** Whoever packs wants it; afterwards it stands among the documents. */
const slip = (order) => order.status === "open" && order.fulfillment_status === "unfulfilled" &&
  h("a", { class: "button", href: `/orders/${order.id}/packing-slip`, target: "_blank" },
    t("order.slip"));

function label(order, what) {
  if (what === "delivery" && isPickup(order)) return t("order.do_handover");
  if (what === "payments" && minor(order.paid_total) > 0n) return t("order.do_payments_rest");
  return t(`order.do_${what}`);
}

const STEPS = {
  payments: (order, changed) =>
    take(order, "payments", { method: order.payment_method }, changed),
  other_payment: dialog("askPayment"),
  packing: (order, changed) => take(order, "packing", {}, changed),
  shipments: dialog("askShipment"),
  delivery: (order, changed) => take(order, "delivery", {}, changed),
  refunds: back("askRefund"),
  returns: back("askReturn"),
  withdrawal: dialog("askWithdrawal"),
  cancellation: dialog("askCancellation"),
};

/** Steps that the shop takes back when somebody clicked wrongly. */
const VOIDABLE = new Set(["payments", "packing", "delivery"]);

/**
 * Takes a step and shows the order as the shop answers it; a toast offers the way back where there
 * is one. `changed(order)` draws; without an order it asks the shop for it.
 */
export async function take(order, what, body, changed) {
  const next = await api.post(`/orders/${order.id}/${what}`, body, order).catch((error) => {
    if (error.status !== 412) throw error;
    // Somebody else was quicker: show what they did.
    changed();
    throw new Problem(412, { ...error.body, detail: t("order.stale") });
  });
  const step = VOIDABLE.has(what) && locationOf(next);
  keepLatest(order.id, step);
  // A withdrawal answers its receipt, all else the order.
  await changed(next.items && next.number ? next : undefined);
  toast(t(`order.did_${what}`), { undo: step && (() => run(() => takeBack(step, changed))) });
}

/** Takes a step back; `step` is its address, `/orders/7/packing/3`. */
export async function takeBack(step, changed) {
  await api.delete(step);
  keepLatest(step.split("/")[2], null);
  await changed();
  toast(t("order.undone"));
}

/**
 * A dialog stays open when the shop says no. What it says then belongs into the dialog, as a toast
 * would lie behind it.
 */
export const inForm = (work) => work.catch((error) => {
  throw [409, 412].includes(error.status) ? new Problem(422, error.body) : error;
});

// Several steps of one second have no order among them: this tab remembers which one it took last.
const name = (id) => `latest step ${id}`;

export const latestStep = (id) => sessionStorage.getItem(name(id));

function keepLatest(id, step) {
  if (step) sessionStorage.setItem(name(id), step);
  else sessionStorage.removeItem(name(id));
}
