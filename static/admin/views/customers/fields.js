// The fields of a customer, and the same as people read them.

import { area, check, field, input, typed } from "../../form.js";
import { t } from "../../texts.js";
import { h } from "../../ui.js";
import { countryName } from "../shared/places.js";

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

export const labels = () => Object.fromEntries(
  ["name", "email", "phone", "note", "accepts_marketing", "addresses"]
    .map((name) => [name, t(`customer.${name}`)]));

export function readable(fields) {
  const lines = fields.addresses?.map((address, at) => [at + 1, line(address)]);
  return { ...fields, ...(lines && { addresses: Object.fromEntries(lines) }) };
}

/** An address in one line. */
export const line = ({ name, line1, line2, postal_code: code, city, region, country }) =>
  [name, line1, line2, [code, city].filter(Boolean).join(" "), region, countryName(country)]
    .filter(Boolean).join(", ");
