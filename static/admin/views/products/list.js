// The products: tabs by their state, a search by the shop, filters, and prices and stock that are
// changed where they stand.

import { address } from "../../address.js";
import { keepFocus, rows, search, sortHeading } from "../../list.js";
import { t } from "../../texts.js";
import { button, empty, h, soon, tabs } from "../../ui.js";
import { ticks } from "../shared/ticks.js";
import { filters } from "./filters.js";
import { productRow } from "./row.js";

const askChange = soon(() => import("./bulk.js"))("askChange");
const archive = soon(() => import("./bulk_run.js"))("archive");
const PAGE = 25;
/** What a row shows. */
const FIELDS = "name,status,price,sku,stock,currency,variants,images";
// The filters of each tab. A product that is not for sale needs no refill.
const TABS = {
  active: { status: "active" },
  draft: { status: "draft" },
  archived: { status: "archived" },
  low_stock: { low_stock: true, status: "active" },
  all: {},
};

export async function show({ query }) {
  const state = stateOf(query);
  const body = h("tbody");
  const ticked = ticks(body, {
    texts: "products", name: ({ name }) => name,
    content: (products) => [
      h("button", {
        type: "button", class: "primary", onclick: () => askChange(products),
      }, t("products.change")),
      ...(products.every(({ status }) => status === "archived") ? [] : [
        button(t("products.to.archived"), () => archive(products))]),
    ],
  });
  const row = (product) => productRow(product, state.tab, ticked.box(product));
  const values = inAddress(state);
  const [{ page, more }, filtering] = await Promise.all([
    rows("/products", { ...asked(state), limit: PAGE, fields: FIELDS }, body, row),
    filters(state, (change) => address("products", { ...values, ...change })),
  ]);
  const view = h("div", {},
    h("div", { class: "head" },
      h("h1", {}, t("section.products")),
      search("products", values, t("products.search")),
      h("a", { class: "button primary", href: "#/products/new" }, t("products.new"))),
    tabs(t("products.tabs"), tabList(state), address("products", values)),
    filtering,
    h("section", { class: "card" },
      page.data.length ? [productTable(state, body, ticked), more] : nothing(state)),
    ticked.bar);
  return keepFocus(view, state.q);
}

function stateOf(query) {
  const tab = query.get("tab") ?? (query.has("low_stock") ? "low_stock" : "active");
  const [q, sort, collection, tag] = ["q", "sort", "collection", "tag"]
    .map((name) => query.get(name) ?? "");
  return { tab: tab in TABS ? tab : "active", q, sort, collection, tag };
}

const inAddress = ({ tab, ...rest }) => ({ tab: tab === "active" ? "" : tab, ...rest });

/** What was looked for comes with the best first, a collection in the order that it has. */
function asked({ tab, q, sort, collection, tag }) {
  const order = sort || (collection && !q ? "position" : "");
  return { ...TABS[tab], q, collection, tag, sort: order };
}

const tabList = (state) => Object.keys(TABS).map((tab) =>
  [address("products", inAddress({ ...state, tab })), t(`products.tab.${tab}`)]);

function productTable(state, body, ticked) {
  const values = inAddress(state);
  const label = t(`products.tab.${state.tab}`);
  return h("table", { class: "cards editable products", "aria-label": label },
    h("thead", {}, h("tr", {},
      h("th", { scope: "col" }, ticked.all),
      sortHeading("products", values, "name", t("product.name")),
      h("th", { scope: "col" }, t("product.sku")),
      sortHeading("products", values, "price", t("product.price"), { kind: "number" }),
      h("th", { scope: "col", class: "number" }, t("product.stock")),
      h("th", { scope: "col" }, t("product.status")),
      h("th", { scope: "col" }, h("span", { class: "hidden-text" }, t("products.actions"))))),
    body);
}

function nothing({ tab, q, collection, tag }) {
  if (q || collection || tag) {
    return empty(t(q ? "products.not_found" : "products.not_here", { q }),
      h("a", { class: "button", href: address("products", { tab: "all", q }) },
        t("products.show_all")));
  }
  const action = ["active", "draft", "all"].includes(tab)
    ? h("a", { class: "button primary", href: "#/products/new" }, t("products.new"))
    : h("a", { class: "button", href: "#/products" }, t("products.to_sale"));
  return empty(t(`products.none.${tab}`), action);
}
