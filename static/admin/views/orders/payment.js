// The window that notes a payment: also one that is more than is open, or comes late.

import { confirm, dialog } from "../../dialog.js";
import { amount, form, select } from "../../form.js";
import { decimal, minor, money, t, today } from "../../texts.js";
import { h } from "../../ui.js";
import { drawFields, fieldList, readFields } from "../shared/field_list.js";
import { isOpen } from "./allowed.js";
import { inForm, take } from "./steps.js";

const METHODS = [
  "bank_transfer", "cash", "card", "cash_on_delivery", "pay_at_pickup", "invoice", "other",
];

const PAYMENT = fieldList("order", [
  {
    name: "amount", make: amount,
    props: ({ open }) => ({ placeholder: open ? t("order.all_open") : null, autofocus: true }),
  },
  {
    name: "method", make: select,
    options: () => METHODS.map((method) => [method, t(`method.${method}`)]),
  },
  { name: "paid_at", hint: true, props: () => ({ type: "date", max: today() }) },
  { name: "reference", hint: true },
]);

export const askPayment = (order, changed) => dialog(t("order.title_payments"), (close) => form([
  !isOpen(order) && h("p", {}, t("order.nothing_open")),
  h("div", { class: "fields" },
    drawFields(PAYMENT, { method: order.payment_method, open: isOpen(order) })),
], async (element) => {
  const payment = readFields(element, PAYMENT);
  const more = surplus(order, payment);
  if (more && !await isMeant(order, payment, more)) return false;
  const booked = await inForm(book(order, { ...payment, accept_surplus: Boolean(more) }, changed));
  if (booked) close(true);
  return booked;
}, { action: t("order.go_payments"), cancel: () => close() }));

/** By how much the payment is more than is open; what is no amount goes to the shop as it is. */
function surplus(order, payment) {
  if (!/^\d+(\.\d+)?$/.test(payment.amount ?? "")) return null;
  const more = minor(payment.amount) - minor(order.to_pay);
  return more > 0n ? more : null;
}

const isMeant = (order, payment, more) => confirm(t("order.surplus"), t("order.surplus_text", {
  open: money(order.to_pay, order.currency), amount: money(payment.amount, order.currency),
  surplus: money(decimal(more), order.currency),
}), t("order.surplus_now"));

/** What looks like a payment that was noted already may be one more. False: it was not. */
async function book(order, payment, changed) {
  try {
    await take(order, "payments", payment, changed);
  } catch (error) {
    if (error.code !== "already_recorded") throw error;
    if (!await confirm(t("order.twice"), t("order.twice_text"), t("order.twice_now"))) return false;
    await take(order, "payments", { ...payment, again: true }, changed);
  }
  return true;
}
