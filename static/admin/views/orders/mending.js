// Mending what an order says: its contact, an address, the note of the team, a parcel.

import { api } from "../../api.js";
import { dialog } from "../../dialog.js";
import { area, form } from "../../form.js";
import { t } from "../../texts.js";
import { h, run, toast } from "../../ui.js";
import { CONTACT } from "../customers/fields.js";
import { addressFields, readAddress } from "../shared/address.js";
import { drawFields, fieldList, labelsOf, readFields } from "../shared/field_list.js";
import { changes, facts, saveOver } from "../shared/saving.js";
import { CARRIERS } from "./carriers.js";

const NOTE = fieldList("order", [
  {
    name: "staff_note", label: "order.note", make: area, hint: true, props: { autofocus: true },
  },
]);
const PARCEL = fieldList("order", [
  { name: "tracking_number", props: { autofocus: true, required: true } },
  { name: "carrier", props: { list: "carriers", required: true } },
  { name: "expected_delivery_date", props: { type: "date" } },
]);

/** The customer's own record stays as it is. */
export const editContact = (order, changed) => mend(order, changed, {
  title: "order.edit_contact", said: "order.contact_saved",
  fields: drawFields(CONTACT, order.customer, "/customer"),
  read: (element) => ({ customer: readFields(element, CONTACT, "/customer") }),
  labels: { customer: t("order.buyer") },
  show: ({ customer }) => ({ customer: facts([customer], null, (name) => t(`customer.${name}`)) }),
});

export const editPlace = (order, which, changed) => mend(order, changed, {
  title: `order.${which}`, said: "order.address_saved",
  fields: addressFields(`/${which}`, order[which]),
  read: (element) => ({ [which]: readAddress(element, `/${which}`) }),
  labels: { [which]: t(`order.${which}`) },
  show: (all) => ({
    [which]: facts([all[which] ?? {}], null, (name) => t(`order.address.${name}`)),
  }),
});

export const editParcel = (order, parcel, changed) => mend(order, changed, {
  title: "order.edit_parcel", said: "order.parcel_saved",
  path: `/orders/${order.id}/shipments/${parcel.id}`,
  fields: [
    h("div", { class: "fields" }, drawFields(PARCEL, parcel)),
    h("datalist", { id: "carriers" }, CARRIERS.map((value) => h("option", { value }))),
  ],
  read: (element) => changes(parcel, readFields(element, PARCEL)),
  labels: labelsOf(PARCEL),
});

export const editNote = (order, changed) => mend(order, changed, {
  title: "order.staff_note", said: "order.note_saved", draft: `note ${order.id}`,
  fields: drawFields(NOTE, order),
  read: (element) => readFields(element, NOTE),
  labels: labelsOf(NOTE),
  undo: (saved) => run(async () => {
    const before = { staff_note: order.staff_note };
    await changed(await api.patch(`/orders/${order.id}`, before, saved));
  }),
});

/**
 * A window that saves over what others changed meanwhile (`labels`, `show`: as `saveOver` has
 * them). `undo(saved)` is the way back of the toast.
 */
function mend(order, changed, mending) {
  const { title, said, path = `/orders/${order.id}`, draft, fields, labels, show, undo } = mending;
  return dialog(t(title), (close) => form(fields, async (element) => {
    const change = mending.read(element);
    const send = (seen) => api.patch(path, change, seen);
    const saved = await saveOver(order, change, send, labels, show);
    if (!saved) return false;
    // The next window begins from the order as it is now.
    await changed(saved);
    close(true);
    toast(t(said), { undo: undo && (() => undo(saved)) });
    return true;
  }, { draft, cancel: () => close() }));
}
