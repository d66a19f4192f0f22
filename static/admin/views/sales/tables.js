// The tables of the sales: a row for each span, and what it all comes to.

import { money, number, percent, t } from "../../texts.js";
import { card, h } from "../../ui.js";
import { span } from "../shared/chart.js";

const COUNTS = ["orders", "units"];
const SUMS = ["gross", "net", "tax", "discounts", "shipping", "refunds"];

const nothing = (row) => row.orders === 0 && Number(row.refunds) === 0;

/** A row for each span in which something was sold or given back, the newest first. */
export function rowsTable(report) {
  const rows = report.data.filter((row) => !nothing(row)).reverse();
  return [
    rows.length < report.data.length && h("p", { class: "hint" }, t("sales.left_out")),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("sales.rows") },
      h("table", { class: "cards sales", "aria-label": t("sales.rows") },
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
    SUMS.map((key) => cell(key, money(row[key]))));
}

/** The sums, the taxes by rate and the ways it was paid. */
export function sums({ total }) {
  return h("div", { class: "sum-cards" },
    card(t("sales.all"), h("dl", { class: "facts" },
      COUNTS.map((key) => fact(t(`sales.${key}`), number(total[key]))),
      SUMS.map((key) => fact(t(`sales.${key}`), money(total[key]))))),
    card(t("sales.taxes"), total.taxes.length
      ? small(t("sales.taxes"), ["rate", "net", "tax"], total.taxes.map((tax) =>
          [percent(tax.rate), money(tax.net), money(tax.tax)]))
      : h("p", { class: "quiet" }, t("sales.no_taxes"))),
    card(t("sales.methods"), total.payment_methods.length
      ? small(t("sales.methods"), ["method", "orders", "gross"], total.payment_methods.map((way) =>
          [t(`method.${way.method}`), number(way.orders), money(way.gross)]))
      : h("p", { class: "quiet" }, t("sales.nothing"))));
}

const fact = (name, text) => [h("dt", {}, name), h("dd", { class: "number" }, text)];

function small(label, heads, rows) {
  return h("table", { "aria-label": label },
    h("thead", {}, h("tr", {}, heads.map((name, index) =>
      h("th", { scope: "col", class: index > 0 && "number" }, t(`sales.${name}`))))),
    h("tbody", {}, rows.map(([name, ...cells]) => h("tr", {},
      h("th", { scope: "row" }, name), cells.map((text) => h("td", { class: "number" }, text))))));
}
