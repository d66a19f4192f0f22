// The windows of an order's steps, which ask for a parcel, a payment, the units that are cancelled
// or not wanted; and the receipt for the latter.

import { api, shop } from "../../api.js";
import { confirm, dialog } from "../../dialog.js";
import { amount, form, select } from "../../form.js";
import { decimal, minor, money, t, time, today } from "../../texts.js";
import { button, fill, h } from "../../ui.js";
import { controlIn, drawFields, fieldList, readFields } from "../shared/field_list.js";
import { isOpen, unshipped, withdrawable } from "./allowed.js";
import { asking, choice, nameOf, unitFields, units } from "./asking.js";
import { CARRIERS, guess } from "./carriers.js";
import { mailsOf } from "./mails.js";
import { inForm, take } from "./steps.js";

const PARCEL = fieldList("order", [
  { name: "tracking_number", hint: true, props: { autofocus: true } },
  { name: "carrier", hint: true, props: { list: "carriers" } },
]);
const REASON = fieldList("order", [
  { name: "reason", hint: true, props: { list: "reasons", autofocus: true } },
]);
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

/** The mail is written a moment after the step. */
const LOOKS_MILLIS = [0, 2_000, 6_000];

export function askShipment(order, changed) {
  const last = localStorage.getItem("carrier") ?? "";
  const carriers = CARRIERS.map((value) => h("option", { value }));
  const parcel = drawFields(PARCEL, { carrier: last });
  const [number, carrier] = parcel.map(controlIn);
  let own = false;
  carrier.addEventListener("input", () => { own = true; });
  number.addEventListener("input", () => {
    // A carrier that somebody wrote is not overruled.
    if (!own) carrier.value = guess(number.value) ?? last;
  });
  return asking(order, "shipments", changed, {
    fields: [
      h("div", { class: "fields" }, parcel),
      h("datalist", { id: "carriers" }, carriers),
      some(order, t("order.not_all"), t("order.which_ship"), unshipped),
    ],
    read: (element) => {
      const said = readFields(element, PARCEL);
      // The carrier of the last time stands there, also for what goes with none.
      if (!said.tracking_number && !own) said.carrier = null;
      if (said.carrier) localStorage.setItem("carrier", said.carrier);
      return { ...said, items: chosen(element, order, unshipped) };
    },
  });
}

export async function askWithdrawal(order, changed) {
  const step = await asking(order, "withdrawal", changed, {
    fields: [
      h("p", {}, t("order.withdrawal_text")),
      unitFields(order, { legend: t("order.which_withdraw"), most: withdrawable(order) }),
    ],
    read: (element) => ({ items: chosen(element, order, withdrawable(order)) }),
  });
  if (step) await showReceipt(order, step);
}

/** `step`: its address, `/orders/7/withdrawal/3`. */
export async function showReceipt(order, step) {
  const receipt = await api.get(step);
  const { email } = order.customer;
  const title = t("order.receipt_of", { number: order.number });
  const text = [
    t("order.receipt_text", { time: time(receipt.withdrawn_at) }),
    ...receipt.items.map((item) => `${item.quantity} × ${nameOf(item)}`),
    shop().name,
  ].join("\n");
  const send = email
    && h("a", { class: "button", href: mailTo(email, title, text) }, t("order.receipt_send"));
  const mailed = h("p", { role: "status" });
  const look = async () => {
    const mail = (await mailsOf(order.id)).find(({ kind, created_at: at }) =>
      kind === "withdrawal_received" && at >= receipt.withdrawn_at);
    if (!mail) return;
    fill(mailed, t("order.receipt_mailed", { email: mail.to }));
    send?.remove();
  };
  for (const after of email ? LOOKS_MILLIS : []) setTimeout(() => look().catch(() => {}), after);
  await dialog(title, () => h("div", {},
    h("p", { class: "pre", dir: "auto" }, text), mailed,
    h("div", { class: "actions" }, button(t("print"), () => print()), send)));
}

const mailTo = (email, ...parts) => {
  const [subject, body] = parts.map(encodeURIComponent);
  return `mailto:${encodeURIComponent(email)}?subject=${subject}&body=${body}`;
};

export function askCancellation(order, changed) {
  const reasons = ["changed", "sold_out", "twice", "unpaid"].map((name) =>
    h("option", { value: t(`order.reason_${name}`) }));
  const lines = unitFields(order, { legend: t("order.which_cancel"), most: unshipped });
  const ways = [
    ["all", t("order.cancel_all")],
    ["some", t("order.cancel_some"), lines],
  ];
  return asking(order, "cancellation", changed, {
    fields: [
      h("p", {}, t("order.cancellation_text")),
      unitsLeft(order) > 1 && choice("what", t("order.what_cancel"), ways),
      drawFields(REASON, {}),
      h("datalist", { id: "reasons" }, reasons),
    ],
    read: (element) => ({
      items: element.elements.what?.value === "some" ? units(element, order) : null,
      ...readFields(element, REASON),
    }),
  });
}

const unitsLeft = (order) => order.items.reduce((sum, item) => sum + unshipped(item), 0);

/** Lines that stand behind a word, as mostly all of them are meant. */
const some = (order, word, legend, most) => unitsLeft(order) > 1 &&
  h("details", {}, h("summary", {}, word), unitFields(order, { legend, most }));

/**
 * Null where all units were left as they are, so that the shop takes all there are. An order of one
 * unit has no field for it.
 */
function chosen(element, order, most) {
  const typedUnits = units(element, order);
  const isAll = (item) => !element.elements[`units ${item.id}`]
    || (typedUnits.find(({ item_id: id }) => id === item.id)?.quantity ?? 0) === most(item);
  return order.items.every(isAll) ? null : typedUnits;
}

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
