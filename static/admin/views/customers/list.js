// The customers: a search, and what each of them ordered and spent.

import { go } from "../../address.js";
import { api } from "../../api.js";
import { dialog } from "../../dialog.js";
import { form } from "../../form.js";
import { keepFocus, rows, search, sortHeading } from "../../list.js";
import { money, number, t } from "../../texts.js";
import { empty, h, toast, words } from "../../ui.js";
import { drawFields, readFields } from "../shared/field_list.js";
import { CONTACT } from "./fields.js";

const PAGE = 25;

export async function show({ query }) {
  const state = { q: query.get("q") ?? "", sort: query.get("sort") ?? "" };
  const body = h("tbody");
  const { page, more } = await rows("/customers", { ...state, limit: PAGE }, body, customerRow);
  const view = h("div", {},
    h("div", { class: "head" },
      h("h1", {}, t("section.customers")),
      search("customers", state, t("customers.search")),
      h("button", { class: "primary", type: "button", onclick: newCustomer }, t("customers.new"))),
    h("section", { class: "card" },
      page.data.length ? [customerTable(state, body), more] : nothing(state)));
  return keepFocus(view, state.q);
}

const customerTable = (state, body) =>
  h("table", { class: "cards compact", "aria-label": t("section.customers") },
    h("thead", {}, h("tr", {},
      sortHeading("customers", state, "name", t("customer.name")),
      h("th", { scope: "col" }, t("customer.email")),
      h("th", { scope: "col", class: "number" }, t("customer.orders")),
      sortHeading("customers", state, "total_spent", t("customer.total_spent"), {
        kind: "number", most: true,
      }))),
    body);

const customerRow = (customer) => h("tr", { "data-row": true },
  h("td", {},
    h("a", { href: `#/customers/${customer.id}` }, words(customer.name))),
  h("td", { "data-label": t("customer.email"), class: "long" }, words(customer.email)),
  h("td", { "data-label": t("customer.orders"), class: "number named" },
    number(customer.orders_count)),
  h("td", { "data-label": t("customer.total_spent"), class: "number" },
    money(customer.total_spent, customer.currency)));

function nothing({ q }) {
  if (q) {
    return empty(t("customers.not_found", { q }),
      h("a", { class: "button", href: "#/customers" }, t("products.show_all")));
  }
  return empty(t("customers.none"),
    h("button", { class: "primary", type: "button", onclick: newCustomer }, t("customers.new")));
}

/** Name and e-mail are enough: the rest is on the customer's own page. */
async function newCustomer() {
  const made = await dialog(t("customers.new"), (close) => form(drawFields(CONTACT, {}),
    async (element) => close(await api.post("/customers", readFields(element, CONTACT))),
    { action: t("customers.create"), cancel: () => close() }));
  if (!made) return;
  toast(t("product.created", { name: made.name }));
  go(`#/customers/${made.id}`);
}
