// The fields of a form in one list, which draws them and reads them: what is asked for is sent, and
// nothing is sent that has no field.

import { shop } from "../../api.js";
import { amount, check, field, fraction, fractionOf, input, moneyOf, select, typed, whole, wholeOf
  } from "../../form.js";
import { t } from "../../texts.js";
import { h } from "../../ui.js";

/**
 * A list of fields whose texts begin with `texts`: `email` of `customer` is called by the text
 * `customer.email`. A plain line of text is its name alone. Others say what is special about
 * them: `make`, which makes the control (of `form.js`, or `secret`), and `options(values)` of a
 * select; `label` and `hint`, keys of texts or functions of the values, `hint: true` the usual
 * key; `props`, those of the control or a function of the values; `wide`; `show(value)`, the text
 * in the control; `take(said)`, what is sent for what was typed; `fresh`, the value in something
 * new.
 */
export const fieldList = (texts, fields) => fields.map((one) => {
  const given = typeof one === "string" ? { name: one } : one;
  const { name, hint } = given;
  return {
    make: input, label: `${texts}.${name}`, fresh: null, ...given,
    hint: hint === true ? `${texts}.${name}_hint` : hint,
  };
});

/** A password that is chosen here; it is sent as it was typed. */
export const secret = (name, value, props) =>
  input(name, value, { type: "password", autocomplete: "new-password", ...props });

/** A text that the shop wants even when it is empty, which it says something about. */
export const needed = (text) => text ?? "";

const plain = (what, values) => (typeof what === "function" ? what(values) : what);
const say = (text, values) =>
  (typeof text === "function" ? text(values) : text && t(text, { currency: shop().currency }));

/**
 * Draws the fields. `at`: the pointer that their names hang on; null in a row of a list, which
 * names them by its place.
 */
export const drawFields = (fields, values, at = "") => fields.map((one) => {
  const { name, make, options, show, hint, wide } = one;
  const label = say(one.label, values);
  const pointer = at === null ? null : `${at}/${name}`;
  const value = show ? show(values[name]) : values[name];
  const props = { ...plain(one.props, values), "data-field": at === null && name };
  if (make === check) {
    const box = check(pointer, label, value, props);
    return wide ? h("div", { class: "wide" }, box) : box;
  }
  const control = make === select
    ? select(pointer, value ?? "", options(values), props)
    : make(pointer, value, props);
  return field(label, control, { hint: say(hint, values), wide });
});

/** The control of a field that was drawn. */
export const controlIn = (drawn) => drawn.querySelector("input, select, textarea");

/** Reads the fields of a form, or of a row of a list, for the wire; `at`: as they were drawn. */
export const readFields = (form, fields, at = "") => Object.fromEntries(fields.map((one) => {
  const pointer = `${at}/${one.name}`;
  const isSecret = one.make === secret;
  return [one.name, sent(one, isSecret ? form.elements[pointer].value : typed(form, pointer))];
}));

const WIRE = new Map([[amount, moneyOf], [fraction, fractionOf], [whole, wholeOf]]);

/** The value for the wire of what was typed in a field. */
export function sent({ make, take }, said) {
  const value = WIRE.has(make) ? WIRE.get(make)(said) : said;
  return take ? take(value) : value;
}

/** Name to label, for the comparison after a conflict. */
export const labelsOf = (fields) =>
  Object.fromEntries(fields.map(({ name, label }) => [name, say(label, {})]));

/** The fields of something new. */
export const blankOf = (fields) =>
  Object.fromEntries(fields.map(({ name, fresh }) => [name, fresh]));

const REMOVAL = "remove";

/**
 * A secret that is written and never read: its field stays empty, and a tick takes away what is
 * stored. `has`: whether one is.
 */
export function drawWritten(fields, at, has) {
  const props = { placeholder: has ? "••••••••" : null };
  const drawn = drawFields(fields.map((one) => ({ ...one, make: secret, props })), {}, at);
  return [drawn, has && check(`${at}/${REMOVAL}`, t("remove_stored"), false)];
}

/** What is sent of it: nothing where it stays, null where it goes. */
export function readWritten(form, [{ name }], at) {
  const said = form.elements[`${at}/${name}`].value;
  if (said) return { [name]: said };
  return form.elements[`${at}/${REMOVAL}`]?.checked ? { [name]: null } : {};
}
