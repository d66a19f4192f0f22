// The ways to pay, in the order in which buyers see them.

import { area, input, typed, whole } from "../../form.js";
import { t } from "../../texts.js";
import { card, h } from "../../ui.js";
import { blankOf, drawFields, fieldList, readFields } from "../shared/field_list.js";
import { rowList } from "../shared/row_list.js";
import { facts } from "../shared/saving.js";
import { settingsForm } from "./form.js";

const METHODS = [
  "bank_transfer", "card", "invoice", "cash_on_delivery", "pay_at_pickup", "cash", "other",
];
// The goods go out before the money comes in: there is nothing to hold.
const PAID_LATER = ["cash_on_delivery", "pay_at_pickup", "invoice"];
const HOLD_HOURS = 168;

const TERMS = fieldList("payments", [
  {
    name: "instructions", make: area, props: { rows: 2 },
    hint: ({ method }) => method === "bank_transfer" && t("payments.instructions_hint"),
  },
  { name: "hold_hours", make: whole, hint: "payments.hold_hint" },
]);
const ACCOUNT_AT = "/bank_account";
const ACCOUNT = fieldList("payments", [
  "account_holder",
  {
    name: "iban", props: { spellcheck: "false" },
    show: (iban) => iban?.replace(/.{4}(?=.)/g, "$& "),
    take: (text) => text?.replace(/\s/g, "").toUpperCase() ?? null,
  },
  { name: "bic", hint: true },
]);
const termsOf = (method) =>
  TERMS.filter(({ name }) => name !== "hold_hours" || !PAID_LATER.includes(method));

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
    children: [
      card(t("payments.methods"),
        h("p", { class: "hint" }, t("payments.hint")),
        list.element, more.element),
      card(t("payments.account"),
        h("p", { class: "hint" }, t("payments.account_hint")),
        h("div", { class: "fields" }, drawFields(ACCOUNT, values.bank_account ?? {}, ACCOUNT_AT))),
    ],
    read: (form) => ({
      bank_account: readAccount(form),
      payment_methods: list.rows().map((row) => methodOf(row)),
      payment_terms: list.rows().map(read),
    }),
    names: {
      payment_methods: t("payments.methods"), payment_terms: t("payments.terms"),
      bank_account: t("payments.account"),
    },
    readable: (all) => ({
      ...all,
      ...(all.bank_account && {
        bank_account: facts([all.bank_account], null, (name) => t(`payments.${name}`)),
      }),
      ...(all.payment_methods && { payment_methods: all.payment_methods.map(methodName) }),
      ...(all.payment_terms && {
        payment_terms: facts(all.payment_terms, ({ method }) => methodName(method),
          (name) => t(`payments.${name}`)),
      }),
    }),
  };
});

/** Nothing in it: there is no account. */
function readAccount(form) {
  const account = readFields(form, ACCOUNT, ACCOUNT_AT);
  return Object.values(account).some(Boolean) ? account : null;
}

/** A button for each way that the shop does not take yet. */
function adders(list) {
  const buttons = METHODS.map((method) => h("button", {
    type: "button", "data-method": method, onclick: () => list.add({
      method, instructions: null, hold_hours: PAID_LATER.includes(method) ? null : HOLD_HOURS,
    }),
  }, t("payments.add", { name: methodName(method) })));
  const show = () => {
    const taken = list.rows().map((row) => methodOf(row));
    for (const button of buttons) button.hidden = taken.includes(button.dataset.method);
  };
  return { element: h("div", { class: "actions rows-add" }, buttons), show };
}

const fields = (terms) => [
  input(null, terms.method, { type: "hidden", "data-field": "method" }),
  h("div", { class: "fields" }, drawFields(termsOf(terms.method), terms, null)),
];

const methodOf = (row) => typed(row, `${row.name}/method`);

function read(row) {
  const method = methodOf(row);
  return { method, ...blankOf(TERMS), ...readFields(row, termsOf(method), row.name) };
}
