// Tax: whether prices hold it, and how much goods of a category bear in a country.

import { check, field, input, select, typed } from "../../form.js";
import { t } from "../../texts.js";
import { card, h } from "../../ui.js";
import { countries, countryName } from "../shared/places.js";
import { rowList, said, saidMoney } from "../shared/row_list.js";
import { settingsForm } from "./form.js";

export const part = () => settingsForm("tax", (values) => {
  const list = rowList({
    pointer: "/tax_rates", items: values.tax_rates, draw: fields, lines: true,
    title: (rate) => (rate.rate === null ? t("tax.new") : title(rate)),
  });
  return {
    children: [
      card(t("tax.prices"),
        check("/prices_include_tax", t("tax.included"), values.prices_include_tax),
        h("p", { class: "hint" }, t("tax.included_hint"))),
      card(t("tax.rates"),
        h("p", { class: "hint" }, t("tax.rates_hint")),
        list.element,
        h("p", { class: "rows-add" }, h("button", { type: "button", onclick: () =>
          list.add({ category: "standard", country: "*", rate: null }) }, t("tax.add")))),
    ],
    read: (form) => ({
      prices_include_tax: typed(form, "/prices_include_tax"),
      tax_rates: list.rows().map(read),
    }),
    names: { prices_include_tax: t("tax.included"), tax_rates: t("tax.rates") },
    readable: (fields) => ({ ...fields, ...(fields.tax_rates && {
      tax_rates: Object.fromEntries(fields.tax_rates.map((rate) => [title(rate), rate.rate])),
    }) }),
  };
});

const title = ({ category, country }) =>
  `${category ?? "standard"}, ${country === "*" ? t("tax.anywhere") : countryName(country)}`;

const fields = ({ category, country, rate }) => h("div", { class: "fields" },
  field(t("tax.category"), input(null, category, { "data-field": "category" })),
  field(t("tax.country"), select(null, country,
    [["*", t("tax.anywhere")], ...countries()], { "data-field": "country" })),
  field(t("tax.rate"), input(null, rate,
    { "data-field": "rate", inputmode: "decimal", class: "number" })));

const read = (row) => ({
  category: said(row, "category"), country: said(row, "country"), rate: saidMoney(row, "rate"),
});
