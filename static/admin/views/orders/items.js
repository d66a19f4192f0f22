// The lines of an order, and what they come to.

import { decimal, minor, money, number, t } from "../../texts.js";
import { card, h, words } from "../../ui.js";
import { thumb } from "../shared/thumb.js";
import { isDue, isOpen } from "./allowed.js";

export function items(order) {
  const heads = [["item"], ["quantity", "number"], ["price", "number"], ["sum", "number"]];
  return card(t("order.items"),
    h("table", { class: "cards items", "aria-label": t("order.items") },
      h("thead", {}, h("tr", {}, heads.map(([name, kind]) =>
        h("th", { scope: "col", class: kind }, t(`order.${name}`))))),
      h("tbody", {}, order.items.map((item) => row(order, item)))),
    sums(order),
    order.tax_note && h("p", { class: "hint" }, words(order.tax_note)));
}

function row(order, item) {
  const cell = (name, ...content) =>
    h("td", { class: "number", "data-label": t(`order.${name}`) }, content);
  const about = [item.variant_title, item.sku].filter(Boolean).join(" · ");
  const became = fate(item);
  return h("tr", {},
    h("td", {}, h("div", { class: "with-thumb" }, thumb(item.image_url),
      h("div", {},
        item.product_id
          ? h("a", { href: `#/products/${item.product_id}` }, words(item.name))
          : words(item.name),
        about && words(about, "div"),
        item.reason && words(item.reason, "div"),
        item.note && words(t("order.line_note", { note: item.note }), "div"),
        became && h("div", {}, became)))),
    cell("quantity", h("strong", {}, item.quantity)),
    cell("price", money(item.unit_price, order.currency)),
    cell("sum", money(item.subtotal, order.currency)));
}

/** The fate of a line's units. */
const fate = (item) => ["shipped", "cancelled", "returned"]
  .map((what) => [what, item[`${what}_quantity`]])
  .filter(([, n]) => n > 0)
  .map(([what, n]) => t(`order.${what}_units`, { n }))
  .join(" · ");

function sums(order) {
  const some = (text) => minor(text) > 0n;
  return sumTable(t("order.total"), order.currency, [
    [t("order.subtotal"), order.subtotal],
    ...discountRows(order),
    [t("order.shipping"), order.shipping_total],
    ...taxLines(order),
    [t("order.total"), order.total, "total"],
    owed(order) !== minor(order.total) && [t("order.owed"), decimal(owed(order))],
    some(order.paid_total) && [t("order.paid"), order.paid_total],
    some(order.refunded_total) && [t("order.refunded"), order.refunded_total],
    isOpen(order) && [t("order.to_pay"), order.to_pay, "total"],
    isDue(order) && [t("order.to_refund"), order.to_refund, "total"],
  ]);
}

/** What was taken off, and why. */
export const discountRows = ({ discounts }) => discounts.map(({ amount, reason }) =>
  [[t("order.discount"), " ", words(reason ?? "")], `-${amount}`]);

/** What is left of the total after cancellations, returns and reductions of the price. */
const owed = (order) => minor(order.paid_total) - minor(order.refunded_total)
  + minor(order.to_pay) - minor(order.to_refund);

/** Sums as a receipt shows them. `lines`: [name, amount, class]; what is false is left out. */
export const sumTable = (label, currency, lines) =>
  h("table", { class: "sums", "aria-label": label }, h("tbody", {},
    lines.filter(Boolean).map(([name, amount, kind]) => h("tr", { class: kind },
      h("th", { scope: "row" }, name),
      h("td", { class: "number" }, money(amount, currency))))));

/** The tax of an order or a quote, a line for each rate. */
export const taxLines = ({ taxes, prices_include_tax: inside, currency }) => taxes.map((tax) => [
  t(inside ? "order.tax_in" : "order.tax_on",
    { rate: number(tax.rate), net: money(tax.net, currency) }),
  tax.tax, "quiet",
]);
