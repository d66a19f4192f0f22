// Options and the variants they make, as plain data. What is changed keeps the variants that still
// fit, with their ids: their stock and their orders hang on them.

import { inField } from "../../decimals.js";
import { amount, check } from "../../form.js";
import { pick } from "../shared/saving.js";
import { SALE } from "./sale.js";

export const MAX = 250;

/** `options`: name and values; `rows`: one a variant, with a value of each option. */
export function fromProduct(product) {
  const options = product.options.map(({ name, values }) => ({ name, values: [...values] }));
  const rows = options.length ? product.variants.map((variant) => ({
    id: variant.id,
    values: options.map(({ name }) => variant.options[name]),
    lowest: variant.lowest_price_30d,
    image_id: variant.image_id ?? null,
    ...asTyped(variant),
  })) : [];
  return { options, rows, gone: [] };
}

/** The fields of a variant as their controls hold them. */
export const asTyped = (variant) => Object.fromEntries(SALE.map(({ name, make }) =>
  [name, make === check ? Boolean(variant[name]) : textIn(make, variant[name])]));

const textIn = (make, value) => String((make === amount ? inField(value) : value) ?? "");

/** One more option, still without values: the variants stay as they are. */
export function addOption(state) {
  state.options.push({ name: "", values: [] });
  for (const row of state.rows) row.values.push("");
}

export function removeOption(state, at) {
  setValues(state, at, []);
  state.options.splice(at, 1);
  for (const row of state.rows) row.values.splice(at, 1);
  state.gone = [];
}

/** Gives an option other values. A value that stands in another's place is that one, renamed. */
export function setValues(state, at, next) {
  const before = state.options[at].values;
  const renamed = renames(before, next);
  const moved = state.rows.map((row) => chosen(row, at, renamed.get(row.values[at])));
  const fit = moved.filter((row) => next.includes(row.values[at]));
  const first = next[0] ?? "";
  state.gone.push(...moved.filter((row) => row.id && fit.length && !fit.includes(row)));
  state.rows = fit.length ? fit : once(moved.map((row) => chosen(row, at, first)));
  const known = new Set([...before, ...renamed.values(), ...(fit.length ? [] : [first])]);
  const others = once(state.rows.map((row) => chosen(row, at, "")));
  for (const value of next.filter((value) => !known.has(value))) {
    for (const row of others) add(state, chosen(row, at, value).values, row);
  }
  state.options[at].values = next;
  sort(state);
}

function renames(before, next) {
  if (before.length !== next.length) return new Map();
  return new Map(before.map((value, at) => [value, next[at]])
    .filter(([value, now]) => !next.includes(value) && !before.includes(now)));
}

const chosen = (row, at, value) => ({
  ...row,
  values: row.values.map((present, index) => (index === at ? value ?? present : present)),
});

const key = ({ values }) => JSON.stringify(values);

const once = (rows) => [...new Map(rows.toReversed().map((row) => [key(row), row])).values()]
  .toReversed();

/** One more variant: the one that was there before, or a new one that costs what `like` costs. */
function add(state, values, like) {
  if (state.rows.length > MAX) return;
  const back = state.gone.find((row) => key(row) === key({ values }));
  state.gone = state.gone.filter((row) => row !== back);
  const alike = SALE.filter((one) => one.alike).map(({ name }) => name);
  state.rows.push(back ?? { values, ...asTyped({}), ...(like && pick(like, alike)) });
}

export function removeRow(state, row) {
  state.rows = state.rows.filter((other) => other !== row);
  if (row.id) state.gone.push(row);
}

/** The combinations of values that no variant has. */
export function missing(state) {
  const present = new Set(state.rows.map(key));
  let all = [[]];
  for (const { values } of state.options) {
    all = all.flatMap((start) => (values.length ? values : [""]).map((value) => [...start, value]));
    if (all.length > MAX) return [];
  }
  return all.filter((values) => !present.has(key({ values })));
}

export function addMissing(state) {
  for (const values of missing(state)) add(state, values, state.rows[0]);
  sort(state);
}

function sort(state) {
  const place = (row) => row.values.map((value, at) => state.options[at].values.indexOf(value));
  state.rows.sort((a, b) => {
    const [left, right] = [place(a), place(b)];
    const at = left.findIndex((index, n) => index !== right[n]);
    return at < 0 ? 0 : left[at] - right[at];
  });
}

/** A product with values of an option comes in variants. */
export const hasVariants = (state) => state.options.some(({ values }) => values.length > 0);
