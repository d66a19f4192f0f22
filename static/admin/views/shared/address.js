// The fields of an address, wherever one is asked for.

import { shop } from "../../api.js";
import { select } from "../../form.js";
import { h } from "../../ui.js";
import { drawFields, fieldList, readFields } from "./field_list.js";
import { anyCountry } from "./places.js";

export const ADDRESS = fieldList("order.address", [
  "name", "company", "line1", "line2", "postal_code", "city", "region",
  { name: "country", make: select, options: anyCountry },
  { name: "phone", props: { type: "tel" } },
  "vat_id",
]);

/** `at`: the pointer that the fields hang on, such as `/shipping_address`. */
export const addressFields = (at, address) => h("div", { class: "fields" },
  drawFields(ADDRESS, { ...address, country: address?.country ?? shop().country }, at));

export const readAddress = (element, at) => readFields(element, ADDRESS, at);
