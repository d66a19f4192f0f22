// The goods that can be ordered, found by name, variant, SKU or barcode. The shop has no search by
// words for products, so they are read once while the page is open and looked through here.

import { api, query } from "../../api.js";

const PAGE = 100;
const HITS = 8;

/** Answers `look(words)`, which answers what fits. */
export function goods() {
  let reading = null;
  const known = () => (reading ??= read().catch((error) => {
    // The next key tries again.
    reading = null;
    throw error;
  }));
  // Already while somebody looks for the first word.
  known().catch(() => {});
  return async (text) => {
    const products = await known();
    const all = products.flatMap(offers);
    const scanned = all.find(({ barcode }) => barcode === text);
    if (scanned) return [{ ...scanned, scanned: true }];
    const coded = all.find(({ sku }) => sku === text);
    if (coded) return [coded];
    const wanted = plain(text).split(/\s+/);
    return products.flatMap((product) => fits(product, wanted)).slice(0, HITS);
  };
}

async function read() {
  const products = [];
  let after = "";
  do {
    const page = await api.get(query("/products", {
      status: "active", sort: "name", limit: PAGE, after,
    }));
    products.push(...page.data);
    after = page.next_cursor;
  } while (after);
  return products;
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
  if (!fitting.length) return [];
  if (special.length || fitting.length === 1) return fitting;
  const prices = new Set(fitting.map(({ price }) => price));
  return [{ product, variants: fitting, price: prices.size === 1 ? fitting[0].price : null }];
}

const offers = (product) => product.variants.map((variant) => {
  const codes = [variant.sku, variant.barcode].filter(Boolean);
  return {
    product, variant_id: variant.id, title: variant.title,
    sku: variant.sku, barcode: variant.barcode, price: variant.price, stock: variant.stock,
    words: plain([variant.title, ...codes].filter(Boolean).join(" ")),
  };
});

/** Without accents and capitals: "cafe" finds "Café". */
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
