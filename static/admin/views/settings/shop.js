// The shop itself: what it is called, where it is, and how it numbers.

import { select, whole } from "../../form.js";
import { t } from "../../texts.js";
import { card, h } from "../../ui.js";
import { ADDRESS } from "../shared/address.js";
import { drawFields, fieldList, labelsOf, needed, readFields } from "../shared/field_list.js";
import { anyCountry, currencies, timeZones } from "../shared/places.js";
import { facts } from "../shared/saving.js";
import { settingsForm } from "./form.js";

const SHOP = fieldList("shop", [
  { name: "name", props: { autocomplete: "organization" } },
  { name: "email", hint: true, props: { type: "email" } },
  { name: "tax_number", hint: true },
  { name: "public_url", hint: true, props: { type: "url", placeholder: "https://" } },
]);
const PLACE = fieldList("shop", [
  { name: "country", make: select, hint: true, options: anyCountry },
  { name: "currency", make: select, hint: true, options: (values) => currencies(values.currency) },
  { name: "time_zone", make: select, hint: true, options: (values) => timeZones(values.time_zone) },
]);
const AT = "/address";
const OWN = ["name", "country", "phone"];
const HOME = ADDRESS.map((one) =>
  (OWN.includes(one.name) ? { ...one, label: `shop.address_${one.name}` } : one));
const SERIES = ["order_number", "invoice_number", "credit_note_number"].map((series) => ({
  name: series,
  fields: fieldList("shop", [
    { name: `${series}_prefix`, label: "shop.prefix", take: needed },
    { name: `${series}_start`, label: "shop.start", make: whole },
  ]),
}));

export const part = () => settingsForm("shop", (values) => ({
  children: [
    card(t("settings.shop"), drawn(SHOP, values)),
    card(t("shop.address"),
      h("p", { class: "hint" }, t("shop.address_hint")),
      drawn(HOME, values.address ?? { country: values.country }, AT)),
    card(t("shop.place"), drawn(PLACE, values)),
    numbers(values),
  ],
  read,
  names: names(),
  readable: (all) => ({
    ...all,
    ...(all.address && {
      address: facts([all.address], null, (name) => labelsOf(HOME)[name]),
    }),
  }),
}));

const drawn = (...fields) => h("div", { class: "fields" }, drawFields(...fields));

const numbers = (values) => card(t("shop.numbers"),
  h("p", { class: "hint" }, t("shop.numbers_hint")),
  SERIES.map(({ name, fields }) => h("fieldset", {},
    h("legend", {}, t(`shop.${name}`)), drawn(fields, values))));

const read = (form) => ({
  ...readFields(form, [...SHOP, ...PLACE, ...SERIES.flatMap(({ fields }) => fields)]),
  address: readAddress(form),
});

/** Nothing in it but a country, which stands there from the start: no address. */
function readAddress(form) {
  const address = readFields(form, HOME, AT);
  const { country, ...others } = address;
  return Object.values(others).some((text) => text !== null) ? address : null;
}

function names() {
  const series = SERIES.flatMap(({ name, fields }) => Object.entries(labelsOf(fields))
    .map(([field, label]) => [field, `${t(`shop.${name}`)}: ${label}`]));
  return {
    address: t("shop.address"), ...labelsOf([...SHOP, ...PLACE]), ...Object.fromEntries(series),
  };
}
