// The orders of a customer, the latest first.

import { rows } from "../../list.js";
import { money, t, time } from "../../texts.js";
import { badge, card, h } from "../../ui.js";

const PAGE = 10;

export async function ordersCard(customer) {
  const body = h("tbody");
  const { page, more } = await rows(`/customers/${customer.id}/orders`, { limit: PAGE }, body, row);
  if (!page.data.length) {
    return card(t("customer.orders"), h("p", { class: "quiet" }, t("customer.no_orders")));
  }
  const heads = ["number", "when", "state", "total"];
  return card(t("customer.orders"),
    h("table", { class: "cards compact", "aria-label": t("customer.orders") },
      h("thead", {}, h("tr", {}, heads.map((name) =>
        h("th", { scope: "col", class: name === "total" && "number" },
          t(`today.${name}`))))),
      body),
    more);
}

function row(order) {
  const cell = (name, ...content) =>
    h("td", { "data-label": t(`today.${name}`) }, content);
  const states = order.status === "cancelled"
    ? badge("order", "cancelled")
    : [badge("payment", order.payment_status), " ", badge("fulfillment", order.fulfillment_status)];
  return h("tr", { "data-row": true },
    cell("number", h("a", { href: `#/orders/${order.id}` }, order.number)),
    cell("when", time(order.order_date)),
    h("td", { class: "wide" }, states),
    h("td", { class: "number", "data-label": t("today.total") },
      money(order.total, order.currency)));
}
