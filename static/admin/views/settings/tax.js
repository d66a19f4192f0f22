// Tax: whether prices hold it, and how much goods of a category bear in a country.

import { inField } from "../../decimals.js";
import { area, check, fraction, select } from "../../form.js";
import { t } from "../../texts.js";
import { card, h } from "../../ui.js";
import { blankOf, drawFields, fieldList, labelsOf, readFields
  } from "../shared/field_list.js";
import { countries, countryName } from "../shared/places.js";
import { rowList } from "../shared/row_list.js";
import { settingsForm } from "./form.js";

const PRICES = fieldList("tax", [
  { name: "prices_include_tax", label: "tax.included", make: check },
]);
const EXEMPT = fieldList("tax", [
  { name: "tax_exempt_note", make: area, hint: true, props: { rows: 2, dir: "auto" } },
]);
const RATE = fieldList("tax", [
  { name: "category", fresh: "standard" },
  {
    name: "country", fresh: "*", make: select,
    options: () => [["*", t("tax.anywhere")], ...countries()],
  },
  { name: "rate", make: fraction, props: { "data-reads": "not_a_percentage" } },
]);

export const part = () => settingsForm("tax", (values) => {
  const list = rowList({
    pointer: "/tax_rates", items: values.tax_rates, draw, lines: true,
    title: (rate) => (rate.rate === null ? t("tax.new") : title(rate)),
  });
  return {
    children: [
      card(t("tax.prices"),
        drawFields(PRICES, values),
        h("p", { class: "hint" }, t("tax.included_hint")),
        drawFields(EXEMPT, values)),
      card(t("tax.rates"),
        h("p", { class: "hint" }, t("tax.rates_hint")),
        list.element,
        h("p", { class: "rows-add" }, h("button", {
          type: "button", onclick: () => list.add(blankOf(RATE)),
        }, t("tax.add")))),
    ],
    read: (form) => ({
      ...readFields(form, [...PRICES, ...EXEMPT]),
      tax_rates: list.rows().map((row) => readFields(row, RATE, row.name)),
    }),
    names: { ...labelsOf([...PRICES, ...EXEMPT]), tax_rates: t("tax.rates") },
    readable: (fields) => ({ ...fields, ...(fields.tax_rates && {
      tax_rates: Object.fromEntries(
        fields.tax_rates.map((rate) => [title(rate), inField(rate.rate)])),
    }) }),
  };
});

const title = ({ category, country }) =>
  `${category ?? "standard"}, ${country === "*" ? t("tax.anywhere") : countryName(country)}`;

const draw = (rate) => h("div", { class: "fields" }, drawFields(RATE, rate, null));
