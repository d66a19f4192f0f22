// The history of an order, the latest first: its steps, each with its way back, and its papers.

import { day, money, t, time } from "../../texts.js";
import { button, card, h, soon, words } from "../../ui.js";
import { isAtProvider } from "./by_card.js";
import { undoButton } from "./steps.js";

const receipt = soon(() => import("./dialogs.js"))("showReceipt");

export function history(order, track, invoices, changed) {
  const steps = track.steps.map((step) => ({ ...SAY[step.action](order, step, track), step }));
  const events = [
    ...track.events.filter(({ step_id: id, status }) => !id && status !== "shipped").map(station),
    ...steps,
    ...invoices.map((document) => ({
      at: document.issued_at,
      text: t("order.was_issued", { name: t(`order.${document.type}`, document) }),
    })),
  ].map((event) => ({ ...event, at: event.at ?? event.step.at }));
  // Events of the same second keep their order: the sort is stable.
  events.sort((one, other) => one.at.localeCompare(other.at));
  const latest = track.steps.at(-1);
  return card(t("order.history"), h("ol", { class: "timeline", reversed: true },
    events.reverse().map((event) => entry(order, event, event.step === latest, changed))));
}

/** What moved at the provider of cards stays. */
const isVoidable = (order, step) =>
  step?.voidable && !isAtProvider(find(order[step.action] ?? [], step) ?? {});

/** Nobody clicks these. */
const station = ({ at, status }) => ({ at, text: t(`order.was_${status}`) });

const find = (list, { step_id: id }) => list.find((one) => one.id === id);

/** What a step was, in words, and what else there is to say of it. */
const SAY = {
  payments: (order, step) => {
    const { amount, method, paid_at: paid } = find(order.payments, step);
    const said = { amount: money(amount, order.currency), method: t(`method.${method}`) };
    return {
      text: t("order.was_payment", said),
      more: day(paid) !== day(step.at) && t("order.paid_on", { date: day(paid) }),
    };
  },
  packing: (order, step, track) => {
    const { status } = track.events.find(({ step_id: id, status }) => id === step.step_id
      && ["packed", "ready_for_pickup"].includes(status));
    return { text: t(`order.was_${status}`) };
  },
  shipments: (order, step) => {
    const { carrier, tracking_number: code } = find(order.shipments, step);
    const more = [carrier, code].filter(Boolean).join(" ");
    return { text: t("order.was_parcel", { n: step.units }), more };
  },
  delivery: (order, step, track) => {
    const all = track.events.some(({ step_id: id, status }) =>
      id === step.step_id && status === "delivered");
    return { text: t(all ? "order.was_delivered" : "order.was_arrived") };
  },
  cancellation: (order, { units, reason }) => ({
    text: units === order.items.reduce((sum, item) => sum + item.quantity, 0)
      ? t("order.was_cancelled") : t("order.was_cancelled_units", { n: units ?? "" }),
    more: reason === "unpaid" ? t("order.cancelled_unpaid") : reason,
  }),
  refunds: (order, step) => {
    const { amount, reason } = find(order.refunds, step);
    return { text: t("order.was_refund", { amount: money(amount, order.currency) }), more: reason };
  },
  returns: (order, { units, reason }) => ({
    text: t("order.was_returned_units", { n: units }), more: t(`order.return_${reason}`),
  }),
  withdrawal: (order, { units }) => ({ text: t("order.was_withdrawal", { n: units }) }),
};

/** The address of a step that was taken. */
export const addressOf = (order, { action, step_id: id }) => `/orders/${order.id}/${action}/${id}`;

/** The latest step may have been a wrong click; of an earlier one it is asked first. */
const entry = (order, { at, text, more, step }, isLatest, changed) => h("li", {},
  h("div", {}, text,
    step?.action === "withdrawal" && [" ", button(t("order.receipt"),
      () => receipt(order, addressOf(order, step)), { class: "link" })],
    isVoidable(order, step) && [" ",
      undoButton(addressOf(order, step), { what: text, now: isLatest }, changed)]),
  more && words(more, "div"),
  h("div", { class: "quiet" }, [time(at), by(step?.actor)].filter(Boolean).join(" · ")));

/** Who took a step; of a person or a key that is gone there is no name. */
const by = (actor) => actor && (actor.name || /buyer|shop/.test(actor.kind))
  && t(`order.by_${actor.kind}`, actor);
