// Numbers as people type them, in the way of their language: 1.234,50 or 1,234.50. They are text
// all the way; nothing is calculated.

import { number } from "./texts.js";

/** The mark before the fraction; its sister may group the thousands. */
const point = () => (number(0.5).includes(",") ? "," : ".");

/** One mark before three digits, which may be thousands as well as a fraction. */
const TWO_WAYS = /^-?[1-9]\d{0,2}[.,]\d{3}$/;

/**
 * The decimal of the wire that was typed, in the way of this language or of the other; null for
 * what is none, or could be two. `places`: how many digits a fraction may have.
 */
export function decimalOf(text, places) {
  const bare = text.replace(/[\s'’]/g, "").replace(/[−–]/g, "-").replace(/^\+/, "");
  const marks = bare.match(/[.,]/g) ?? [];
  const isOne = marks.length === 1;
  if (isOne && TWO_WAYS.test(bare)) {
    if (marks[0] === point()) return bare.replace(",", ".");
    return places < 3 ? bare.replace(/[.,]/, "") : null;
  }
  const last = isOne || new Set(marks).size > 1 ? marks.at(-1) : null;
  const [whole, fraction, ...more] = last ? bare.split(last) : [bare];
  const isWhole = /^-?(\d+|\d{1,3}([.,]\d{2,3})*[.,]\d{3})$/.test(whole);
  if (!isWhole || more.length || (last && !/^\d+$/.test(fraction))) return null;
  return whole.replace(/[.,]/g, "") + (last ? `.${fraction}` : "");
}

/** The whole number that was typed; null for what is none. */
export function wholeIn(text) {
  const plain = decimalOf(text, 0);
  return plain && /^-?\d+$/.test(plain) ? Number(plain) : null;
}

/** A decimal of the wire as it is typed; other text stays as it is. */
export function inField(text, useGrouping = true) {
  const [found, fraction = ""] = String(text ?? "").match(/^-?\d+(?:\.(\d+))?$/) ?? [];
  if (found === undefined) return text ?? "";
  const length = fraction.length;
  return number(found, {
    minimumFractionDigits: length, maximumFractionDigits: length, useGrouping,
  });
}
