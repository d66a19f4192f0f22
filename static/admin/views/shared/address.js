// The fields of an address, wherever one is asked for.

import { select } from "../../form.js";
import { fieldList } from "./field_list.js";
import { anyCountry } from "./places.js";

export const ADDRESS = fieldList("order.address", [
  "name", "company", "line1", "line2", "postal_code", "city", "region",
  { name: "country", make: select, options: anyCountry },
  { name: "phone", props: { type: "tel" } },
  "vat_id",
]);
