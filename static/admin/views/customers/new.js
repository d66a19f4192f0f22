// A new customer: name and e-mail are enough, the rest is on the customer's own page.

import { go } from "../../address.js";
import { api } from "../../api.js";
import { dialog } from "../../dialog.js";
import { field, form, input, typed } from "../../form.js";
import { t } from "../../texts.js";
import { h, toast } from "../../ui.js";

export async function newCustomer() {
  const made = await dialog(t("customers.new"), (close) => form([
    field(t("customer.name"), input("/name", "", { dir: "auto", required: true, autofocus: true })),
    field(t("customer.email"), input("/email", "", { type: "email", required: true })),
    field(t("customer.phone"), input("/phone", "", { type: "tel" })),
  ], async (element) => {
    close(await api.post("/customers", {
      name: typed(element, "/name") ?? "",
      email: typed(element, "/email") ?? "",
      phone: typed(element, "/phone"),
    }));
  }, { action: t("customers.create"), cancel: () => close() }));
  if (!made) return;
  toast(t("product.created", { name: made.name }));
  go(`#/customers/${made.id}`);
}
