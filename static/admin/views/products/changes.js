// What can be changed of many products at once: what each change makes of a product.

import { decimal, minor } from "../../texts.js";
import { pick, same } from "../shared/saving.js";

/** All of a price, in hundredths of a percent. */
export const WHOLE = 10_000n;

/** Hundredths of a percent of what was typed, such as "7,5"; null for what is none. */
export function percentOf(text) {
  const found = text.trim().replace(",", ".").match(/^(\d{1,4})(?:\.(\d{1,2}))?$/);
  return found && BigInt(found[1]) * 100n + BigInt((found[2] ?? "").padEnd(2, "0"));
}

/** A price after so many hundredths of a percent, rounded half up to the currency's digits. */
export const changed = (price, by) =>
  decimal((minor(price) * (WHOLE + by) + WHOLE / 2n) / WHOLE);

const without = (list, one) => list.filter((other) => other !== one);

/**
 * What each change sends for a product as it is now; null where there is nothing to do. `value`: a
 * tag, the id of a collection, a status, or hundredths of a percent.
 */
export const CHANGES = {
  add_tag: ({ tags }, tag) => (tags.includes(tag) ? null : { tags: [...tags, tag] }),
  remove_tag: ({ tags }, tag) => (tags.includes(tag) ? { tags: without(tags, tag) } : null),
  add_collection: ({ collection_ids: ids }, id) =>
    (ids.includes(id) ? null : { collection_ids: [...ids, id] }),
  remove_collection: ({ collection_ids: ids }, id) =>
    (ids.includes(id) ? { collection_ids: without(ids, id) } : null),
  status: (product, status) => (product.status === status ? null : { status }),
  price: (product, by) => priced(product, (price) => changed(price, by)),
};

function priced(product, price) {
  const { options, variants } = product;
  if (variants.every((one) => price(one.price) === one.price)) return null;
  return options.length ? pricesOf(product, price) : { price: price(variants[0].price) };
}

/** All prices of a product, each of its variants with what tells it from the others. */
const pricesOf = ({ options, variants }, price) => ({
  options,
  variants: variants.map((one) => ({ id: one.id, options: one.options, price: price(one.price) })),
});

/** What brings a product back to how it was before `patch`. */
export const inverse = (product, patch) => (patch.variants
  ? pricesOf(product, (price) => price) : pick(product, Object.keys(patch)));

/** Whether it costs what it did when somebody looked at it. */
export const samePrices = (one, other) => same(...[one, other].map(({ variants }) =>
  variants.map(({ id, price }) => [id, price])));
