// Price and stock in the list of products, changed where they stand: Enter or leaving the field
// saves, Escape takes back what was typed.

import { api, Problem } from "../../api.js";
import { decimalOf, inField } from "../../decimals.js";
import { amount, input } from "../../form.js";
import { sentence } from "../../refusals.js";
import { digits, minor, money, number, t } from "../../texts.js";
import { fill, h, run, sayProblem, soon, toast } from "../../ui.js";

const saveOver = soon(() => import("../shared/saving.js"))("saveOver");
const moveStock = soon(() => import("./count.js"))("moveStock");

/** The price of a product with one variant as a field, of several as a span. */
export function priceCell(product, changed) {
  if (product.variants.length > 1) return span(product);
  const box = amount("price", product.price, {
    "aria-label": t("products.price_of", { name: product.name }),
  });
  const shown = () => inField(product.price);
  const take = (saved) => {
    Object.assign(product, saved);
    box.value = shown();
    changed();
  };
  editable(box, shown, async (text) => {
    const before = product.price;
    const saved = await savePrice(product, priceIn(text));
    if (!saved) return false;
    take(saved);
    if (saved.price === before) return true;
    const said = { name: product.name, price: money(saved.price) };
    toast(t("products.price_saved", said), {
      undo: () => run(async () => {
        take(await api.patch(`/products/${product.id}`, { price: before }, saved));
      }),
    });
    return true;
  }, product.name);
  return box;
}

/** The list has no ETags: the product is read again, and a price that moved is a conflict. */
async function savePrice(product, price) {
  const path = `/products/${product.id}`;
  const fresh = await api.get(path);
  return saveOver(fresh, { price }, async (seen) => {
    if (seen && fresh.price !== product.price) throw new Problem(412, { current: fresh });
    return api.patch(path, { price }, seen);
  }, { price: t("product.price") }, (all) => ({ price: inField(all.price) }));
}

function priceIn(text) {
  const price = decimalOf(text, digits());
  if (price === null) throw new Problem(422, { detail: sentence({ code: "not_money" }) });
  return price;
}

function span({ variants, currency }) {
  const prices = variants.map(({ price }) => price)
    .sort((a, b) => (minor(a) < minor(b) ? -1 : Number(minor(a) > minor(b))));
  const [low, high] = [prices[0], prices.at(-1)].map((price) => money(price, currency));
  return h("span", {}, low === high ? low : `${low} – ${high}`);
}

/** The stock of a product with one variant as a field, of several as the sum. */
export function stockCell(product, changed) {
  if (product.variants.length > 1) {
    return h("span", {}, sum(product.variants), promised(product.variants));
  }
  const shown = () => String(product.stock ?? "");
  const box = input("stock", shown(), {
    class: "number",
    "aria-label": t("products.stock_of", { name: product.name }),
    title: t("products.stock_hint"),
    placeholder: t("products.not_tracked"),
  });
  const beside = h("span", {}, promised(product.variants));
  const take = async (stock) => {
    // A count may begin to hold what orders wait for, or find too little of it.
    Object.assign(product, await api.get(`/products/${product.id}`), { stock });
    box.value = shown();
    fill(beside, promised(product.variants));
    changed();
  };
  editable(box, shown, async (text) => {
    const before = product.stock;
    const moved = await moveStock(product, movementOf(text));
    if (!moved) return false;
    await take(moved.stock);
    toast(t("products.stock_saved", { name: product.name, n: number(moved.stock) }), {
      undo: () => run(async () => take(await back(product, before, moved))),
    });
    return true;
  }, product.name);
  return h("span", { class: "with-beside" }, box, beside);
}

/** What is promised to orders, and what of it is missing; a line under the stock. */
function promised(variants) {
  const sumOf = (name) => variants.reduce((all, variant) => all + variant[name], 0);
  const lines = [["committed", sumOf("committed")], ["short", sumOf("shortfall")]];
  return lines.filter(([, n]) => n > 0).map(([name, n]) => h("span", {
    class: ["beside-field", name],
  }, t(`products.${name}`, { n: number(n), count: n })));
}

function sum(variants) {
  const tracked = variants.filter(({ stock }) => stock !== null);
  if (!tracked.length) return t("products.not_tracked");
  return number(tracked.reduce((all, { stock }) => all + stock, 0));
}

/** "+10" came in, "-2" went out, "17" was counted. */
function movementOf(text) {
  const plain = text.replace(/[−–]/g, "-").replace(/\s/g, "");
  if (!/^[+-]?\d{1,10}$/.test(plain)) throw new Problem(422, { detail: t("products.stock_wants") });
  if (plain.startsWith("+")) return { delta: Number(plain), reason: "received" };
  if (plain.startsWith("-")) return { delta: Number(plain), reason: "corrected" };
  return { counted: Number(plain), reason: "corrected" };
}

/** Takes a movement back with its opposite, so that sales meanwhile stay counted. */
async function back(product, before, moved) {
  const path = `/products/${product.id}`;
  if (before === null) {
    const seen = await api.get(path);
    return (await api.patch(path, { stock: null }, seen)).stock;
  }
  const movement = { delta: -moved.delta, reason: "corrected" };
  return (await api.post(`${path}/stock_movements`, movement)).stock;
}

/**
 * `shown()`: the text that stands there when nothing was typed; `save(text)` sends another, and
 * answers false when the editing goes on; `name`: what the field is of. What was refused is sent
 * again only by Enter.
 */
function editable(box, shown, save, name) {
  let before = Promise.resolve();
  let refused = null;
  const send = async (anyhow) => {
    const text = box.value.trim();
    if (text === shown() || (text === refused && !anyhow)) return;
    if (text === "") {
      box.value = shown();
      return;
    }
    try {
      refused = await save(text) === false ? text : null;
      box.removeAttribute("aria-invalid");
    } catch (error) {
      refused = text;
      box.setAttribute("aria-invalid", "true");
      sayProblem(error, name);
    }
  };
  const finish = (anyhow) => { before = before.then(() => send(anyhow)); };
  box.addEventListener("change", () => finish(false));
  box.addEventListener("focus", () => box.select());
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      box.value = shown();
      box.removeAttribute("aria-invalid");
    }
    if (event.key !== "Enter") return;
    event.preventDefault();
    finish(true);
  });
}
