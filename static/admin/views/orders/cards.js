// The cards of an order: its payments and refunds, its parcels, what its buyer does not want.

import { minor, money, t, time } from "../../texts.js";
import { button, card, copyButton, h, sayProblem, soon, words } from "../../ui.js";
import { isAtProvider, refundState, sessions } from "./by_card.js";
import { take, undoButton } from "./steps.js";

const editParcel = soon(() => import("./mending.js"))("editParcel");

/** The payments for it, the money that went back, and the sessions to pay by card. */
export function payments(order, led, changed) {
  const rows = [
    ...order.payments.map((payment) => paid(order, payment, changed)),
    ...order.refunds.map((refund) => given(order, refund, changed)),
  ];
  return card(t("order.payments"),
    h("p", { class: "quiet" },
      t("order.by_method", { method: t(`method.${order.payment_method}`) })),
    rows.length > 0 && h("ul", { class: "entries" }, rows),
    sessions(led));
}

function paid(order, payment, changed) {
  const amount = money(payment.amount, order.currency);
  const method = t(`method.${payment.method}`);
  return h("li", {},
    h("div", {},
      h("strong", {}, amount), " ", method,
      h("div", { class: "quiet" }, time(payment.paid_at),
        payment.reference && [" · ", words(payment.reference)])),
    isVoidable(order, payment) && undoButton(`/orders/${order.id}/payments/${payment.id}`, {
      what: t("order.was_payment", { amount, method }),
      label: t("order.void_payment_of", { amount }),
    }, changed));
}

/** Not what was given back already, nor what the provider of cards has. */
const isVoidable = (order, payment) => !isAtProvider(payment) &&
  minor(order.paid_total) - minor(payment.amount) >= minor(order.refunded_total);

function given(order, refund, changed) {
  const amount = money(refund.amount, order.currency);
  return h("li", {},
    h("div", {},
      h("strong", {}, money(`-${refund.amount}`, order.currency)), " ",
      t("order.refund"), refundState(refund, order.currency),
      h("div", { class: "quiet" }, time(refund.refunded_at),
        refund.reason && [" · ", words(refund.reason)])),
    !isAtProvider(refund) && undoButton(`/orders/${order.id}/refunds/${refund.id}`, {
      what: t("order.was_refund", { amount }), label: t("order.void_refund_of", { amount }),
    }, changed));
}

/** The parcels that left the house, and the units that the buyer does not want. */
export function parcels(order, track, changed) {
  const shipped = order.shipments.length > 0 && card(t("order.shipments"),
    h("ul", { class: "entries" }, order.shipments.map((parcel) => sent(order, parcel, changed))));
  const unwanted = order.withdrawals.length > 0 && card(t("order.withdrawals"),
    h("ul", { class: "entries" },
      order.withdrawals.map((withdrawal) => declared(order, withdrawal, track, changed))));
  return [shipped, unwanted];
}

function declared(order, { id, items, withdrawn_at: at }, track, changed) {
  const step = track.steps.find((one) => one.action === "withdrawal" && one.step_id === id);
  return h("li", {},
    h("div", {}, content(order, items), h("div", { class: "quiet" }, time(at))),
    step?.voidable && undoButton(`/orders/${order.id}/withdrawal/${id}`,
      { what: t("order.was_withdrawal", { n: step.units }) }, changed));
}

function sent(order, parcel, changed) {
  const under = !parcel.delivered_at;
  const several = order.shipments.filter((one) => !one.delivered_at).length > 1;
  const isParcel = parcel.carrier !== "pickup";
  return h("li", {},
    h("div", {},
      isParcel ? carried(parcel) : h("strong", {}, t("order.handed_over")),
      content(order, parcel.items),
      h("div", { class: "quiet" },
        under ? t("order.sent_at", { time: time(parcel.shipped_at) })
          : t("order.came_at", { time: time(parcel.delivered_at) })),
      isParcel && acts(order, parcel, changed)),
    // With one parcel under way the button above says the same.
    under && several && button(t("order.do_delivery"),
      () => take(order, "delivery", { shipment_id: parcel.id }, changed)));
}

/** A number that was typed wrongly is mended, a parcel that never left is undone. */
function acts(order, parcel, changed) {
  const { tracking_number: number } = parcel;
  const units = parcel.items.reduce((sum, { quantity }) => sum + quantity, 0);
  const undo = undoButton(`/orders/${order.id}/shipments/${parcel.id}`,
    { what: `${t("order.was_parcel", { n: units })}${number ? ` (${number})` : ""}` }, changed);
  return h("div", { class: "acts" },
    h("button", {
      class: "link", type: "button",
      "aria-label": t("order.edit_parcel_of", { number: number ?? "" }),
      onclick: () => editParcel(order, parcel, changed).catch(sayProblem),
    }, t("order.edit_parcel")),
    !parcel.delivered_at && undo);
}

function carried({ carrier, tracking_number: code, tracking_url: href }) {
  const shown = href
    ? h("a", { href, target: "_blank", rel: "noreferrer" }, code)
    : words(code);
  const by = carrier ?? (!code && t("order.own_courier"));
  return h("div", {},
    by && h("strong", {}, words(by)), " ", code && [shown, " ", copyButton(code)]);
}

function content(order, units) {
  const of = (id) => order.items.find((item) => item.id === id);
  const text = units.map(({ item_id: id, quantity }) =>
    [`${quantity} ×`, of(id)?.name, of(id)?.variant_title].filter(Boolean).join(" "));
  return words(text.join(", "), "div");
}
