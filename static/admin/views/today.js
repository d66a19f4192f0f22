// The day at a glance: what a new shop still lacks, what waits, what came in, how it goes.

import { again } from "../address.js";
import { api, isOwner, query, shop } from "../api.js";
import { ago, money, number, t } from "../texts.js";
import { badge, card, empty, fill, h, words } from "../ui.js";
import { chart } from "./shared/chart.js";

const LATEST = 8;
const COUNTED_MAX = 100;
// The name of a fresh shop, until its owner says otherwise.
const UNNAMED = "My shop";
// Not every shop has a task; this browser remembers which were declined.
const DECLINED = { shipping: "keep_shipping", tax: "no_tax" };
const declined = (name) => localStorage.getItem(`checklist ${name}`) === "no";

export async function show() {
  const loading = load();
  const [now, report, list, notes, declared] = await Promise.all([
    loading, api.get("/reports/sales"), checklist(loading), troubles(), declarations(),
  ]);
  const tiles = h("div", { class: "tiles" }, tilesOf(now));
  const latest = h("div", {}, latestOf(now));
  refresh(tiles, latest);
  return [
    h("div", { class: "head" },
      h("h1", {}, t("section.today")),
      h("a", { class: "button", href: "#/orders/new" }, t("new_order"))),
    notes,
    declared,
    list,
    tiles,
    card(t("today.latest"), latest),
    card(t("today.sales"), sales(report)),
  ];
}

async function load() {
  const [counts, low, orders] = await Promise.all([
    api.get("/orders/counts"),
    api.get(query("/products", { low_stock: true, status: "active", limit: COUNTED_MAX })),
    api.get(query("/orders", { limit: LATEST })),
  ]);
  return { counts, low, orders: orders.data };
}

/** What the machine needs of somebody. */
async function troubles() {
  const { warnings } = await api.get("/health").catch(() => ({ warnings: ["sick"] }));
  return warnings.map((name) => h("p", { class: "note" }, t(`health.${name}`),
    name === "clock_doubted" && isOwner() && [" ", confirmation()],
    name === "mail_failed" && [" ",
      h("a", { class: "link", href: "#/mails?status=failed" }, t("health.failed_mails"))]));
}

/** Withdrawals that somebody declared and the shop could not sort by itself. */
async function declarations() {
  const path = "/withdrawal_declarations?open=true&sort=declared_at";
  const { data } = await api.get(path);
  return data.length > 0 && (await import("./declarations.js")).declarationsCard(data);
}

const confirmation = () => h("button", { class: "link", type: "button", onclick: async () => {
  await api.post("/clock_confirmations", {});
  again();
} }, t("health.clock_is_right"));

/** Lets the numbers and the list follow what happens to orders, without a jump. */
function refresh(tiles, latest) {
  addEventListener("shop-news", async function hear() {
    if (!tiles.isConnected) return removeEventListener("shop-news", hear);
    const now = await load().catch(() => null);
    if (!now) return undefined;
    for (const [place, fresh] of [[tiles, tilesOf(now)], [latest, latestOf(now)]]) {
      // Whoever is in there with the keyboard is left in peace.
      if (!place.contains(document.activeElement)) fill(place, fresh);
    }
    return undefined;
  });
}

function tilesOf({ counts, low }) {
  const few = number(low.data.length) + (low.next_cursor ? "+" : "");
  return [
    tile("#/orders?tab=to_pack", number(counts.to_pack), t("today.to_pack")),
    tile("#/orders?tab=unpaid", number(counts.to_pay), t("today.unpaid")),
    tile("#/orders?tab=returns", number(counts.to_return), t("today.to_return")),
    tile("#/orders?tab=refunds", number(counts.to_refund), t("today.to_refund")),
    tile("#/products?tab=low_stock", few, t("today.low_stock")),
  ];
}

const tile = (href, count, text) =>
  h("a", { class: ["tile", count === "0" && "none"], href }, h("strong", {}, count), text);

