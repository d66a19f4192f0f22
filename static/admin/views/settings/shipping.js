// The ways goods leave the shop: a small form each, the first that fits is the usual one.

import { shop } from "../../api.js";
import { amount, check, field, input, select, whole } from "../../form.js";
import { t } from "../../texts.js";
import { card, h } from "../../ui.js";
import { countries, countryName } from "../shared/places.js";
import { rowList, said, saidMoney, saidNumber } from "../shared/row_list.js";
import { facts } from "../shared/saving.js";
import { chips, chipsOf } from "./chips.js";
import { settingsForm } from "./form.js";

const FRESH = {
  code: "", name: "", countries: ["*"], price: null, free_from: null, delivery_days_min: null,
  delivery_days_max: null, pickup: false, needs_address: true, tax_category: "standard",
};

export const part = () => settingsForm("shipping", (values) => {
  const list = rowList({
    pointer: "/shipping_methods", items: values.shipping_methods, draw: fields, order: true,
    title: ({ name }) => name || t("shipping.new"),
  });
  return {
    children: card(t("shipping.methods"),
      h("p", { class: "hint" }, t("shipping.hint")),
      list.element,
      h("p", { class: "rows-add" },
        h("button", { type: "button", onclick: () => list.add(FRESH) }, t("shipping.add")))),
    read: () => ({ shipping_methods: list.rows().map(read) }),
    names: { shipping_methods: t("shipping.methods") },
    readable: ({ shipping_methods: all }) => ({ shipping_methods: facts(
      all.map((method) => ({ ...method, countries: method.countries.map(countryName) })),
      ({ name }) => name, label) }),
  };
});

const named = (name, extra = {}) => ({ "data-field": name, ...extra });
const label = (name) =>
  t(`shipping.${name.replace("delivery_", "")}`, { currency: shop().currency });
const fieldOf = (name, control, hint) =>
  field(label(name), control, { hint: hint && t(`shipping.${hint}`) });

const fields = (method) => [
  h("div", { class: "fields" },
    fieldOf("name", input(null, method.name, named("name"))),
    fieldOf("price", amount(null, method.price, named("price"))),
    fieldOf("free_from", amount(null, method.free_from, named("free_from")), "free_from_hint"),
    fieldOf("days_min", whole(null, method.delivery_days_min, named("delivery_days_min"))),
    fieldOf("days_max", whole(null, method.delivery_days_max, named("delivery_days_max")),
      "days_hint"),
    fieldOf("code", input(null, method.code, named("code")), "code_hint"),
    fieldOf("tax_category", input(null, method.tax_category, named("tax_category")))),
  where(method),
  check(null, t("shipping.pickup"), method.pickup, named("pickup")),
  check(null, t("shipping.needs_address"), method.needs_address, named("needs_address")),
];

/** No country named: it goes everywhere. */
function where(method) {
  const control = select(null, "", [["", t("shipping.choose_country")], ...countries()],
    named("countries"));
  const { list, add } = chips({
    control, values: method.countries.filter((code) => code !== "*"), text: countryName,
    none: t("shipping.everywhere"),
  });
  return h("div", { class: "chips-field" },
    fieldOf("countries", control),
    h("button", { type: "button", onclick: add }, t("chips.add")),
    list);
}

function read(row) {
  const codes = chipsOf(row.querySelector("[data-field=countries]"));
  return {
    code: said(row, "code") ?? codeOf(said(row, "name") ?? ""),
    name: said(row, "name"),
    countries: codes.length ? codes : ["*"],
    price: saidMoney(row, "price") ?? "0",
    free_from: saidMoney(row, "free_from"),
    delivery_days_min: saidNumber(row, "delivery_days_min"),
    delivery_days_max: saidNumber(row, "delivery_days_max"),
    pickup: said(row, "pickup"),
    needs_address: said(row, "needs_address"),
    tax_category: said(row, "tax_category") ?? "standard",
  };
}

/** A code made from a name: small letters without accents, and dashes. */
const codeOf = (name) => name.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase()
  .replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 64);
