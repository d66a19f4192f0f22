// The goods that can be ordered, found by the shop: by name, variant, SKU or barcode.

import { api, query } from "../../api.js";

const HITS = 8;
const FIELDS = "name,vendor,tags,images,variants";

/** What fits the words: an offer that is meant, or products that open up into their variants. */
export async function goods(text) {
  const { data } = await api.get(query("/products", {
    q: text, status: "active", limit: HITS, fields: FIELDS,
  }));
  const all = data.flatMap(offers);
  const scanned = all.find(({ barcode }) => barcode === text);
  if (scanned) return [{ ...scanned, scanned: true }];
  const coded = all.find(({ sku }) => sku === text);
  if (coded) return [coded];
  const wanted = plain(text).split(/\s+/);
  return data.flatMap((product) => fits(product, wanted)).slice(0, HITS);
}

/** Words that only a variant has choose it; else the product opens up into its variants. */
function fits(product, wanted) {
  const general = plain([product.name, product.vendor, ...product.tags].filter(Boolean).join(" "));
  const all = offers(product);
  // "shirt s" is the S, though there is an s in every shirt.
  const names = (word) => all.some(({ words }) => words.split(/[\s/]+/).includes(word))
    && !general.split(/\s+/).includes(word);
  const special = wanted.filter((word) => !general.includes(word) || names(word));
  const fitting = all.filter(({ words }) => special.every((word) =>
    (names(word) ? words.split(/[\s/]+/) : words).includes(word)));
  if (fitting.length && (special.length || fitting.length === 1)) return fitting;
  // The shop knows more ways to write a word than this.
  if (all.length === 1) return all;
  const prices = new Set(all.map(({ price }) => price));
  return [{ product, variants: all, price: prices.size === 1 ? all[0].price : null }];
}

const offers = (product) => product.variants.map((variant) => {
  const codes = [variant.sku, variant.barcode].filter(Boolean);
  return {
    product, variant, variant_id: variant.id, title: variant.title,
    sku: variant.sku, barcode: variant.barcode, price: variant.price, stock: variant.stock,
    words: plain([variant.title, ...codes].filter(Boolean).join(" ")),
  };
});

/** Without accents and capitals: "cafe" finds "Café". */
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
