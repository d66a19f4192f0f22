// Invoices, how long they are kept, and what buyers may do afterwards.

import { select, whole } from "../../form.js";
import { t } from "../../texts.js";
import { card, h } from "../../ui.js";
import { drawFields, fieldList, labelsOf, readFields } from "../shared/field_list.js";
import { settingsForm } from "./form.js";

const atName = (name) => t(`documents.at_${name || "hand"}`);

const INVOICES = fieldList("documents", [
  {
    name: "invoice_at", make: select,
    options: () => ["", "paid", "shipped"].map((name) => [name, atName(name)]),
  },
  { name: "retention_years", make: whole, hint: true },
]);
const RULES = fieldList("documents", [
  { name: "withdrawal_days", make: whole, hint: true },
  { name: "guest_units_max", make: whole, hint: true },
]);
const ALL = [...INVOICES, ...RULES];

export const part = () => settingsForm("documents", (values) => ({
  children: [
    card(t("documents.invoices"), h("div", { class: "fields" }, drawFields(INVOICES, values))),
    card(t("documents.rules"), h("div", { class: "fields" }, drawFields(RULES, values))),
  ],
  read: (form) => readFields(form, ALL),
  names: labelsOf(ALL),
  readable: (all) => ({
    ...all, ...("invoice_at" in all && { invoice_at: atName(all.invoice_at) }),
  }),
}));
