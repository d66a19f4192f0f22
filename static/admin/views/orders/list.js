// The orders: those to pack, those that lie packed, unpaid, on their way, and all of them.

import { address } from "../../address.js";
import { api } from "../../api.js";
import { keepFocus, latest, search } from "../../list.js";
import { money, number, t, time } from "../../texts.js";
import { badge, empty, h, tabs, words } from "../../ui.js";
import { bulk } from "./bulk.js";

/** Which orders a tab shows: those that fit any of its filters. */
const TABS = {
  to_pack: [{ status: "open", fulfillment_status: "unfulfilled" }],
  ready: [
    { status: "open", fulfillment_status: "packed" },
    { status: "open", fulfillment_status: "ready_for_pickup" },
  ],
  unpaid: [{ money_due: "in" }],
  shipped: [{ fulfillment_status: "shipped" }, { fulfillment_status: "partially_shipped" }],
  returns: [{ awaiting_return: true }],
  refunds: [{ money_due: "out" }],
  all: [{}],
};
const HEADS = ["number", "date", "customer", "payment", "fulfillment", "total"];

export async function show({ query }) {
  const q = query.get("q") ?? "";
  const asked = query.get("tab");
  const tab = asked in TABS ? asked : q ? "all" : "to_pack";
  const body = h("tbody");
  const ticks = bulk(body);
  const [counts, { count, more }] = await Promise.all([
    api.get("/orders/counts"),
    latest(TABS[tab], q, body, (order) => orderRow(order, ticks)),
  ]);
  const view = h("div", {},
    h("div", { class: "head" },
      h("h1", {}, t("section.orders")),
      // Whoever chose no tab looks among all.
      search("orders", { tab: asked, q }, t("orders.search")),
      h("a", { class: "button primary", href: "#/orders/new" }, t("new_order"))),
    tabs(t("orders.tabs"), tabList(counts, q), address("orders", { tab, q })),
    h("section", { class: "card" }, count ? [list(body, ticks), more] : nothing(tab, q)),
    ticks.bar);
  return keepFocus(view, q);
}

function tabList(counts, q) {
  const { shipped, partially_shipped: partly } = counts.fulfillment_status;
  const sums = {
    to_pack: counts.to_pack, ready: counts.packed, unpaid: counts.to_pay,
    returns: counts.to_return, refunds: counts.to_refund, shipped: shipped + partly,
    all: counts.total,
  };
  return Object.keys(TABS).map((tab) =>
    [address("orders", { tab, q }), t(`orders.${tab}`), number(sums[tab])]);
}

const list = (body, ticks) =>
  h("table", { class: "cards compact orders", "aria-label": t("section.orders") },
    h("thead", {}, h("tr", {},
      h("th", { scope: "col" }, ticks.all),
      HEADS.map((name) =>
        h("th", { scope: "col", class: name === "total" && "number" }, t(`orders.${name}`))))),
    body);

function orderRow(order, ticks) {
  const cell = (name, ...content) => h("td", { "data-label": t(`orders.${name}`) }, content);
  const state = order.status === "cancelled"
    ? badge("order", "cancelled")
    : badge("fulfillment", order.fulfillment_status);
  return h("tr", { "data-row": true },
    h("td", { class: "tick" }, ticks.box(order)),
    cell("number", h("a", { href: `#/orders/${order.id}` }, order.number)),
    cell("date", h("span", {}, time(order.order_date))),
    cell("customer", buyer(order)),
    cell("payment", badge("payment", order.payment_status),
      Number(order.to_refund) > 0 && [" ", badge("money", "to_refund")]),
    cell("fulfillment", state),
    h("td", { class: "number", "data-label": t("orders.total") },
      money(order.total, order.currency)));
}

/** The buyer, who has no name any more after a deletion. */
const buyer = ({ customer }) => (customer.name
  ? words(customer.name)
  : h("span", { class: "quiet" }, t("orders.deleted")));

function nothing(tab, q) {
  if (q && tab !== "all") {
    return empty(t("orders.not_here", { q }),
      h("a", { class: "button", href: address("orders", { tab: "all", q }) },
        t("orders.look_all")));
  }
  if (q) {
    return empty(t("orders.not_found", { q }),
      h("a", { class: "button", href: address("orders", { tab: "all" }) }, t("orders.show_all")));
  }
  if (tab === "all") {
    return empty(t("orders.none_all"),
      h("a", { class: "button primary", href: "#/orders/new" }, t("new_order")));
  }
  return empty(t(`orders.none_${tab}`),
    h("a", { class: "button", href: address("orders", { tab: "all" }) }, t("orders.show_all")));
}
