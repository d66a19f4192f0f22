// The ways goods leave the shop: a small form each, the first that fits is the usual one.

import { shop } from "../../api.js";
import { inField } from "../../decimals.js";
import { amount, check, field, select, whole } from "../../form.js";
import { t } from "../../texts.js";
import { card, h } from "../../ui.js";
import { blankOf, drawFields, fieldList, readFields } from "../shared/field_list.js";
import { countries, countryName } from "../shared/places.js";
import { rowList } from "../shared/row_list.js";
import { facts } from "../shared/saving.js";
import { chips, chipsOf } from "./chips.js";
import { settingsForm } from "./form.js";
import { readWeights, weights, weightsInWords } from "./weights.js";

/** Those that have rates, and whatever the method has; or the rates of the goods that it brings. */
function categories({ tax_category: present, known = [] }) {
  const names = new Set(["standard", ...known, present].filter(Boolean));
  names.delete("proportional");
  return [
    ...[...names].map((name) => [name, name]), ["proportional", t("shipping.proportional")],
  ];
}

const WAY = fieldList("shipping", [
  "name",
  { name: "price", make: amount, take: (price) => price ?? "0" },
  { name: "free_from", make: amount, hint: true },
  { name: "delivery_days_min", label: "shipping.days_min", make: whole },
  {
    name: "delivery_days_max", label: "shipping.days_max", make: whole, hint: "shipping.days_hint",
  },
  { name: "code", hint: true },
  { name: "tax_category", fresh: "standard", make: select, hint: true, options: categories },
]);
const TICKS = fieldList("shipping", [
  { name: "pickup", make: check, fresh: false },
  { name: "needs_address", make: check, fresh: true },
]);
const ALL = [...WAY, ...TICKS];
const FRESH = { ...blankOf(ALL), countries: ["*"] };

export const part = () => settingsForm("shipping", (values) => {
  const known = values.tax_rates.map(({ category }) => category);
  const list = rowList({
    pointer: "/shipping_methods", items: values.shipping_methods, order: true,
    draw: (method) => fields({ ...method, known }),
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
      all.map((method) => ({
        ...method, price: inField(method.price), free_from: inField(method.free_from),
        countries: method.countries.map(countryName),
        prices_by_weight: weightsInWords(method.prices_by_weight),
      })),
      ({ name }) => name, label) }),
  };
});

const label = (name) =>
  t(`shipping.${name.replace("delivery_", "")}`, { currency: shop().currency });

const fields = (method) => [
  h("div", { class: "fields" }, drawFields(WAY, method, null)),
  weights(method),
  where(method),
  drawFields(TICKS, method, null),
];

/** No country named: it goes everywhere. */
function where(method) {
  const control = select(null, "", [["", t("shipping.choose_country")], ...countries()],
    { "data-field": "countries" });
  const { list, add } = chips({
    control, values: method.countries.filter((code) => code !== "*"), text: countryName,
    none: t("shipping.everywhere"),
  });
  return h("div", { class: "chips-field" },
    field(label("countries"), control),
    h("button", { type: "button", onclick: add }, t("chips.add")),
    list);
}

function read(row) {
  const said = readFields(row, ALL, row.name);
  const codes = chipsOf(row.querySelector("[data-field=countries]"));
  return {
    ...said,
    prices_by_weight: readWeights(row),
    code: said.code ?? codeOf(said.name ?? ""),
    countries: codes.length ? codes : ["*"],
  };
}

/** A code made from a name: small letters without accents, and dashes. */
const codeOf = (name) => name.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase()
  .replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 64);
