// Deleting a product: one that was ordered is archived instead, and the page says which it was.

import { go } from "../../address.js";
import { api } from "../../api.js";
import { confirm } from "../../dialog.js";
import { t } from "../../texts.js";
import { button, run, toast } from "../../ui.js";

/** `seen()`: the product as it was last read. */
export const deleteButton = (seen) => button(t("product.delete"), async () => {
  const product = seen();
  const sure = await confirm(t("product.delete_title", { name: product.name }),
    t("product.delete_text"), t("product.delete_now"));
  if (!sure) return;
  const path = `/products/${product.id}`;
  await api.delete(path, product);
  const left = await api.get(path).catch((error) => {
    if (error.status === 404) return null;
    throw error;
  });
  go("#/products");
  if (!left) toast(t("product.deleted", { name: product.name }));
  else {
    toast(t("product.archived_instead", { name: product.name }), {
      undo: () => run(async () => {
        await api.patch(path, { status: product.status }, left);
        go(`#/products/${product.id}`);
      }),
    });
  }
}, { class: "danger" });
