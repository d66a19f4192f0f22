// Invoices, how long they are kept, and what buyers may do afterwards.

import { field, select, typed, typedNumber, whole } from "../../form.js";
import { t } from "../../texts.js";
import { card, h } from "../../ui.js";
import { settingsForm } from "./form.js";

const NUMBERS = ["retention_years", "withdrawal_days", "guest_units_max"];

const atName = (name) => t(`documents.at_${name || "hand"}`);

export const part = () => settingsForm("documents", (values) => ({
  children: [
    card(t("documents.invoices"), h("div", { class: "fields" },
      field(t("documents.invoice_at"), select("/invoice_at", values.invoice_at ?? "",
        ["", "paid", "shipped"].map((name) => [name, atName(name)]))),
      number("retention_years", values))),
    card(t("documents.rules"), h("div", { class: "fields" },
      number("withdrawal_days", values), number("guest_units_max", values))),
  ],
  read: (form) => ({
    invoice_at: typed(form, "/invoice_at"),
    ...Object.fromEntries(NUMBERS.map((name) => [name, typedNumber(form, `/${name}`)])),
  }),
  names: Object.fromEntries(["invoice_at", ...NUMBERS].map((name) =>
    [name, t(`documents.${name}`)])),
  readable: (all) => ({
    ...all, ...("invoice_at" in all && { invoice_at: atName(all.invoice_at) }),
  }),
}));

const number = (name, values) => field(t(`documents.${name}`), whole(`/${name}`, values[name]),
  { hint: t(`documents.${name}_hint`) });