function latestOf({ orders }) {
  if (!orders.length) {
    return empty(t("today.no_orders"),
      h("a", { class: "button primary", href: "#/orders/new" }, t("new_order")));
  }
  const heads = ["number", "customer", "when", "state", "total"];
  return [
    h("table", { class: "cards compact", "aria-label": t("today.latest") },
      h("thead", {}, h("tr", {}, heads.map((name) =>
        h("th", { scope: "col", class: name === "total" && "number" }, t(`today.${name}`))))),
      h("tbody", {}, orders.map(row))),
    h("p", { class: "more" }, h("a", { href: "#/orders" }, t("today.all_orders"))),
  ];
}

function row(order) {
  const cell = (name, ...children) => h("td", { "data-label": t(`today.${name}`) }, children);
  const states = order.status === "cancelled"
    ? badge("order", "cancelled")
    : [badge("payment", order.payment_status), " ", badge("fulfillment", order.fulfillment_status)];
  const isDue = Number(order.to_refund) > 0;
  return h("tr", { "data-row": true },
    cell("number", h("a", { href: `#/orders/${order.id}` }, order.number)),
    h("td", { class: "who" }, words(order.customer?.name ?? "–")),
    cell("when", ago(order.order_date)),
    h("td", { class: "wide" }, states, isDue && [" ", badge("money", "to_refund")]),
    h("td", { class: "number", "data-label": t("today.total") },
      money(order.total, order.currency)));
}

function sales(report) {
  const { orders, revenue } = report.total;
  if (orders === 0 && Number(revenue) === 0) return h("p", { class: "quiet" }, t("today.no_sales"));
  return [
    h("p", {}, t("today.sales_sum", {
      revenue: money(revenue), orders: t("chart.n_orders", { n: orders }),
    })),
    chart(report, t("today.sales")),
    h("p", { class: "more" }, h("a", { href: "#/sales" }, t("today.all_sales"))),
  ];
}

/**
 * The tasks that a new shop still has before it can sell, or null where there are none; settings
 * are the owner's, so it is theirs. `loading`: what there is; where an order was sold, there is a
 * product.
 */
async function checklist(loading) {
  if (!isOwner()) return null;
  const [product, settings] = await Promise.all([hasProduct(loading), api.get("/settings")]);
  const tasks = [
    ["name", shop().name !== UNNAMED, "#/settings/shop"],
    ["address", Boolean(shop().address), "#/settings/shop"],
    ["tax", declined("tax") || settings.tax_rates.length > 0, "#/settings/tax"],
    ["product", product, "#/products/new"],
    ["shipping", hasShipping(), "#/settings/shipping"],
    ["payments", settings.bank_account || hasInstructions(), "#/settings/payments"],
  ];
  const done = tasks.filter(([, done]) => done).length;
  if (done === tasks.length) return null;
  return card(t("checklist.title"),
    h("p", { class: "quiet" }, t("checklist.progress", { done, all: tasks.length })),
    h("ul", { class: "checklist" }, tasks.map(task)));
}

function task([name, done, href]) {
  const state = h("span", { class: ["badge", done ? "completed" : "draft"] },
    t(done ? "checklist.done" : "checklist.open"));
  return h("li", {}, state, " ", h("a", { href }, t(`checklist.${name}`)),
    DECLINED[name] && !done && [" ", decline(name)]);
}

const decline = (name) => h("button", { class: "link", type: "button", onclick: () => {
  localStorage.setItem(`checklist ${name}`, "no");
  again();
} }, t(`checklist.${DECLINED[name]}`));

const hasProduct = async (loading) => (await loading).orders.length > 0
  || (await api.get("/products?limit=1")).data.length > 0;

function hasShipping() {
  const [first, ...others] = shop().shipping_methods;
  const fresh = first.code === "standard" && Number(first.price) === 0 && !others.length;
  return !fresh || declined("shipping");
}

/** A bank transfer needs an account, or instructions where to. */
const hasInstructions = () =>
  shop().payment_terms.every((terms) => terms.method !== "bank_transfer" || terms.instructions);
