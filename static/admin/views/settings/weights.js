// What a way of shipping costs by the weight of the goods: rows of grams and a price.

import { shop } from "../../api.js";
import { amount, typed, whole } from "../../form.js";
import { money, number, t } from "../../texts.js";
import { fill, h, uid } from "../../ui.js";
import { blankOf, drawFields, fieldList, sent } from "../shared/field_list.js";

const ROW = fieldList("shipping", [
  { name: "up_to_grams", make: whole },
  { name: "price", label: "shipping.weight_price", make: amount },
]);
const LIST = "prices_by_weight";

/** The rows of a method, in the small form of it; `rowList` gives their controls their names. */
export function weights(method) {
  const place = h("div", { class: "weights" });
  const draw = (row) => {
    const one = h("div", { class: "weight", role: "group", "aria-label": t("shipping.weight") },
      drawFields(ROW, row, null),
      h("button", { type: "button", class: "link", onclick: () => {
        const next = one.nextElementSibling ?? one.previousElementSibling;
        one.remove();
        changed();
        (next?.querySelector("input") ?? adding).focus();
      } }, t("rows.remove")));
    return one;
  };
  const changed = () => {
    name(place);
    place.dispatchEvent(new Event("rows", { bubbles: true }));
  };
  const adding = h("button", { type: "button", class: "link", onclick: () => {
    const row = draw(blankOf(ROW));
    place.append(row);
    changed();
    row.querySelector("input").focus();
  } }, t("shipping.add_weight"));
  fill(place, method[LIST]?.map(draw));
  name(place);
  return h("fieldset", { class: "plain", id: uid("weights") },
    h("legend", {}, t(`shipping.${LIST}`)),
    h("p", { class: "hint" }, t("shipping.weights_hint")), place, adding);
}

/** Each control is called by its place in the list, and that by the place of its method. */
function name(place) {
  const method = place.closest("fieldset[name]")?.name ?? place.parentElement?.parentElement?.name;
  [...place.children].forEach((row, at) => ROW.forEach(({ name: field }, which) => {
    const control = row.querySelectorAll("input")[which];
    control.dataset.field = `${LIST}/${at}/${field}`;
    if (method) control.name = `${method}/${control.dataset.field}`;
  }));
}

/** The rows for the wire. */
export const readWeights = (row) => [...row.querySelectorAll(".weight")].map((one) =>
  Object.fromEntries(ROW.map((field, which) => {
    const { name: pointer, form } = one.querySelectorAll("input")[which];
    return [field.name, sent(field, typed(form, pointer))];
  })));

/** As people read them. */
export const weightsInWords = (rows) => rows.map(({ up_to_grams: grams, price }) =>
  t("shipping.weight_step", { grams: number(grams), price: money(price, shop().currency) }));
