// The day at a glance: what a new shop still lacks, what waits, what came in, how it goes.

import { again } from "../address.js";
import { api, isOwner, query } from "../api.js";
import { ago, date, money, number, t } from "../texts.js";
import { badge, card, empty, fill, h, run, words } from "../ui.js";
import { chart } from "./shared/chart.js";
import { checklist } from "./today_checklist.js";

const LATEST = 8;
const COUNTED_MAX = 100;
const WEEK = 7;
/** What stands last is fetched last. */
const LATER_MILLIS = 100;

export async function show() {
  const [now, list, notes, declared] = await Promise.all([
    load(), checklist(), troubles(), declarations(),
  ]);
  const tiles = h("div", { class: "tiles" }, tilesOf(now));
  const latest = h("div", {}, latestOf(now));
  const best = h("div", {});
  refresh(tiles, latest);
  setTimeout(() => run(async () => (await import("./best_sellers.js")).show(best)), LATER_MILLIS);
  return [
    h("div", { class: "head" },
      h("h1", {}, t("section.today")),
      h("a", { class: "button", href: "#/orders/new" }, t("new_order"))),
    notes,
    uninvoiced(now.counts.to_invoice),
    declared,
    list,
    tiles,
    card(t("today.latest"), latest),
    card(t("today.sales"), sales(now.report)),
    best,
  ];
}

async function load() {
  const [counts, low, orders, report] = await Promise.all([
    api.get("/orders/counts"),
    api.get(query("/products", { low_stock: true, status: "active", limit: COUNTED_MAX })),
    api.get(query("/orders", { limit: LATEST })),
    api.get("/reports/sales"),
  ]);
  return { counts, low, orders: orders.data, report };
}

/** What the machine needs of somebody. */
async function troubles() {
  const { warnings } = await api.get("/health").catch(() => ({ warnings: ["sick"] }));
  return warnings.map((name) => h("p", { class: "note" }, t(`health.${name}`),
    name === "clock_doubted" && isOwner() && [" ", confirmation()],
    name === "mail_failed" && [" ",
      h("a", { class: "link", href: "#/mails?status=failed" }, t("health.failed_mails"))]));
}

/** Invoices follow by themselves once it is said who sells, which only the owner can. */
const uninvoiced = (n) => n > 0 && h("p", { class: "note" }, t("today.to_invoice", { n }),
  isOwner() && [" ", h("a", { class: "link", href: "#/settings/shop" }, t("settings.shop"))]);

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

function tilesOf({ counts, low, report }) {
  const few = number(low.data.length) + (low.next_cursor ? "+" : "");
  return [
    takings(report.data.at(-1), report.data.at(-1 - WEEK)),
    tile("#/orders?tab=to_pack", number(counts.to_pack), t("today.to_pack")),
    tile("#/orders?tab=unpaid", number(counts.to_pay), t("today.unpaid")),
    tile("#/orders?tab=returns", number(counts.to_return), t("today.to_return")),
    tile("#/orders?tab=refunds", number(counts.to_refund), t("today.to_refund")),
    tile("#/products?tab=low_stock", few, t("today.low_stock")),
  ];
}

/** What today has come to, beside all of the same day a week ago. */
function takings(day, before) {
  const said = ({ start, orders, revenue }) => ({
    revenue: money(revenue), orders: t("chart.n_orders", { n: orders }),
    day: date(start, { weekday: "long" }),
  });
  return h("a", { class: ["tile", !day.orders && "none"], href: "#/sales" },
    h("strong", {}, money(day.revenue)), t("today.so_far", said(day)),
    h("small", {}, t("today.week_ago", said(before))));
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
