// One customer: who they are and where they live, how they sign in, and what they ordered.

import { api } from "../../api.js";
import { form } from "../../form.js";
import { day, money, number, t } from "../../texts.js";
import { backTo, card, empty, h, words } from "../../ui.js";
import { drawFields, readFields } from "../shared/field_list.js";
import { changes as differing, draftNote, saveChange, seenMark } from "../shared/saving.js";
import { accountCard } from "./account.js";
import { addressEditor } from "./addresses.js";
import { deleteButton } from "./delete.js";
import { DETAILS, labels, readable } from "./fields.js";
import { ordersCard } from "./orders.js";

export async function show({ params }) {
  const customer = await load(params.id);
  if (!customer) {
    return [
      h("div", { class: "head" }, h("h1", {}, t("customer.none"))),
      empty(t("customer.none_text"), h("a", { class: "button", href: "#/customers" },
        t("customer.to_list"))),
    ];
  }
  const [orders, account] = await Promise.all([ordersCard(customer), accountCard(customer)]);
  const page = customerForm(customer);
  return [
    h("div", { class: "head" },
      h("div", {},
        backTo("#/customers", t("section.customers")), h("h1", {}, words(customer.name))),
      deleteButton(customer)),
    page.note,
    h("div", { class: "columns" },
      h("div", {}, page.element, orders),
      h("div", {}, factsCard(customer), account)),
  ];
}

const load = (id) => api.get(`/customers/${id}`).catch((error) => {
  if (error.status === 404) return null;
  throw error;
});

const factsCard = (customer) => card(t("customer.facts"), h("dl", { class: "facts" },
  h("dt", {}, t("customer.orders")), h("dd", {}, number(customer.orders_count)),
  h("dt", {}, t("customer.total_spent")),
  h("dd", {}, money(customer.total_spent, customer.currency)),
  h("dt", {}, t("customer.since")), h("dd", {}, day(customer.created_at))));

function customerForm(customer) {
  const draft = `customer ${customer.id}`;
  const addresses = addressEditor(customer.addresses);
  const changes = () =>
    differing(customer, { ...readFields(element, DETAILS), addresses: addresses.read() });
  const element = form([
    seenMark(customer),
    card(t("customer.details"), h("div", { class: "fields" }, drawFields(DETAILS, customer))),
    card(t("customer.addresses"), addresses.element),
  ], () => save(element, customer, changes(), draft), { draft, action: t("customer.save") });
  addresses.restore();
  return { element, note: draftNote(draft, Object.keys(changes()).length > 0) };
}

const save = (element, seen, change, draft) => saveChange({
  form: element, path: `/customers/${seen.id}`, seen, change, draft, names: labels(), readable,
});
