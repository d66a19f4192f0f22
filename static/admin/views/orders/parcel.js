// Mending what was typed of a parcel: its carrier and its number.

import { api } from "../../api.js";
import { dialog } from "../../dialog.js";
import { form } from "../../form.js";
import { t } from "../../texts.js";
import { h, toast } from "../../ui.js";
import { drawFields, fieldList, labelsOf, readFields } from "../shared/field_list.js";
import { changes, saveOver } from "../shared/saving.js";
import { CARRIERS } from "./carriers.js";

const PARCEL = fieldList("order", [
  { name: "tracking_number", props: { autofocus: true, required: true } },
  { name: "carrier", props: { list: "carriers", required: true } },
  { name: "expected_delivery_date", props: { type: "date" } },
]);

export const editParcel = (order, parcel, changed) => dialog(t("order.edit_parcel"), (close) =>
  form([
    h("div", { class: "fields" }, drawFields(PARCEL, parcel)),
    h("datalist", { id: "carriers" }, CARRIERS.map((value) => h("option", { value }))),
  ], async (element) => {
    const change = changes(parcel, readFields(element, PARCEL));
    const path = `/orders/${order.id}/shipments/${parcel.id}`;
    const saved = await saveOver(order, change, (seen) => api.patch(path, change, seen),
      labelsOf(PARCEL));
    if (!saved) return false;
    close(true);
    await changed(saved);
    toast(t("order.parcel_saved"));
    return true;
  }, { cancel: () => close() }));
