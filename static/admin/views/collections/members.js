// The products of a collection in the order that it shows them: found and added, taken out, moved.
// All of it is saved at once.

import { api, query } from "../../api.js";
import { t } from "../../texts.js";
import { badge, button, card, fill, h, uid, words } from "../../ui.js";
import { finder } from "../shared/finder.js";
import { grip, mover, orderable } from "../shared/orderable.js";
import { pictureOf, thumb } from "../shared/thumb.js";

const FIELDS = "name,status,images";
const PAGE = 100;
const HITS = 8;

/** Reads a page of the products; `after`: the cursor of one before. */
const pageOf = ({ id }, after) => api.get(query("/products", {
  collection: id, sort: "position", fields: FIELDS, limit: PAGE, after,
}));

/**
 * Answers the card; `isChanged()`; and `read()`, the ids of all products. What was not shown yet
 * stays behind what was.
 */
export async function membersCard(collection) {
  const first = collection.id ? await pageOf(collection) : { data: [] };
  const page = {
    collection, isChanged: false, products: first.data, next: first.next_cursor,
    list: h("ol", { class: "members" }), more: h("p", { class: "more" }),
    none: h("p", { class: "quiet" }, t("members.none")),
  };
  fill(page.more, button(t("more"), async () => {
    const { data, next_cursor: next } = await pageOf(collection, page.next);
    page.products.push(...data);
    page.next = next;
    draw(page);
  }));
  orderable(page.list, (from, to) => move(page, from, to));
  draw(page);
  return {
    element: card(t("section.products"), findField(page), page.none, page.list, page.more),
    isChanged: () => page.isChanged,
    read: () => idsOf(page),
  };
}

function draw(page) {
  const { list, products, next, more, none } = page;
  fill(list, products.map((product) => row(page, product)));
  list.hidden = !products.length;
  none.hidden = products.length > 0;
  more.hidden = !next;
}

function changed(page) {
  page.isChanged = true;
  draw(page);
}

function row(page, product) {
  const at = () => page.products.indexOf(product);
  const step = (by) => mover(by, product.name, () => {
    if (!page.products[at() + by]) return;
    move(page, at(), at() + by);
    page.list.children[at()].querySelectorAll(".acts button")[by < 0 ? 0 : 1].focus();
  });
  return h("li", { class: "member", "data-row": true },
    grip(), thumb(pictureOf(product)),
    h("a", { href: `#/products/${product.id}` }, words(product.name)),
    product.status === "active" ? null : badge("product", product.status),
    h("span", { class: "acts" }, step(-1), step(1), h("button", {
      type: "button", class: "icon", "aria-label": t("members.remove_of", { name: product.name }),
      title: t("rows.remove"), onclick: () => takeOut(page, at()),
    }, "×")));
}

function move(page, from, to) {
  const [product] = page.products.splice(from, 1);
  page.products.splice(to, 0, product);
  changed(page);
}

function takeOut(page, at) {
  page.products.splice(at, 1);
  changed(page);
  const next = page.list.children[Math.min(at, page.products.length - 1)];
  (next?.querySelector("button:last-child") ?? page.find).focus();
}

function findField(page) {
  const id = uid("find");
  const box = h("input", { id, type: "search", "aria-describedby": `${id}-hint` });
  page.find = box;
  const list = finder(box, t("order_new.hits"), {
    look: async (q) => (await api.get(query("/products", { q, fields: FIELDS, limit: HITS }))).data,
    show: (product) => [
      h("span", { class: "with-thumb" }, thumb(pictureOf(product)), words(product.name)),
      has(page, product) && h("span", { class: "quiet" }, t("members.in_it")),
    ],
    take: (product) => add(page, product),
    eager: true,
  });
  return h("div", { class: "field finding" },
    h("label", { for: id }, t("members.find")), box, list,
    h("p", { class: "hint", id: `${id}-hint` }, t("members.find_hint")));
}

const has = ({ products }, { id }) => products.some((one) => one.id === id);

function add(page, product) {
  page.find.value = "";
  if (has(page, product)) return;
  page.products.push(product);
  changed(page);
}

async function idsOf(page) {
  const ids = page.products.map(({ id }) => id);
  for (let { next } = page; next;) {
    const { data, next_cursor: after } = await pageOf(page.collection, next);
    ids.push(...data.map(({ id }) => id));
    next = after;
  }
  return [...new Set(ids)];
}
