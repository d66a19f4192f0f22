// What was paid for an order, and what went back.

import { minor, money, t, time } from "../texts.js";
import { button, card, h, soon, words } from "../ui.js";
import { takeBack } from "./order_steps.js";

const confirm = soon(() => import("../dialog.js"))("confirm");

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
  h("strong", {}, `−${money(refund.amount, order.currency)}`), " ", t("order.refund"),
  h("div", { class: "quiet" }, time(refund.refunded_at),
    refund.reason && [" · ", words(refund.reason)])));
