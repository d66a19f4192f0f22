// The fields of a customer, and the same as people read them.

import { h } from "../dom.js";
import { area, check, field, input, typed } from "../form.js";
import { t } from "../texts.js";
import { countryName } from "./places.js";

const ADDRESS = ["name", "line1", "line2", "postal_code", "city", "region", "country"];

export const detailFields = (customer) => h("div", { class: "fields" },
  field(t("customer.name"), input("/name", customer.name, { dir: "auto", required: true })),
  field(t("customer.email"), input("/email", customer.email, { type: "email", required: true })),
  field(t("customer.phone"), input("/phone", customer.phone, { type: "tel" })),
  field(t("customer.note"), area("/note", customer.note, { dir: "auto", rows: 3 }),
    { hint: t("customer.note_hint"), wide: true }),
  h("div", { class: "wide" },
    check("/accepts_marketing", t("customer.accepts_marketing"), customer.accepts_marketing)));

export const readDetails = (form) => ({
  name: typed(form, "/name") ?? "",
  email: typed(form, "/email") ?? "",
  phone: typed(form, "/phone"),
  note: typed(form, "/note"),
  accepts_marketing: typed(form, "/accepts_marketing"),
});

/** A customer whose addresses have their fields in the order in which the form reads them. */
export const comparable = (customer) => ({
  ...customer,
  addresses: customer.addresses.map((address) =>
    Object.fromEntries(ADDRESS.map((name) => [name, address[name]]))),
});

export const labels = () => Object.fromEntries(
  ["name", "email", "phone", "note", "accepts_marketing", "addresses"]
    .map((name) => [name, t(`customer.${name}`)]));

export function readable(fields) {
  const shown = { ...fields };
  if ("accepts_marketing" in fields) {
    shown.accepts_marketing = t(fields.accepts_marketing ? "customer.yes" : "customer.no");
  }
  if (fields.addresses) shown.addresses = fields.addresses.map(line).join("; ");
  return shown;
}

const line = ({ name, line1, line2, postal_code: code, city, region, country }) =>
  [name, line1, line2, [code, city].filter(Boolean).join(" "), region, countryName(country)]
    .filter(Boolean).join(", ");
