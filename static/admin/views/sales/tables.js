// The tables of the sales: a row for each span, and what it all comes to.

import { money, number, percent, t } from "../../texts.js";
import { card, h } from "../../ui.js";
import { span } from "../shared/chart.js";
import { countryName } from "../shared/places.js";

const COUNTS = ["orders", "units"];
const SUMS = ["gross", "reductions", "revenue", "net", "tax", "received", "refunded"];
/** What the orders of a span came to, and what became of that. */
const REVENUE = ["gross", "reductions", "revenue", "net", "tax"];
/** Parts of what was ordered. */
const PARTS = ["discounts", "shipping"];
const MONEY = ["received", "refunded"];

/** Nothing was ordered, nothing came off, and no money moved. */
export const nothing = (row) => row.orders === 0 && SUMS.every((key) => Number(row[key]) === 0);

/** A row for each span in which something happened, the newest first. */
export function rowsTable(report) {
  const rows = report.data.filter((row) => !nothing(row)).reverse();
  return [
    rows.length < report.data.length && h("p", { class: "hint" }, t("sales.left_out")),
    scroll(t("sales.rows"), h("table", { class: "cards sales", "aria-label": t("sales.rows") },
      h("thead", {}, h("tr", {},
        h("th", { scope: "col" }, t("chart.span")),
        [...COUNTS, ...SUMS].map((name) =>
          h("th", { scope: "col", class: "number" }, t(`sales.${name}`))))),
      h("tbody", {}, rows.map((row) => line(span(row.start, report.interval), row)),
        line(h("strong", {}, t("sales.all")), report.total)))),
  ];
}

function line(name, row) {
  // A phone shows a card for each row, and leaves out what is nothing in it.
  const cell = (key, text) => h("td", {
    class: ["number", Number(row[key]) === 0 && "nought"], "data-label": t(`sales.${key}`),
  }, text);
  return h("tr", {},
    h("td", {}, name),
    COUNTS.map((key) => cell(key, number(row[key]))),
    SUMS.map((key) => cell(key, money(key === "reductions" ? minus(row[key]) : row[key]))));
}

/** What was taken off, as it is read in a sum; some of it may have been put back. */
function minus(text) {
  if (Number(text) === 0) return text;
  return text.startsWith("-") ? text.slice(1) : `-${text}`;
}

/** The sums, the taxes by country and rate, and the money by the way in which it moved. */
export function sums({ total }) {
  const shown = (key) => money(key === "reductions" ? minus(total[key]) : total[key]);
  const row = (key) => fact(t(`sales.${key}`), shown(key), key === "revenue");
  return h("div", { class: "sum-cards" },
    card(t("sales.revenue"),
      h("p", { class: "figure" }, money(total.revenue)),
      h("p", { class: "hint" }, t("sales.revenue_hint")),
      h("dl", { class: "facts" },
        COUNTS.map((key) => fact(t(`sales.${key}`), number(total[key]))),
        REVENUE.map(row), PARTS.map(row))),
    card(t("sales.taxes"), total.taxes.length
      ? small(t("sales.taxes"), ["country", "rate", "net", "tax"], total.taxes.map((tax) => [
        tax.country ? countryName(tax.country) : t("sales.no_country"),
        percent(tax.rate), money(tax.net), money(tax.tax),
      ]))
      : h("p", { class: "quiet" }, t("sales.no_taxes"))),
    card(t("sales.methods"),
      h("dl", { class: "facts" }, MONEY.map(row)),
      total.payment_methods.length
        ? small(t("sales.methods"), ["method", "received", "refunded"],
          total.payment_methods.map((way) =>
            [t(`method.${way.method}`), money(way.received), money(way.refunded)]))
        : h("p", { class: "quiet" }, t("sales.no_money"))));
}

const fact = (name, text, isMain = false) => [
  h("dt", {}, isMain ? h("strong", {}, name) : name),
  h("dd", { class: "number" }, isMain ? h("strong", {}, text) : text),
];

const scroll = (label, table) =>
  h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label }, table);

const small = (label, heads, rows) => scroll(label, h("table", { "aria-label": label },
  h("thead", {}, h("tr", {}, heads.map((name, index) =>
    h("th", { scope: "col", class: index > 0 && "number" }, t(`sales.${name}`))))),
  h("tbody", {}, rows.map(([name, ...cells]) => h("tr", {},
    h("th", { scope: "row" }, name), cells.map((text) => h("td", { class: "number" }, text)))))));
