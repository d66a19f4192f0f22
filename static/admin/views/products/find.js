// Finding products by words. The shop has no search for them, so the page reads the products of the
// tab and looks itself; what it read is kept while somebody types.

import { api, query } from "../../api.js";
import { t } from "../../texts.js";
import { button, h } from "../../ui.js";

const KEEP_MILLIS = 15000;
const PAGE = 100;
let kept = { path: null, at: 0, products: [] };

/** Forgets what was read, which is no longer right. */
export const forgetFound = () => { kept = { path: null, at: 0, products: [] }; };

/** Puts the products that have all words of `q` into `body`, and answers how many, and "more". */
export async function find(asked, q, body, row) {
  const wanted = plain(q).split(/\s+/).filter(Boolean);
  const found = (await all(asked)).filter((product) => {
    const text = textOf(product);
    return wanted.every((word) => text.includes(word));
  });
  const more = h("p", { class: "more" });
  const add = () => {
    body.append(...found.splice(0, PAGE).map(row));
    more.hidden = !found.length;
  };
  const count = found.length;
  more.append(button(t("more"), add));
  add();
  return { count, more };
}

async function all(asked) {
  const path = query("/products", { ...asked, limit: PAGE });
  if (kept.path === path && Date.now() - kept.at < KEEP_MILLIS) return kept.products;
  const products = [];
  let after = "";
  do {
    const page = await api.get(query("/products", { ...asked, limit: PAGE, after }));
    products.push(...page.data);
    after = page.next_cursor;
  } while (after);
  kept = { path, at: Date.now(), products };
  return products;
}

/** Without accents and capitals: "cafe" finds "Café". */
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const textOf = ({ name, vendor, tags, variants }) => plain([
  name, vendor, ...tags,
  ...variants.flatMap(({ title, sku, barcode }) => [title, sku, barcode]),
].filter(Boolean).join(" "));
