// Deleting a customer: what goes and what stays is said before, and what was kept after.

import { go } from "../../address.js";
import { api } from "../../api.js";
import { confirm, dialog } from "../../dialog.js";
import { date, t } from "../../texts.js";
import { button, h, toast } from "../../ui.js";

export const deleteButton = (customer) => button(t("product.delete"), async () => {
  const sure = await confirm(t("product.delete_title", { name: customer.name }),
    t("customer.delete_text"), t("customer.delete_now"));
  if (!sure) return;
  let answer;
  try {
    answer = await api.delete(`/customers/${customer.id}`, customer);
  } catch (error) {
    if (error.code !== "open_orders") throw error;
    await sayOpen(error.body.orders ?? []);
    return;
  }
  go("#/customers");
  const kept = answer?.kept;
  toast(kept
    ? t("customer.deleted_kept", { n: kept.invoices, until: date(kept.until) })
    : t("customer.deleted"));
}, { class: "danger" });

/** Lists the orders that are in the way. */
const sayOpen = (orders) => dialog(t("customer.open_orders"), (close) => h("div", {},
  h("p", {}, t("customer.open_orders_text")),
  h("ul", {}, orders.map(({ id, number }) => h("li", {},
    h("a", { href: `#/orders/${id}`, onclick: () => close() },
      t("order.title", { number }))))),
  h("div", { class: "actions" },
    h("button", { type: "button", onclick: () => close() }, t("close")))));
