// The shop itself: what it is called, where it is, and how it numbers.

import { field, input, select, typed, typedNumber, whole } from "../../form.js";
import { t } from "../../texts.js";
import { card, h } from "../../ui.js";
import { countries, currencies, timeZones } from "../shared/places.js";
import { facts } from "../shared/saving.js";
import { settingsForm } from "./form.js";

const SERIES = ["order_number", "invoice_number", "credit_note_number"];
const ADDRESS = ["name", "line1", "line2", "postal_code", "city", "region", "country"];
const TEXTS = [
  "name", "email", "tax_number", "public_url", "country", "currency", "time_zone",
];

export const part = () => settingsForm("shop", (values) => ({
  children: [
    shop(values), address(values.address ?? { country: values.country }), place(values),
    numbers(values),
  ],
  read,
  names: names(),
  readable: (all) => ({
    ...all,
    ...(all.address && {
      address: facts([all.address], null, (name) => label(`address_${name}`)),
    }),
  }),
}));

const label = (name) => t(`shop.${name}`);
const fieldOf = (name, control, hint) =>
  field(label(name), control, { hint: hint && t(`shop.${hint}`) });

const shop = (values) => card(t("settings.shop"), h("div", { class: "fields" },
  fieldOf("name", input("/name", values.name, { autocomplete: "organization" })),
  fieldOf("email", input("/email", values.email, { type: "email" }), "email_hint"),
  fieldOf("tax_number", input("/tax_number", values.tax_number), "tax_number_hint"),
  fieldOf("public_url", input("/public_url", values.public_url,
    { type: "url", placeholder: "https://" }), "public_url_hint")));

const address = (values) => card(t("shop.address"),
  h("p", { class: "hint" }, t("shop.address_hint")),
  h("div", { class: "fields" },
    ADDRESS.map((name) => fieldOf(`address_${name}`, name === "country"
      ? select("/address/country", values.country ?? "", [["", "–"], ...countries()])
      : input(`/address/${name}`, values[name])))));

const place = (values) => card(t("shop.place"), h("div", { class: "fields" },
  fieldOf("country", select("/country", values.country ?? "", [["", "–"], ...countries()]),
    "country_hint"),
  fieldOf("currency", select("/currency", values.currency, currencies(values.currency)),
    "currency_hint"),
  fieldOf("time_zone", select("/time_zone", values.time_zone, timeZones(values.time_zone)),
    "time_zone_hint")));

const numbers = (values) => card(t("shop.numbers"),
  h("p", { class: "hint" }, t("shop.numbers_hint")),
  SERIES.map((series) => h("fieldset", {},
    h("legend", {}, t(`shop.${series}`)),
    h("div", { class: "fields" },
      fieldOf("prefix", input(`/${series}_prefix`, values[`${series}_prefix`])),
      fieldOf("start", whole(`/${series}_start`, values[`${series}_start`]))))));

function read(form) {
  const texts = TEXTS.map((name) => [name, typed(form, `/${name}`)]);
  const series = SERIES.flatMap((name) => [
    [`${name}_prefix`, typed(form, `/${name}_prefix`) ?? ""],
    [`${name}_start`, typedNumber(form, `/${name}_start`)],
  ]);
  return { ...Object.fromEntries([...texts, ...series]), address: readAddress(form) };
}

/** Nothing in it but a country, which stands there from the start: no address. */
function readAddress(form) {
  const pairs = ADDRESS.map((name) => [name, typed(form, `/address/${name}`)]);
  const isEmpty = pairs.every(([name, text]) => text === null || name === "country");
  return isEmpty ? null : Object.fromEntries(pairs);
}

function names() {
  const series = SERIES.flatMap((name) => ["prefix", "start"].map((end) =>
    [`${name}_${end}`, `${t(`shop.${name}`)}: ${label(end)}`]));
  const others = ["address", ...TEXTS].map((name) => [name, label(name)]);
  return Object.fromEntries([...others, ...series]);
}
