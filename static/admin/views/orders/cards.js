// The cards of an order: its payments and refunds, its parcels, its papers.

import { api } from "../../api.js";
import { day, minor, money, t, time } from "../../texts.js";
import { button, card, copyButton, h, soon, toast, words } from "../../ui.js";
import { take, takeBack } from "./steps.js";

const confirm = soon(() => import("../../dialog.js"))("confirm");

/** The payments for it, and the money that went back. */
export function payments(order, changed) {
  const rows = [
    ...order.payments.map((payment) => paid(order, payment, changed)),
    ...order.refunds.map((refund) => given(order, refund)),
  ];
  return card(t("order.payments"),
    h("p", { class: "quiet" },
      t("order.by_method", { method: t(`method.${order.payment_method}`) })),
    rows.length > 0 && h("ul", { class: "entries" }, rows));
}

function paid(order, payment, changed) {
  const amount = money(payment.amount, order.currency);
  const undo = async () => {
    const sure = await confirm(t("order.void_payment"), t("order.void_text", { amount }),
      t("order.void_payment"));
    if (sure) await takeBack(`/orders/${order.id}/payments/${payment.id}`, changed);
  };
  return h("li", {},
    h("div", {},
      h("strong", {}, amount), " ", t(`method.${payment.method}`),
      h("div", { class: "quiet" }, time(payment.paid_at),
        payment.reference && [" · ", words(payment.reference)])),
    isVoidable(order, payment) && button(t("undo"), undo,
      { class: "link", "aria-label": t("order.void_payment_of", { amount }) }));
}

/** Not what was given back already. */
const isVoidable = (order, payment) =>
  minor(order.paid_total) - minor(payment.amount) >= minor(order.refunded_total);

const given = (order, refund) => h("li", {}, h("div", {},
  h("strong", {}, money(`-${refund.amount}`, order.currency)), " ", t("order.refund"),
  h("div", { class: "quiet" }, time(refund.refunded_at),
    refund.reason && [" · ", words(refund.reason)])));

/** The parcels that left the house, and the units that the buyer does not want. */
export function parcels(order, changed) {
  const shipped = order.shipments.length > 0 && card(t("order.shipments"),
    h("ul", { class: "entries" }, order.shipments.map((parcel) => sent(order, parcel, changed))));
  const unwanted = order.withdrawals.length > 0 && card(t("order.withdrawals"),
    h("ul", { class: "entries" }, order.withdrawals.map((withdrawal) => h("li", {}, h("div", {},
      content(order, withdrawal.items),
      h("div", { class: "quiet" }, time(withdrawal.withdrawn_at)))))));
  return [shipped, unwanted];
}

function sent(order, parcel, changed) {
  const under = !parcel.delivered_at;
  const several = order.shipments.filter((one) => !one.delivered_at).length > 1;
  return h("li", {},
    h("div", {},
      parcel.carrier === "pickup" ? h("strong", {}, t("order.handed_over")) : carried(parcel),
      content(order, parcel.items),
      h("div", { class: "quiet" },
        under ? t("order.sent_at", { time: time(parcel.shipped_at) })
          : t("order.came_at", { time: time(parcel.delivered_at) }))),
    // With one parcel under way the button above says the same.
    under && several && button(t("order.do_delivery"),
      () => take(order, "delivery", { shipment_id: parcel.id }, changed)));
}

function carried({ carrier, tracking_number: code, tracking_url: href }) {
  const shown = href
    ? h("a", { href, target: "_blank", rel: "noreferrer" }, code)
    : words(code);
  return h("div", {}, h("strong", {}, words(carrier)), " ", shown, " ", copyButton(code));
}

function content(order, units) {
  const of = (id) => order.items.find((item) => item.id === id);
  const text = units.map(({ item_id: id, quantity }) =>
    [`${quantity} ×`, of(id)?.name, of(id)?.variant_title].filter(Boolean).join(" "));
  return words(text.join(", "), "div");
}

/** The papers of it: the slip for the parcel, its invoice and credit notes. */
export function documents(order, invoices, changed) {
  const open = (href, text) => h("a", { href, target: "_blank" }, text);
  const issued = invoices.map((document) => h("li", {}, h("div", {},
    open(`/orders/${order.id}/invoices/${document.id}`, t(`order.${document.type}`, document)),
    h("div", { class: "quiet" }, day(document.issued_at), " · ",
      money(document.total, document.currency)))));
  const missing = order.status !== "cancelled" && !invoices.some(({ type }) => type === "invoice");
  return card(t("order.documents"),
    h("ul", { class: "entries" },
      h("li", {}, open(`/orders/${order.id}/packing-slip`, t("order.slip"))), issued),
    missing && h("div", { class: "actions" }, button(t("order.issue"), async () => {
      const { number } = await api.post(`/orders/${order.id}/invoices`);
      await changed();
      toast(t("order.issued", { number }));
    })));
}
