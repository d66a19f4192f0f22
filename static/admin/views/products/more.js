// What few products need: the price of a measure, who made it, what to be careful about.

import { inField } from "../../decimals.js";
import { area, check, fraction, select } from "../../form.js";
import { money, t } from "../../texts.js";
import { h } from "../../ui.js";
import { drawFields, fieldList, readFields } from "../shared/field_list.js";

const UNITS = ["g", "kg", "ml", "l", "m", "m2", "piece"];
const AT = "/unit_price";

const nameOf = (unit) => t(`unit.${unit}`);

const UNIT = fieldList("product.unit", [
  { name: "measure", make: fraction, hint: true },
  {
    name: "unit", make: select,
    options: () => [["", "–"], ...UNITS.map((unit) => [unit, nameOf(unit)])],
  },
  { name: "per", make: fraction, hint: true },
]);
export const MORE = fieldList("product", [
  { name: "manufacturer", make: area, hint: true, props: { rows: 3, dir: "auto" } },
  { name: "safety_note", make: area, hint: true, props: { rows: 3, dir: "auto" } },
  { name: "restock_returns", make: check, fresh: true },
]);

/** Folded away where nothing is in it. */
export function moreCard(product) {
  const { unit_price: unit, restock_returns: back } = product;
  const isUsed = unit || product.manufacturer || product.safety_note || !back;
  return h("details", { class: "card", open: Boolean(isUsed) },
    h("summary", {}, h("h2", {}, t("product.more"))),
    h("fieldset", { class: "plain" },
      h("legend", {}, t("product.unit_price")),
      h("div", { class: "fields units" }, drawFields(UNIT, unit ?? {}, AT)),
      costs(unit ?? {})),
    drawFields(MORE, product));
}

/** The price that follows, which the shop calculates. */
const costs = ({ price, per, unit }) => price && h("p", { class: "hint" },
  t("product.unit_costs", { price: money(price), per: inField(per), unit: nameOf(unit) }));

export function readMore(form) {
  const unit = readFields(form, UNIT, AT);
  const isGiven = unit.measure || unit.unit || unit.per;
  return { ...readFields(form, MORE), unit_price: isGiven ? unit : null };
}

/** As it is sent: without the price that follows from it. */
export const bareUnit = (unit) =>
  unit && { measure: unit.measure, unit: unit.unit, per: unit.per };

export const unitText = ({ measure, unit, per }) =>
  `${inField(measure)} ${nameOf(unit)} (${inField(per)} ${nameOf(unit)})`;
