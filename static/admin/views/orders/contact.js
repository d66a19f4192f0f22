// Mending the contact on an order; the customer's own record stays as it is.

import { api } from "../../api.js";
import { t } from "../../texts.js";
import { CONTACT } from "../customers/fields.js";
import { drawFields, readFields } from "../shared/field_list.js";
import { facts, saveOver } from "../shared/saving.js";
import { mend } from "./mending.js";

const AT = "/customer";

export const editContact = (order, changed) =>
  mend("order.edit_contact", drawFields(CONTACT, order.customer, AT), (element) => {
    const change = { customer: readFields(element, CONTACT, AT) };
    return saveOver(order, change,
      (seen) => api.patch(`/orders/${order.id}`, change, seen), { customer: t("order.buyer") },
      ({ customer }) => ({ customer: facts([customer], null, (name) => t(`customer.${name}`)) }));
  }, changed, "order.contact_saved");
