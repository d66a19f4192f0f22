// The buttons of an order: one for the next step, the others beside it.

import { minor, t } from "../../texts.js";
import { button, h, soon } from "../../ui.js";
import { allowed, isPickup, nextStep } from "./allowed.js";
import { take } from "./steps.js";

const dialog = soon(() => import("./dialogs.js"));
const back = soon(() => import("./returns.js"));

export function actions(order, changed) {
  const next = nextStep(order);
  const rest = allowed(order).filter((what) => what !== next);
  // The next payment is all of it, at one click; another sum has its own button.
  if (next === "payments") rest.unshift("other_payment");
  // A transfer comes when it comes, also to an order that is cancelled or paid.
  if (![next, ...rest].includes("payments")) rest.push("late_payment");
  return h("div", { class: "card steps", role: "group", tabindex: "-1",
    "aria-label": t("order.steps") },
  next && button(label(order, next), () => STEPS[next](order, changed),
    { class: "primary", "data-next": true }),
  rest.map((what) => button(label(order, what), () => STEPS[what](order, changed))),
  slip(order));
}

/** The slip for whoever packs; afterwards it stands among the documents. */
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
  late_payment: dialog("askPayment"),
  packing: (order, changed) => take(order, "packing", {}, changed),
  shipments: dialog("askShipment"),
  delivery: (order, changed) => take(order, "delivery", {}, changed),
  refunds: back("askRefund"),
  returns: back("askReturn"),
  withdrawal: dialog("askWithdrawal"),
  cancellation: dialog("askCancellation"),
};
