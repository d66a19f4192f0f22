// Money that moves at the provider of cards: where buyers were led to pay, and how far what goes
// back has come.

import { minor, money, t, time } from "../../texts.js";
import { badge, h } from "../../ui.js";
import { paidLeft } from "./allowed.js";

/** The provider's own names of payments; what was noted by hand has another reference, or none. */
const REFERENCE = /^pi_/;

/** Payments and refunds that moved there cannot be undone here. */
export const isAtProvider = ({ via, reference }) => via === "card" || REFERENCE.test(reference);

const sum = (steps, of) => steps.filter(isAtProvider).reduce((all, one) => all + of(one), 0n);

/** What came in there and is still there, of what is left to give back, in minor units. */
export function cardLeft(order) {
  const left = sum(order.payments, ({ amount }) => minor(amount))
    - sum(order.refunds, ({ amount, failed_amount: failed }) => minor(amount) - minor(failed));
  return left < paidLeft(order) ? left : paidLeft(order);
}

/** How far a refund by card has come. */
export function refundState({ via, status, failed_amount: failed }, currency) {
  if (via !== "card") return null;
  const amount = money(failed, currency);
  return [
    ` (${t("method.card")}) `, badge("state", status),
    status === "failed" && h("div", { class: "fault" }, t("order.refund_failed", { amount })),
  ];
}

/** The sessions in which somebody was led to pay; what was paid stands among the payments. */
export const sessions = (list) => list.length > 0 && [
  h("h3", {}, t("order.sessions")),
  h("ul", { class: "entries" }, list.map(entry)),
];

const entry = ({ amount, currency, expires_at: until, status }) => h("li", {},
  h("div", {},
    h("strong", {}, money(amount, currency)), " ", badge("state", status),
    h("div", { class: "quiet" }, t("until", { time: time(until) }))));
