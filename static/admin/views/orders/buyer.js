// The buyer of a new order: somebody the shop knows, or a name and an e-mail or a phone number.

import { api, query } from "../../api.js";
import { t } from "../../texts.js";
import { fill, h, words } from "../../ui.js";
import { controlIn, drawFields, fieldList, readFields } from "../shared/field_list.js";
import { finder } from "../shared/finder.js";

const HITS = 6;
const AT = "/customer";
const BUYER = fieldList("customer", [
  { name: "name", hint: "order_new.name_hint", wide: true },
  { name: "phone", props: { type: "tel" } },
  { name: "email", props: { type: "email" }, hint: "order_new.email_or_phone" },
]);

/**
 * Fields for the buyer; typing a name finds who is known already. `state.customer` is who was
 * chosen; `changed(customer)` is told of it.
 */
export function buyerFields(state, changed) {
  const place = h("div", {});
  const choose = (customer) => {
    state.customer = customer;
    draw();
    changed(customer);
    place.querySelector("button, input").focus();
  };
  const draw = () => fill(place, state.customer
    ? chosen(state.customer, () => choose(null))
    : fresh(choose));
  draw();
  return place;
}

const chosen = (customer, other) => h("p", { class: "chosen" },
  h("span", {}, h("strong", {}, words(customer.name)), " ",
    h("span", { class: "quiet" }, [customer.email, customer.phone].filter(Boolean).join(" · "))),
  h("button", { type: "button", class: "link", onclick: other }, t("order_new.somebody_else")));

function fresh(choose) {
  const fields = drawFields(BUYER, {}, AT);
  const [named] = fields;
  const name = controlIn(named);
  const list = finder(name, t("order_new.customers"), {
    look: async (q) => (await api.get(query("/customers", { q, limit: HITS }))).data,
    show: (customer) => [
      words(customer.name),
      h("span", { class: "quiet" }, [customer.email, customer.phone].filter(Boolean).join(" · ")),
    ],
    take: choose,
  });
  named.classList.add("finding");
  name.after(list);
  return h("div", { class: "fields" }, fields);
}

export const readBuyer = (form, state) => (state.customer
  ? { customer_id: state.customer.id }
  : { customer: readFields(form, BUYER, AT) });
