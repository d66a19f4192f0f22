// What of a product can be sold, what is promised to orders, and what lies on the shelf.

import { number, t } from "../../texts.js";
import { h, words } from "../../ui.js";

const FEW = 10;

/** The units that lie there: those that can be sold and those that orders wait for. */
export const onShelf = ({ stock, committed, shortfall }) => stock + committed - shortfall;

const isTracked = ({ stock }) => stock !== null;

/** A sentence for the only variant, a table for several; null where nothing is counted. */
export function shelves({ variants }) {
  const tracked = variants.filter(isTracked);
  if (!tracked.length) return null;
  if (variants.length > 1) return folded(tracked);
  const [only] = tracked;
  return [
    h("p", { class: "shelf" }, t("product.on_shelf", {
      stock: number(only.stock), committed: number(only.committed), shelf: number(onShelf(only)),
    })),
    only.shortfall > 0 && h("p", { class: "note" }, t("product.missing", { n: only.shortfall })),
  ];
}

/** A long table is opened by whoever wants it. */
const folded = (variants) => (variants.length > FEW
  ? h("details", {}, h("summary", {}, t("product.shelves")), table(variants))
  : table(variants));

function table(variants) {
  const short = variants.some(({ shortfall }) => shortfall > 0);
  const heads = ["to_sell", "promised", "shelf", ...(short ? ["short"] : [])];
  const cell = (name, value) => h("td", {
    class: "number", "data-label": t(`product.${name}`),
  }, number(value));
  return h("table", { class: "cards", "aria-label": t("product.shelves") },
    h("thead", {}, h("tr", {},
      h("th", { scope: "col" }, t("product.move.variant")),
      heads.map((name) => h("th", { scope: "col", class: "number" }, t(`product.${name}`))))),
    h("tbody", {}, variants.map((variant) => h("tr", {},
      h("td", {}, words(variant.title)),
      cell("to_sell", variant.stock), cell("promised", variant.committed),
      cell("shelf", onShelf(variant)), short && cell("short", variant.shortfall)))));
}
