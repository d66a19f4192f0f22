// Booking a movement of stock. A count below what orders wait for says which orders, and is booked
// where somebody means it.

import { api } from "../../api.js";
import { dialog } from "../../dialog.js";
import { number, t } from "../../texts.js";
import { h } from "../../ui.js";

/** Answers the movement; null where it was not meant. */
export async function moveStock(product, movement) {
  const path = `/products/${product.id}/stock_movements`;
  try {
    return await api.post(path, movement);
  } catch (error) {
    const tooFew = error.code === "stock_below_zero" && "committed" in error.body;
    if (!tooFew) throw error;
    if (!await isShort(movement.counted, error.body)) return null;
    return api.post(path, { ...movement, short: true });
  }
}

const isShort = (counted, { committed, orders }) => dialog(t("product.too_few"), (close) =>
  h("div", {},
    h("p", {}, t("product.too_few_text", {
      committed: number(committed), counted: number(counted), missing: number(committed - counted),
    })),
    h("p", {}, t("product.too_few_orders")),
    h("ul", {}, orders.map(({ id, number: name }) => h("li", {},
      h("a", { href: `#/orders/${id}`, onclick: () => close() },
        t("order.title", { number: name }))))),
    h("div", { class: "actions" },
      h("button", { type: "button", class: "danger", onclick: () => close(true) },
        t("product.too_few_now")),
      h("button", { type: "button", onclick: () => close() }, t("cancel")))));
