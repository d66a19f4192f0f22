// The lines of a new order: a search that adds with Enter, and a quantity for each.

import { money, t } from "../../texts.js";
import { fill, h, toast, uid, words } from "../../ui.js";
import { finder } from "../shared/finder.js";
import { pictureOf, thumb } from "../shared/thumb.js";
import { freeLine, freeName, priceField } from "./agreed.js";
import { goods } from "./goods.js";

const CART = "draft order new cart";

/** The cart so far, kept in this tab: neither an ended session nor a reload loses it. */
export const keptCart = () =>
  JSON.parse(sessionStorage.getItem(CART)) ?? { lines: [], customer: null };

/** Null forgets it. */
export function keepCart(cart) {
  if (cart) sessionStorage.setItem(CART, JSON.stringify(cart));
  else sessionStorage.removeItem(CART);
}

/** `lines`: what was chosen so far; `changed` is told of every change. */
export function lineFields(lines, changed) {
  const id = uid("find");
  const body = h("tbody");
  const box = h("input", { id, type: "search", autofocus: true, "aria-describedby": `${id}-hint` });
  const table = listOf(body);
  const draw = () => {
    fill(body, lines.map((line, at) => row(line, at, { box, remove })));
    table.hidden = !lines.length;
  };
  const remove = (line) => {
    const at = lines.indexOf(line);
    lines.splice(at, 1);
    const restore = () => { lines.splice(at, 0, line); draw(); changed(); };
    toast(t("order_new.removed", { name: titleOf(line) }), { undo: restore });
    draw();
    changed();
    box.focus();
  };
  const add = (offer) => {
    let line = lines.find(({ variant_id: one }) => one && one === offer.variant_id);
    if (line) line.quantity = Number(line.quantity) + 1;
    else lines.push(line = listed(offer));
    draw();
    changed();
    // Whoever scans goes on scanning.
    if (offer.scanned) return;
    const field = body.rows[lines.indexOf(line)].querySelector("[name$=quantity]");
    field.focus();
    field.select();
  };
  const take = (found) => {
    if (found.variants) return found.variants;
    box.value = "";
    add(found);
    return null;
  };
  const addFree = () => {
    lines.push(freeLine());
    draw();
    changed();
    body.rows[lines.length - 1].querySelector("input").focus();
  };
  const list = finder(box, t("order_new.hits"),
    { look: goods, show: offered, take, eager: true });
  body.addEventListener("input", changed);
  draw();
  return [
    h("div", { class: "field finding" },
      h("label", { for: id }, t("order_new.find")), box, list,
      h("p", { class: "hint", id: `${id}-hint` }, t("order_new.find_hint"))),
    h("p", {},
      h("button", { type: "button", class: "link", onclick: addFree }, t("order_new.free"))),
    table,
  ];
}

const listed = ({ product, variant, variant_id, title, price }) => ({
  product_id: product.id, variant_id, name: product.name, title, price, quantity: 1,
  image: pictureOf(product, variant),
});

const titleOf = ({ name, title }) => [name, title].filter(Boolean).join(" – ");

function offered({ product, variant, variants, title, price, stock }) {
  const about = variants
    ? t("products.n_variants", { n: variants.length })
    : typeof stock === "number" && t("order_new.left", { n: stock });
  return [
    h("span", { class: "with-thumb" },
      thumb(pictureOf(product, variant)), words(titleOf({ name: product.name, title }))),
    h("span", { class: "quiet" }, [price && money(price), about].filter(Boolean).join(" · ")),
  ];
}

const listOf = (body) => h("table", { class: "cards items new", "aria-label": t("order.items") },
  h("thead", {}, h("tr", {},
    h("th", { scope: "col" }, t("order.item")),
    h("th", { scope: "col", class: "number" }, t("order.price")),
    h("th", { scope: "col", class: "number" }, t("order.quantity")),
    h("th", { scope: "col" }, h("span", { class: "hidden-text" }, t("rows.remove"))))),
  body);

const nameOf = ({ image, name, title }) => h("div", { class: "with-thumb" }, thumb(image),
  h("div", {}, words(name), title && words(title, "div")));

/** The quantity is named as the shop names it, so that what it says of it finds its place. */
function row(line, at, { box, remove }) {
  const id = uid("quantity");
  const name = titleOf(line);
  const quantity = h("input", {
    id, name: `/items/${at}/quantity`, type: "number", min: 1, step: 1, class: "number",
    value: line.quantity, "aria-label": t("order_new.quantity_of", { name }),
    "aria-describedby": `${id}-fault`,
    oninput: () => { line.quantity = quantity.value; },
    onkeydown: (event) => {
      if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      box.focus();
    },
  });
  return h("tr", {},
    h("td", {}, line.free ? freeName(line, at) : nameOf(line)),
    h("td", { class: "number", "data-label": t("order.price") }, h("div", {},
      priceField(line, at, `${id}-price`, name),
      h("p", { class: "fault", id: `${id}-price-fault`, hidden: true }))),
    h("td", { class: "number", "data-label": t("order.quantity") }, h("div", {}, quantity,
      h("p", { class: "fault", id: `${id}-fault`, hidden: true }))),
    h("td", { class: "number row-actions" }, h("button", {
      type: "button", class: "link", "aria-label": t("order_new.remove_of", { name }),
      onclick: () => remove(line),
    }, t("rows.remove"))));
}
