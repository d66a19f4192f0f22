// The same change of many products, one after the other; one that cannot be changed does not hold
// up the rest.

import { again } from "../../address.js";
import { api } from "../../api.js";
import { t } from "../../texts.js";
import { toast } from "../../ui.js";
import { doMany, oneByOne } from "../shared/one_by_one.js";
import { CHANGES, inverse, samePrices } from "./changes.js";

/**
 * `change`: its name and value; `hooks`: those of `oneByOne`. Answers what was done: the product as
 * it was saved, and what takes it back.
 */
export const doAll = (products, [name, value], hooks) =>
  oneByOne(products, (product) => one(product, name, value), hooks);

/** Archives them at once, which asks nothing, as it can be taken back. */
export const archive = (products) =>
  doMany(products, (product) => one(product, "status", "archived"), {
    link: ({ id, name }) => [`#/products/${id}`, name], said: "bulk.archived", undo: takeBack,
  });

/** The product is read anew: a price is changed only from the one that was shown. */
async function one(product, name, value) {
  const path = `/products/${product.id}`;
  const fresh = await api.get(path);
  if (name === "price" && !samePrices(fresh, product)) throw stale();
  const patch = CHANGES[name](fresh, value);
  if (!patch) return null;
  const saved = await api.patch(path, patch, fresh);
  return { path, saved, back: inverse(fresh, patch) };
}

const stale = () => Object.assign(new Error(t("bulk.stale")), { status: 412 });

export async function takeBack(done) {
  for (const { path, saved, back } of done) await api.patch(path, back, saved);
  toast(t("bulk.undone", { n: done.length }));
  again();
}
