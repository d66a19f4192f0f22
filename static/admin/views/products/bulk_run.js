// The same change of many products, one after the other; one that cannot be changed does not hold
// up the rest.

import { again } from "../../address.js";
import { api } from "../../api.js";
import { t } from "../../texts.js";
import { run, toast } from "../../ui.js";
import { CHANGES, inverse, samePrices } from "./changes.js";

/**
 * `change`: its name and value; `told(n)`: how many are through; `failed(product, why)`. Answers
 * what was done: the product as it was saved, and what takes it back.
 */
export async function doAll(products, [name, value], signal, { told, failed }) {
  const done = [];
  for (const [at, product] of products.entries()) {
    if (signal.aborted) break;
    told(at);
    try {
      const made = await one(product, name, value);
      if (made) done.push(made);
    } catch (error) {
      if (!error.status && error.code !== "offline") throw error;
      failed(product, error.code === "offline" ? t("offline") : error.message);
    }
  }
  told(products.length);
  return done;
}

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

export const takeBack = (done) => run(async () => {
  for (const { path, saved, back } of done) await api.patch(path, back, saved);
  toast(t("bulk.undone", { n: done.length }));
  again();
});
