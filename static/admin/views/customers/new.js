// A new customer: name and e-mail are enough, the rest is on the customer's own page.

import { go } from "../../address.js";
import { api } from "../../api.js";
import { dialog } from "../../dialog.js";
import { form } from "../../form.js";
import { t } from "../../texts.js";
import { toast } from "../../ui.js";
import { drawFields, readFields } from "../shared/field_list.js";
import { CONTACT } from "./fields.js";

export async function newCustomer() {
  const made = await dialog(t("customers.new"), (close) => form(drawFields(CONTACT, {}),
    async (element) => close(await api.post("/customers", readFields(element, CONTACT))),
    { action: t("customers.create"), cancel: () => close() }));
  if (!made) return;
  toast(t("product.created", { name: made.name }));
  go(`#/customers/${made.id}`);
}
