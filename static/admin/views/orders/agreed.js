// What is agreed to on the phone: goods that the shop does not list, prices of their own, a
// discount, a time, and what is paid at once.

import { decimalOf } from "../../decimals.js";
import { amount, input, moneyOf, select } from "../../form.js";
import { t } from "../../texts.js";
import { h } from "../../ui.js";
import { controlIn, drawFields, fieldList, readFields } from "../shared/field_list.js";
import { taxCategories } from "../shared/tax_categories.js";

const PAID = ["cash", "card", "bank_transfer", "other"];
const AGREED = fieldList("order_new", [
  { name: "discount", hint: true, props: { inputmode: "decimal" } },
  { name: "reason", show: () => t("order_new.agreed") },
  {
    name: "paid", make: select,
    options: () =>
      [["", t("order_new.not_paid")], ...PAID.map((name) => [name, t(`method.${name}`)])],
  },
]);
const PICKUP = fieldList("order_new", [
  { name: "pickup_at", props: { type: "datetime-local" } },
]);

/** A line that the shop does not list. */
export const freeLine = () =>
  ({ free: true, name: "", price: "", quantity: 1, category: "standard", image: null });

/** The fields of the name of a free line. `at`: its place among the lines. */
export function freeName(line, at) {
  const name = input(`/items/${at}/name`, line.name, {
    "aria-label": t("order_new.free_name"), placeholder: t("order_new.free_name"), size: 12,
    oninput: () => { line.name = name.value; },
  });
  const known = taxCategories(line.category);
  const category = select(`/items/${at}/tax_category`, line.category, known, {
    "aria-label": t("tax.category"), onchange: () => { line.category = category.value; },
  });
  return [name, known.length > 1 && category];
}

/** The price of one unit; of a product it can be another than the shop asks. */
export function priceField(line, at, id, name) {
  const control = amount(`/items/${at}/unit_price`, line.agreed ?? line.price, {
    id, "aria-label": t("order_new.price_of", { name }), "aria-describedby": `${id}-fault`,
    oninput: () => { line.agreed = control.value; },
  });
  return control;
}

/** A line for the wire. A product's price is sent where it is another one. */
export function lineOf({ free, product_id, variant_id, name, price, agreed, category, quantity }) {
  const said = agreed === undefined ? null : moneyOf(agreed.trim());
  if (free) return { name, unit_price: said ?? price, tax_category: category, quantity };
  const other = said !== null && said !== price && Number(said) !== Number(price);
  return {
    product_id, variant_id, quantity,
    ...(other && { unit_price: said, reason: t("order_new.agreed") }),
  };
}

/** Fields of the whole order. */
export function agreedFields() {
  const fields = drawFields(AGREED, {});
  const [pickup] = drawFields(PICKUP, {});
  pickup.hidden = true;
  const element = h("details", {}, h("summary", {}, t("order_new.agreements")),
    h("div", { class: "fields" }, fields, pickup));
  const [discount] = fields.map(controlIn);
  return {
    element, discount,
    /** A time belongs to what is fetched. */
    show: (isPickup) => { pickup.hidden = !isPickup; },
    read: (form) => read(readFields(form, AGREED), !pickup.hidden && readFields(form, PICKUP)),
  };
}

function read({ discount, reason, paid }, { pickup_at } = {}) {
  const percent = discount?.endsWith("%") && discount.slice(0, -1).trim();
  const value = percent
    ? { percent: decimalOf(percent, 4) ?? percent }
    : { amount: moneyOf(discount) };
  return {
    discount: discount && { ...value, reason },
    paid: paid && { method: paid },
    pickup_at: pickup_at || null,
  };
}
