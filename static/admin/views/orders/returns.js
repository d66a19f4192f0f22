// Money and goods on their way back: refunds and returns.

import { api, query } from "../../api.js";
import { amount, area, check, select } from "../../form.js";
import { decimal, minor, money, t } from "../../texts.js";
import { h } from "../../ui.js";
import { drawFields, fieldList, readFields } from "../shared/field_list.js";
import { announced, isDue, kept, paidLeft, refundable } from "./allowed.js";
import { asking, choice, unitFields, units } from "./asking.js";
import { cardLeft } from "./by_card.js";

/** The shop reads so many products by their ids at once. */
const IDS_MAX = 100;
const AMOUNT = fieldList("order", [{
  name: "amount", make: amount, take: (sum) => sum ?? "0",
  hint: ({ most }) => t("order.refund_most", { amount: most }),
}]);
const REASON = fieldList("order", [
  { name: "reason", make: area, hint: true, props: { rows: 2 } },
]);

const REASONS = ["withdrawal", "refused", "defect", "other"];
const WHY = fieldList("order", [{
  name: "reason", label: "order.return_reason", hint: "order.return_reason_hint", make: select,
  options: () => REASONS.map((reason) => [reason, t(`order.return_${reason}`)]),
}]);

export function askRefund(order, changed) {
  const most = money(decimal(paidLeft(order)), order.currency);
  const none = () => 0;
  const lines = [
    unitFields(order, { legend: t("order.which_refund"), most: refundable(order), start: none }),
    hasShipping(order) && check("shipping", t("order.refund_shipping",
      { amount: money(order.shipping_total, order.currency) }), false),
  ];
  const ways = [
    isDue(order) &&
      ["due", t("order.refund_due", { amount: money(order.to_refund, order.currency) })],
    ["lines", t("order.refund_lines"), lines],
    ["amount", t("order.refund_amount"), drawFields(AMOUNT, { most })],
  ].filter(Boolean);
  const left = cardLeft(order);
  const byCard = left > 0n;
  return asking(order, "refunds", changed, {
    fields: [
      h("p", {}, t(byCard ? "order.refund_lowers" : "order.refund_text")),
      byCard && choice("via", t("order.refund_how"), viaOf(money(decimal(left), order.currency))),
      choice("what", t("order.what_refund"), ways),
      drawFields(REASON, {}),
    ],
    read: (element) => ({
      ...READ[element.elements.what.value](element, order),
      ...readFields(element, REASON),
      ...(element.elements.via?.value === "card" && { via: "card" }),
    }),
    ...(byCard && { action: "order.title_refunds" }),
  });
}

/** The provider sends money back to the cards that paid; all other money somebody has to send. */
const viaOf = (amount) => [
  ["card", t("order.via_card", { amount })], ["hand", t("order.via_hand")],
];

const READ = {
  due: () => ({}),
  amount: (element) => readFields(element, AMOUNT),
  lines: (element, order) => {
    const items = units(element, order);
    const shipping = Boolean(element.elements.shipping?.checked);
    // Nothing chosen goes as it is, for the shop to say so: null would be all that is due.
    return { items: items.length || !shipping ? items : null, shipping };
  },
};

/** Its price goes back once. */
const hasShipping = (order) =>
  minor(order.shipping_total) > 0n && order.refunds.every(({ shipping }) => minor(shipping) === 0n);

export async function askReturn(order, changed) {
  const spoilt = await unsaleable(order);
  const back = announced(order);
  const start = order.items.some((item) => back(item) > 0) ? back : alone(order);
  return asking(order, "returns", changed, {
    fields: [
      unitFields(order, {
        legend: t("order.which_return"), most: kept, start,
        beside: (item) =>
        check(`restock ${item.id}`, t("order.restock"), !spoilt.has(item.product_id)),
      }),
      drawFields(WHY, { reason: order.withdrawals.length ? "withdrawal" : "other" }),
      // It is noted as sent by hand, which is rarely meant where a card paid.
      paidLeft(order) > 0n && check("refund", t("order.refund_too"), cardLeft(order) <= 0n),
    ],
    read: (element) => ({
      items: units(element, order, (item) =>
        ({ restock: element.elements[`restock ${item.id}`].checked })),
      ...readFields(element, WHY),
      refund: Boolean(element.elements.refund?.checked),
    }),
  });
}

/** The products of an order that are not sold again, such as food. */
async function unsaleable({ items }) {
  const known = new Set(items.map(({ product_id: id }) => id).filter(Boolean));
  const ids = [...known].slice(0, IDS_MAX).join();
  const { data } = await api.get(query("/products", { ids, fields: "restock_returns" }));
  return new Set(data.filter(({ restock_returns: back }) => !back).map(({ id }) => id));
}

/** An order with one line has nothing to choose from. */
const alone = (order) => (order.items.length === 1 ? kept : () => 0);
