// Who a new order is for: somebody the shop knows, or a name and an e-mail.

import { api, query } from "../../api.js";
import { field, input, typed } from "../../form.js";
import { t } from "../../texts.js";
import { fill, h, words } from "../../ui.js";
import { finder } from "./finder.js";

const HITS = 6;

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
  const name = input("/customer/name");
  const list = finder(name, t("order_new.customers"), {
    look: async (q) => (await api.get(query("/customers", { q, limit: HITS }))).data,
    show: (customer) => [
      words(customer.name),
      h("span", { class: "quiet" }, [customer.email, customer.phone].filter(Boolean).join(" · ")),
    ],
    take: choose,
  });
  const named = field(t("customer.name"), name, { hint: t("order_new.name_hint"), wide: true });
  named.classList.add("finding");
  name.after(list);
  return h("div", { class: "fields" },
    named,
    field(t("customer.email"), input("/customer/email", "", { type: "email" })),
    field(t("customer.phone"), input("/customer/phone", "", { type: "tel" }),
      { hint: t("order_new.if_known") }));
}

export function readBuyer(form, state) {
  if (state.customer) return { customer_id: state.customer.id };
  const read = (name) => typed(form, `/customer/${name}`);
  return { customer: { name: read("name"), email: read("email"), phone: read("phone") } };
}
