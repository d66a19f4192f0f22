// One value for all variants of a product: what differs in none of them is typed once.

import { amount, field, input, select, whole } from "../../form.js";
import { t } from "../../texts.js";
import { h, toast } from "../../ui.js";
import { SALE } from "./sale.js";

/** Numbers can be the same; a SKU and a barcode belong to one. */
const FIELDS = SALE.filter(({ make }) => make === amount || make === whole)
  .map(({ name }) => name);
const nameOf = (name) => t(`product.short.${name}`);

/** `rows()`: those of the variants now; `changed()` draws them. It is no part of what is saved. */
export function sameForAll(rows, changed) {
  const what = select(null, FIELDS[0], FIELDS.map((name) => [name, nameOf(name)]));
  const box = input(null, "", {
    class: "number", inputmode: "decimal", onkeydown: (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      set();
    },
  });
  const set = () => {
    const name = what.value;
    const before = rows().map((row) => [row, row[name]]);
    for (const row of rows()) row[name] = box.value.trim();
    changed();
    // It was drawn anew with the table.
    box.focus();
    toast(t("product.same_done", { n: before.length, name: nameOf(name) }), { undo: () => {
      for (const [row, value] of before) row[name] = value;
      changed();
    } });
  };
  return h("div", { class: "fields same" },
    field(t("product.same"), what), field(t("product.same_value"), box),
    h("button", { type: "button", onclick: set }, t("product.same_set")));
}
