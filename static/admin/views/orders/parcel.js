// Mending what was typed of a parcel: its carrier and its number.

import { api } from "../../api.js";
import { h } from "../../ui.js";
import { drawFields, fieldList, labelsOf, readFields } from "../shared/field_list.js";
import { changes, saveOver } from "../shared/saving.js";
import { CARRIERS } from "./carriers.js";
import { mend } from "./mending.js";

const PARCEL = fieldList("order", [
  { name: "tracking_number", props: { autofocus: true, required: true } },
  { name: "carrier", props: { list: "carriers", required: true } },
  { name: "expected_delivery_date", props: { type: "date" } },
]);

export const editParcel = (order, parcel, changed) => mend("order.edit_parcel", [
  h("div", { class: "fields" }, drawFields(PARCEL, parcel)),
  h("datalist", { id: "carriers" }, CARRIERS.map((value) => h("option", { value }))),
], (element) => {
  const change = changes(parcel, readFields(element, PARCEL));
  const path = `/orders/${order.id}/shipments/${parcel.id}`;
  return saveOver(order, change, (seen) => api.patch(path, change, seen), labelsOf(PARCEL));
}, changed, "order.parcel_saved");
