// Mending the contact on an order; the customer's own record stays as it is.

import { api } from "../../api.js";
import { dialog } from "../../dialog.js";
import { form } from "../../form.js";
import { t } from "../../texts.js";
import { toast } from "../../ui.js";
import { CONTACT } from "../customers/fields.js";
import { drawFields, readFields } from "../shared/field_list.js";
import { facts, saveOver } from "../shared/saving.js";

const AT = "/customer";

export const editContact = (order, changed) => dialog(t("order.edit_contact"), (close) =>
  form(drawFields(CONTACT, order.customer, AT), async (element) => {
    const change = { customer: readFields(element, CONTACT, AT) };
    const saved = await saveOver(order, change,
      (seen) => api.patch(`/orders/${order.id}`, change, seen), { customer: t("order.buyer") },
      ({ customer }) => ({ customer: facts([customer], null, (name) => t(`customer.${name}`)) }));
    if (!saved) return false;
    close(true);
    await changed(saved);
    toast(t("order.contact_saved"));
    return true;
  }, { cancel: () => close() }));
