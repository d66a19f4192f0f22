// A product in the list: its picture, its price and its stock, and the next thing to do with it.

import { again, current } from "../../address.js";
import { api } from "../../api.js";
import { t } from "../../texts.js";
import { badge, button, h, run, toast, words } from "../../ui.js";
import { pictureOf, thumb } from "../shared/thumb.js";
import { priceCell, stockCell } from "./columns.js";

/** `tab`: the one that it stands in; `tick`: what it is ticked with. */
export function productRow(product, tab, tick) {
  const status = h("td", { "data-label": t("product.status") }, states(product));
  const changed = () => status.replaceChildren(states(product));
  const several = product.variants.length > 1;
  const count = several && h("span", { class: "quiet" },
    t("products.n_variants", { n: product.variants.length }));
  const row = h("tr", { "data-row": true },
    h("td", { class: "tick" }, tick),
    h("td", {}, h("a", { class: "with-thumb", href: `#/products/${product.id}` },
      thumb(pictureOf(product)), words(product.name))),
    h("td", { "data-label": t("product.sku") }, count || words(product.sku ?? "–")),
    h("td", { class: "number", "data-label": t("product.price") }, priceCell(product, changed)),
    h("td", { class: "number", "data-label": t("product.stock") }, stockCell(product, changed)),
    status);
  row.append(h("td", { class: "row-actions" },
    steps(product).map((to) => step(product, to, row, tab))));
  return row;
}

const isLow = ({ stock, low_stock_at: at, shortfall }) =>
  shortfall > 0 || (stock !== null && at !== null && stock <= at);

const states = (product) => h("span", {},
  badge("product", product.status),
  product.variants.some(isLow) && [" ", h("span", { class: "badge low" }, t("products.low"))]);

const steps = ({ status }) => ({ draft: ["active", "archived"], archived: ["active"] })[status]
  ?? ["archived"];

/** A button that gives a product another status; the row leaves its tab with it. */
const step = (product, to, row, tab) => button(t(`products.to.${to}`), async () => {
  const seen = await api.get(`/products/${product.id}`);
  const saved = await api.patch(`/products/${product.id}`, { status: to }, seen);
  if (tab === "all") again();
  else {
    focusBeside(row);
    row.remove();
  }
  toast(t(`products.now.${to}`, { name: product.name }), { undo: () => undo(saved, seen.status) });
}, { class: "link", "aria-label": t(`products.to_name.${to}`, { name: product.name }) });

async function undo(saved, status) {
  await run(() => api.patch(`/products/${saved.id}`, { status }, saved));
  if (current().path === "products") again();
}

/** Gives the focus to the next row, where the keyboard goes on. */
function focusBeside(row) {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  next?.querySelector("a")?.focus();
}
