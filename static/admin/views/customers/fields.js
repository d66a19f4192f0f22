// The fields of a customer, and the same as people read them.

import { area, check } from "../../form.js";
import { t } from "../../texts.js";
import { fieldList, labelsOf, needed } from "../shared/field_list.js";
import { countryName } from "../shared/places.js";

/** The fields that are enough for a new customer. */
export const CONTACT = fieldList("customer", [
  {
    name: "name", take: needed,
    props: ({ id }) => ({ dir: "auto", required: true, autofocus: !id }),
  },
  { name: "email", take: needed, props: { type: "email", required: true } },
  { name: "phone", props: { type: "tel" } },
]);

export const DETAILS = [...CONTACT, ...fieldList("customer", [
  { name: "note", make: area, hint: true, wide: true, props: { dir: "auto", rows: 3 } },
  { name: "accepts_marketing", make: check, wide: true },
])];

export const labels = () => ({ ...labelsOf(DETAILS), addresses: t("customer.addresses") });

export function readable(fields) {
  const lines = fields.addresses?.map((address, at) => [at + 1, line(address)]);
  return { ...fields, ...(lines && { addresses: Object.fromEntries(lines) }) };
}

/** An address in one line. */
function line(address) {
  const { name, company, line1, line2, postal_code: code, city, region, country } = address;
  const town = [code, city].filter(Boolean).join(" ");
  return [
    name, company, line1, line2, town, region, countryName(country), address.phone, address.vat_id,
  ].filter(Boolean).join(", ");
}
