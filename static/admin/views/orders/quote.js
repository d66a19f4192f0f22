// The quote for a new order, as the shop says it: ways of shipping and paying, sums, what is short.

import { shop } from "../../api.js";
import { select } from "../../form.js";
import { sentence } from "../../refusals.js";
import { date, minor, money, t } from "../../texts.js";
import { fill, h, words } from "../../ui.js";
import { controlIn, drawFields, fieldList, readFields } from "../shared/field_list.js";
import { discountRows, sumTable, taxLines } from "./items.js";

const WAYS = fieldList("order", [
  { name: "shipping_method", label: "order.shipping", make: select, options: () => [] },
  { name: "payment_method", label: "order.payment", make: select, options: () => [] },
]);

/** Fields that keep what was chosen while the shop offers other ways. */
export function ways() {
  const fields = drawFields(WAYS, {});
  const [shipping, payment] = fields.map(controlIn);
  const element = h("div", { class: "fields", hidden: true }, fields);
  const offer = (control, list, chosen) => {
    const options = list.map(([value, text]) => h("option", { value }, text));
    fill(control, options);
    control.value = chosen;
  };
  const show = (quote) => {
    element.hidden = false;
    offer(shipping, quote.shipping_methods.map((method) =>
      [method.code, `${method.name} – ${money(method.price, quote.currency)}`]),
    quote.shipping_method);
    offer(payment, quote.payment_methods.map(({ method }) => [method, t(`method.${method}`)]),
      quote.payment_method);
  };
  return { element, show, read: (form) => readFields(form, WAYS) };
}

export const needsAddress = (quote) =>
  quote.shipping_methods.find(({ code }) => code === quote.shipping_method)?.needs_address ?? false;

/** A quote that the buyer comes for, who then needs no address. */
export const isPickup = (quote) =>
  shop().shipping_methods.some(({ code, pickup }) => pickup && code === quote.shipping_method);

export function totals(quote) {
  return [
    // What cannot be had is left out of the sums; the rest of the order is not spoilt by it.
    quote.problems.map((fault) => h("p", { class: "fault" }, sentence(fault))),
    sumTable(t("order.total"), quote.currency, [
      [t("order.subtotal"), quote.subtotal],
      ...discountRows(quote),
      [t("order.shipping"), quote.shipping_total],
      ...taxLines(quote),
      [t("order.total"), quote.total, "total"],
    ]),
    quote.tax_note && h("p", { class: "hint" }, words(quote.tax_note)),
    quote.expected_delivery_date && h("p", { class: "hint" },
      t("order.expected", { date: date(quote.expected_delivery_date) })),
  ];
}

/** Says at each line what there is not enough of. */
export function showShort(form, quote) {
  for (const control of form.querySelectorAll("[name^='/items/'][name$='/quantity']")) {
    const short = quote.short.find(({ pointer }) => pointer === control.name);
    const fault = form.querySelector(`[id="${control.id}-fault"]`);
    fill(fault, short ? sentence(short) : "").hidden = !short;
    if (short) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }
}
