// The products: four tabs, a search, and prices and stock that are changed where they stand.

import { address, again, current } from "../../address.js";
import { api } from "../../api.js";
import { keepFocus, rows, search, sortHeading } from "../../list.js";
import { t } from "../../texts.js";
import { badge, button, empty, h, run, tabs, toast, words } from "../../ui.js";
import { priceCell, stockCell } from "./columns.js";
import { find, forgetFound } from "./find.js";

const PAGE = 25;
// The filters of each tab. A product that is not for sale needs no refill.
const TABS = {
  active: { status: "active" },
  draft: { status: "draft" },
  archived: { status: "archived" },
  low_stock: { low_stock: true, status: "active" },
};

export async function show({ query }) {
  const state = stateOf(query);
  const body = h("tbody");
  const { count, more } = await list(state, body);
  const view = h("div", {},
    h("div", { class: "head" },
      h("h1", {}, t("section.products")),
      search("products", inAddress(state), t("products.search")),
      h("a", { class: "button primary", href: "#/products/new" }, t("products.new"))),
    tabs(t("products.tabs"), tabList(state), address("products", inAddress(state))),
    h("section", { class: "card" }, count ? [productTable(state, body), more] : nothing(state)));
  return keepFocus(view, state.q);
}

function stateOf(query) {
  const asked = query.get("tab") ?? (query.has("low_stock") ? "low_stock" : "active");
  return {
    tab: asked in TABS ? asked : "active",
    q: query.get("q") ?? "",
    sort: query.get("sort") ?? "",
  };
}

const inAddress = ({ tab, q, sort }) => ({ tab: tab === "active" ? "" : tab, q, sort });

const tabList = (state) => Object.keys(TABS).map((tab) =>
  [address("products", inAddress({ ...state, tab })), t(`products.tab.${tab}`)]);

async function list(state, body) {
  const row = (product) => productRow(product, state);
  const asked = { ...TABS[state.tab], sort: state.sort };
  if (state.q) return find(asked, state.q, body, row);
  const { page, more } = await rows("/products", { ...asked, limit: PAGE }, body, row);
  return { count: page.data.length, more };
}

function productTable(state, body) {
  const values = inAddress(state);
  const label = t(`products.tab.${state.tab}`);
  return h("table", { class: "cards editable products", "aria-label": label },
    h("thead", {}, h("tr", {},
      sortHeading("products", values, "name", t("product.name")),
      h("th", { scope: "col" }, t("product.sku")),
      sortHeading("products", values, "price", t("product.price"), { kind: "number" }),
      h("th", { scope: "col", class: "number" }, t("product.stock")),
      h("th", { scope: "col" }, t("product.status")),
      h("th", { scope: "col" }, h("span", { class: "hidden-text" }, t("products.actions"))))),
    body);
}

function productRow(product, state) {
  const status = h("td", { "data-label": t("product.status") }, states(product));
  const changed = () => {
    forgetFound();
    status.replaceChildren(states(product));
  };
  const several = product.variants.length > 1;
  const count = several && h("span", { class: "quiet" },
    t("products.n_variants", { n: product.variants.length }));
  const row = h("tr", { "data-row": true },
    h("td", {},
      h("a", { href: `#/products/${product.id}` }, words(product.name))),
    h("td", { "data-label": t("product.sku") }, count || words(product.sku ?? "–")),
    h("td", { class: "number", "data-label": t("product.price") }, priceCell(product, changed)),
    h("td", { class: "number", "data-label": t("product.stock") }, stockCell(product, changed)),
    status);
  row.append(h("td", { class: "row-actions" },
    steps(state.tab).map((to) => step(product, to, row))));
  return row;
}

const isLow = ({ stock, low_stock_at: at, shortfall }) =>
  shortfall > 0 || (stock !== null && at !== null && stock <= at);

const states = (product) => h("span", {},
  badge("product", product.status),
  product.variants.some(isLow) && [" ", h("span", { class: "badge low" }, t("products.low"))]);

const steps = (tab) => ({ draft: ["active", "archived"], archived: ["active"] })[tab]
  ?? ["archived"];

/** A button that gives a product another status; the row leaves this tab with it. */
const step = (product, to, row) => button(t(`products.to.${to}`), async () => {
  const seen = await api.get(`/products/${product.id}`);
  const saved = await api.patch(`/products/${product.id}`, { status: to }, seen);
  forgetFound();
  focusBeside(row);
  row.remove();
  toast(t(`products.now.${to}`, { name: product.name }), { undo: () => undo(saved, seen.status) });
}, { class: "link", "aria-label": t(`products.to_name.${to}`, { name: product.name }) });

async function undo(saved, status) {
  await run(() => api.patch(`/products/${saved.id}`, { status }, saved));
  forgetFound();
  if (current().path === "products") again();
}

/** Gives the focus to the next row, where the keyboard goes on. */
function focusBeside(row) {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  next?.querySelector("a")?.focus();
}

function nothing({ tab, q }) {
  if (q) {
    return empty(t("products.not_found", { q }), h("a", { class: "button",
      href: address("products", inAddress({ tab, q: "", sort: "" })) }, t("products.show_all")));
  }
  const action = tab === "active" || tab === "draft"
    ? h("a", { class: "button primary", href: "#/products/new" }, t("products.new"))
    : h("a", { class: "button", href: "#/products" }, t("products.to_sale"));
  return empty(t(`products.none.${tab}`), action);
}
