// The fields of a discount.

import { shop } from "../../api.js";
import { inField } from "../../decimals.js";
import { amount, check, select, whole } from "../../form.js";
import { t } from "../../texts.js";
import { h } from "../../ui.js";
import { blankOf, controlIn, drawFields, fieldList, labelsOf, readFields
  } from "../shared/field_list.js";
import { dateOf } from "./words.js";

const TYPES = ["percent", "amount", "free_shipping"];

const WORTH = fieldList("discount", [
  {
    name: "code", fresh: "", label: "discounts.code", hint: true,
    props: { autocapitalize: "characters", spellcheck: "false", maxlength: 64 },
  },
  {
    name: "type", fresh: "percent", make: select,
    options: () => TYPES.map((name) => [name, t(`discount.${name}`)]),
  },
  { name: "value", make: amount },
]);
const CONDITIONS = fieldList("discount", [
  { name: "min_subtotal", make: amount, hint: "discount.min_hint" },
  {
    name: "starts_at", hint: "discount.starts_hint", props: { type: "date" },
    show: (time) => dateOf(time),
  },
  {
    name: "ends_at", hint: "discount.ends_hint", props: { type: "date" },
    show: (time) => dateOf(time, -1),
  },
  { name: "usage_limit", make: whole, hint: "discount.limit_hint" },
]);
const ONCE = fieldList("discount", [{ name: "once_per_customer", make: check, fresh: false }]);
const ALL = [...WORTH, ...CONDITIONS, ...ONCE];

/** A new discount, as the shop would answer it. */
export const FRESH = blankOf(ALL);

export function fields(discount) {
  const worth = drawFields(WORTH, discount);
  const [, , value] = worth;
  const type = controlIn(worth[1]);
  const label = value.querySelector("label");
  // The meaning of the value follows the type; free shipping needs none.
  const follow = () => {
    value.hidden = type.value === "free_shipping";
    controlIn(value).dataset.reads = type.value === "amount" ? "not_money" : "not_a_percentage";
    label.textContent = type.value === "amount"
      ? t("discount.value_amount", { currency: shop().currency })
      : t("discount.value_percent");
  };
  type.addEventListener("change", follow);
  follow();
  const [least, from, to, limit] = drawFields(CONDITIONS, discount);
  return [
    h("div", { class: "fields" }, worth),
    h("div", { class: "fields" }, least, limit, from, to),
    drawFields(ONCE, discount),
    h("p", { class: "hint" }, t("discount.once_hint")),
  ];
}

/** The form's answers, for the wire. */
export function read(form) {
  const said = readFields(form, ALL);
  return { ...said, value: said.type === "free_shipping" ? null : said.value };
}

/** The fields as people read them: the days of times, which the form has already. */
export function readable(fields) {
  const shown = { ...fields };
  if (fields.type) shown.type = t(`discount.${fields.type}`);
  for (const name of ["value", "min_subtotal"]) {
    if (fields[name]) shown[name] = inField(fields[name]);
  }
  for (const [name, seconds] of [["starts_at", 0], ["ends_at", -1]]) {
    if (fields[name]?.includes("T")) shown[name] = dateOf(fields[name], seconds);
  }
  return shown;
}

/** The names of the fields, for a conflict. */
export const labels = () => ({ ...labelsOf(ALL), min_subtotal: t("discounts.from") });
