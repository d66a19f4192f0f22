// The fields of a variant: what it costs and how many there are. One list for the only variant, for
// the table of several, and for what is sent of either. `alike`: a further variant begins with what
// another one has; `beside(row)`: what stands by the cell, and what that means.

import { amount, check, whole } from "../../form.js";
import { money, t } from "../../texts.js";
import { card, h } from "../../ui.js";
import { drawFields, fieldList, readFields } from "../shared/field_list.js";

export const SALE = fieldList("product", [
  { name: "price", make: amount, props: { required: true }, alike: true },
  {
    name: "compare_at_price", make: amount, alike: true,
    // Beside a price that is struck through, the law of the EU wants the lowest one before.
    hint: ({ lowest_price_30d: lowest }) => (lowest
      ? t("product.lowest_price_hint", { price: money(lowest) })
      : t("product.compare_at_price_hint")),
    beside: ({ lowest }) => lowest && [t("product.short.lowest", { price: money(lowest) }),
      t("product.lowest_price_hint", { price: money(lowest) })],
  },
  "sku",
  "barcode",
  { name: "stock", make: whole, hint: true },
  { name: "low_stock_at", make: whole, hint: true },
  { name: "weight_grams", make: whole, alike: true },
  { name: "allow_backorder", make: check, fresh: false, wide: true, alike: true },
]);

export const saleCard = (product) => card(t("product.sale"),
  h("div", { class: "fields" }, drawFields(SALE, product)));

/** The form's answers about the only variant. */
export const readSale = (form) => readFields(form, SALE);

/** Puts a variant's texts into the controls of the only one. */
export function writeSale(form, row) {
  for (const { name, make } of SALE) {
    const control = form.elements[`/${name}`];
    if (make === check) control.checked = row[name];
    else control.value = row[name];
  }
}
