// Sums as a receipt shows them.

import { h } from "../dom.js";
import { money, number } from "../format.js";
import { t } from "../texts.js";

/** `lines`: [name, amount, class]; what is false is left out. */
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
