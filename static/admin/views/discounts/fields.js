// The fields of a discount.

import { shop } from "../../api.js";
import { amount, check, field, input, select, typed, typedMoney, typedNumber, whole
  } from "../../form.js";
import { t } from "../../texts.js";
import { h } from "../../ui.js";
import { dateOf, firstDay, lastDay } from "./words.js";

const TYPES = ["percent", "amount", "free_shipping"];

export function fields(discount) {
  const type = select("/type", discount.type, TYPES.map((name) => [name, t(`discount.${name}`)]));
  const value = field(t("discount.value"), amount("/value", discount.value));
  const label = value.querySelector("label");
  // What the value means follows the type; free shipping needs none.
  const follow = () => {
    value.hidden = type.value === "free_shipping";
    label.textContent = type.value === "amount"
      ? t("discount.value_amount", { currency: shop().currency })
      : t("discount.value_percent");
  };
  type.addEventListener("change", follow);
  follow();
  return [
    h("div", { class: "fields" },
      field(t("discounts.code"), codeInput(discount.code), { hint: t("discount.code_hint") }),
      field(t("discount.type"), type),
      value),
    h("div", { class: "fields" }, conditions(discount)),
    check("/once_per_customer", t("discount.once_per_customer"), discount.once_per_customer),
    h("p", { class: "hint" }, t("discount.once_hint")),
  ];
}

const codeInput = (code) =>
  input("/code", code, { autocapitalize: "characters", spellcheck: "false", maxlength: 64 });

const conditions = (discount) => [
  field(t("discount.min_subtotal", { currency: shop().currency }),
    amount("/min_subtotal", discount.min_subtotal), { hint: t("discount.min_hint") }),
  field(t("discount.usage_limit"), whole("/usage_limit", discount.usage_limit),
    { hint: t("discount.limit_hint") }),
  field(t("discount.starts_at"), input("/starts_at", firstDay(discount), { type: "date" }),
    { hint: t("discount.starts_hint") }),
  field(t("discount.ends_at"), input("/ends_at", lastDay(discount), { type: "date" }),
    { hint: t("discount.ends_hint") }),
];

/** What the form says, for the wire. */
export function read(form) {
  const type = typed(form, "/type");
  return {
    code: typed(form, "/code"),
    type,
    value: type === "free_shipping" ? null : typedMoney(form, "/value"),
    min_subtotal: typedMoney(form, "/min_subtotal"),
    starts_at: typed(form, "/starts_at"),
    ends_at: typed(form, "/ends_at"),
    usage_limit: typedNumber(form, "/usage_limit"),
    once_per_customer: typed(form, "/once_per_customer"),
  };
}

/** As people read them: the days of times, which the form has already. */
export function readable(fields) {
  const shown = { ...fields };
  if (fields.type) shown.type = t(`discount.${fields.type}`);
  for (const [name, seconds] of [["starts_at", 0], ["ends_at", -1]]) {
    if (fields[name]?.includes("T")) shown[name] = dateOf(fields[name], seconds);
  }
  return shown;
}

/** The names of the fields, for a conflict. */
export const labels = () => ({
  code: t("discounts.code"), type: t("discount.type"), value: t("discount.value"),
  min_subtotal: t("discounts.from"), starts_at: t("discount.starts_at"),
  ends_at: t("discount.ends_at"), usage_limit: t("discount.usage_limit"),
  once_per_customer: t("discount.once_per_customer"),
});
