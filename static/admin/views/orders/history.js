// The history of an order, the latest first: the stations its buyer sees, and money and papers.

import { money, t, time } from "../../texts.js";
import { button, card, h, words } from "../../ui.js";
import { latestStep, takeBack } from "./steps.js";

/** The steps behind the stations of the track, where they can be taken back. */
const BEHIND = { packed: "packing", ready_for_pickup: "packing", delivered: "delivery" };

export function history(order, track, invoices, changed) {
  const events = [
    ...track.events.filter(isStation(order)).map((event) => station(order, event)),
    ...order.payments.map((payment) => ({
      at: payment.paid_at,
      text: t("order.was_payment", {
        amount: money(payment.amount, order.currency), method: t(`method.${payment.method}`),
      }),
      step: `/orders/${order.id}/payments/${payment.id}`,
    })),
    ...order.refunds.map((refund) => ({
      at: refund.refunded_at,
      text: t("order.was_refund", { amount: money(refund.amount, order.currency) }),
      more: refund.reason,
    })),
    ...order.withdrawals.map((withdrawal) => ({
      at: withdrawal.withdrawn_at,
      text: t("order.was_withdrawal", { n: unitsIn(withdrawal) }),
    })),
    ...order.shipments.filter(({ carrier }) => carrier !== "pickup").map((parcel) => ({
      at: parcel.shipped_at,
      text: t("order.was_parcel", { n: unitsIn(parcel) }),
      more: `${parcel.carrier} ${parcel.tracking_number}`,
    })),
    ...invoices.map((document) => ({
      at: document.issued_at,
      text: t("order.was_issued", { name: t(`order.${document.type}`, document) }),
      follows: true,
    })),
  ];
  // Events of the same second keep their order: the sort is stable.
  events.sort((one, other) => one.at.localeCompare(other.at));
  const latest = latestOf(events, latestStep(order.id));
  return card(t("order.history"), h("ol", { class: "timeline", reversed: true },
    events.reverse().map((event) => entry(event, event === latest && event.step, changed))));
}

/** The latest step. Of several in one second it is the one that this tab took, if it did. */
function latestOf(events, clicked) {
  const steps = events.filter(({ follows }) => !follows);
  const last = steps.filter(({ at }) => at === steps.at(-1).at);
  return last.length === 1 ? last[0] : last.find(({ step }) => step && step === clicked);
}

const unitsIn = ({ items }) => items.reduce((sum, { quantity }) => sum + quantity, 0);

/** A parcel says itself that it was shipped. */
const isStation = (order) => ({ status }) => status !== "shipped" || !order.shipments.length;

const station = (order, { at, status, step_id: id }) => ({
  at,
  text: t(`order.was_${status}`),
  more: status === "cancelled" && reason(order),
  step: id && `/orders/${order.id}/${BEHIND[status]}/${id}`,
  // Nobody clicks that: it follows from a payment.
  follows: status === "confirmed",
});

const reason = ({ cancel_reason: text }) =>
  (text === "unpaid" ? t("order.cancelled_unpaid") : text);

/** The latest step that was clicked wrongly can be taken back here. */
const entry = ({ at, text, more }, step, changed) => h("li", {},
  h("div", {}, text, step && [" ", button(t("undo"),
    () => takeBack(step, changed), { class: "link" })]),
  more && words(more, "div"),
  h("div", { class: "quiet" }, time(at)));
