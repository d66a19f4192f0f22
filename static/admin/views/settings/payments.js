// The ways to pay, in the order in which buyers see them.

import { area, field, input, whole } from "../../form.js";
import { t } from "../../texts.js";
import { card, h } from "../../ui.js";
import { rowList, said, saidNumber } from "../shared/row_list.js";
import { facts } from "../shared/saving.js";
import { settingsForm } from "./form.js";

const METHODS = [
  "bank_transfer", "card", "invoice", "cash_on_delivery", "pay_at_pickup", "cash", "other",
];
// The goods go out before the money comes in: there is nothing to hold.
const PAID_LATER = ["cash_on_delivery", "pay_at_pickup", "invoice"];
const HOLD_HOURS = 168;

const methodName = (method) => t(`method.${method}`);

export const part = () => settingsForm("payments", (values) => {
  const list = rowList({
    pointer: "/payment_terms", items: values.payment_terms, draw: fields, order: true,
    title: ({ method }) => methodName(method),
  });
  const more = adders(list);
  list.element.addEventListener("rows", more.show);
  more.show();
  return {
    children: card(t("payments.methods"),
      h("p", { class: "hint" }, t("payments.hint")),
      list.element, more.element),
    read: () => ({
      payment_methods: list.rows().map((row) => said(row, "method")),
      payment_terms: list.rows().map(read),
    }),
    names: { payment_methods: t("payments.methods"), payment_terms: t("payments.terms") },
    readable: (all) => ({
      ...(all.payment_methods && { payment_methods: all.payment_methods.map(methodName) }),
      ...(all.payment_terms && {
        payment_terms: facts(all.payment_terms, ({ method }) => methodName(method),
          (name) => t(`payments.${name}`)),
      }),
    }),
  };
});

/** A button for each way that the shop does not take yet. */
function adders(list) {
  const buttons = METHODS.map((method) => h("button", {
    type: "button", "data-method": method, onclick: () => list.add({
      method, instructions: null, hold_hours: PAID_LATER.includes(method) ? null : HOLD_HOURS,
    }),
  }, t("payments.add", { name: methodName(method) })));
  const show = () => {
    const taken = list.rows().map((row) => said(row, "method"));
    for (const button of buttons) button.hidden = taken.includes(button.dataset.method);
  };
  return { element: h("div", { class: "actions rows-add" }, buttons), show };
}

const fields = ({ method, instructions, hold_hours: hours }) => [
  input(null, method, { type: "hidden", "data-field": "method" }),
  h("div", { class: "fields" },
    field(t("payments.instructions"),
      area(null, instructions, { "data-field": "instructions", rows: 2 }),
      { hint: method === "bank_transfer" && t("payments.instructions_hint") }),
    !PAID_LATER.includes(method) && field(t("payments.hold_hours"),
      whole(null, hours, { "data-field": "hold_hours" }), { hint: t("payments.hold_hint") })),
];

function read(row) {
  const method = said(row, "method");
  return {
    method,
    instructions: said(row, "instructions"),
    hold_hours: PAID_LATER.includes(method) ? null : saidNumber(row, "hold_hours"),
  };
}
