// What of a product can be sold, what is promised and what lies on the shelf; its stock movements,
// and a form to add to them.

import { api } from "../../api.js";
import { field, form, select, typed, whole, wholeOf } from "../../form.js";
import { rows } from "../../list.js";
import { number, t, time } from "../../texts.js";
import { card, fill, h, toast, words } from "../../ui.js";
import { controlIn, drawFields, fieldList, readFields } from "../shared/field_list.js";
import { moveStock } from "./count.js";

const REASONS = ["received", "damaged", "corrected", "returned"];
// The way that a reason mostly moves the stock.
const LIKELY = { received: "add", damaged: "take", corrected: "counted", returned: "add" };
const PAGE = 10;
/** So many variants are seen at a glance. */
const FEW = 10;
const MOVEMENT = fieldList("product.move", [
  {
    name: "reason", make: select,
    options: () => REASONS.map((name) => [name, t(`product.reason.${name}`)]),
  },
  { name: "note", props: { dir: "auto" } },
]);
const VARIANT = fieldList("product.move", [{
  name: "variant_id", label: "product.move.variant", make: select,
  options: ({ variants }) => variants.map(({ id, title }) => [String(id), title]),
}]);

/** `moved()` is called after a movement. */
export async function stockCard(product, moved) {
  const place = h("div", {});
  const shelf = h("div", { role: "status" }, shelves(product));
  await showMovements(product, place);
  const again = async () => {
    await Promise.all([showMovements(product, place), moved(), api.get(`/products/${product.id}`)
      .then((fresh) => fill(shelf, shelves(fresh)))]);
  };
  return card(t("product.movements"),
    shelf,
    h("details", { class: "adding" },
      h("summary", {}, t("product.add_movement")),
      movementForm(product, again)),
    place);
}

/** The units that lie there: those that can be sold and those that orders wait for. */
const onShelf = ({ stock, committed, shortfall }) => stock + committed - shortfall;

const isTracked = ({ stock }) => stock !== null;

/** A sentence for the only variant, a table for several; null where nothing is counted. */
function shelves({ variants }) {
  const tracked = variants.filter(isTracked);
  if (!tracked.length) return null;
  if (variants.length > 1) return folded(tracked);
  const [only] = tracked;
  return [
    h("p", { class: "shelf" }, t("product.on_shelf", {
      stock: number(only.stock), committed: number(only.committed), shelf: number(onShelf(only)),
    })),
    only.shortfall > 0 && h("p", { class: "note" }, t("product.missing", { n: only.shortfall })),
  ];
}

/** A long table is opened by whoever wants it. */
const folded = (variants) => (variants.length > FEW
  ? h("details", {}, h("summary", {}, t("product.shelves")), table(variants))
  : table(variants));

function table(variants) {
  const short = variants.some(({ shortfall }) => shortfall > 0);
  const heads = ["to_sell", "promised", "shelf", ...(short ? ["short"] : [])];
  const cell = (name, value) => h("td", {
    class: "number", "data-label": t(`product.${name}`),
  }, number(value));
  return h("table", { class: "cards", "aria-label": t("product.shelves") },
    h("thead", {}, h("tr", {},
      h("th", { scope: "col" }, t("product.move.variant")),
      heads.map((name) => h("th", { scope: "col", class: "number" }, t(`product.${name}`))))),
    h("tbody", {}, variants.map((variant) => h("tr", {},
      h("td", {}, words(variant.title)),
      cell("to_sell", variant.stock), cell("promised", variant.committed),
      cell("shelf", onShelf(variant)), short && cell("short", variant.shortfall)))));
}

async function showMovements(product, place) {
  const body = h("tbody");
  const titles = new Map(product.variants.map(({ id, title }) => [id, title]));
  const several = product.variants.length > 1;
  const path = `/products/${product.id}/stock_movements`;
  const { page, more } = await rows(path, { limit: PAGE }, body,
    (movement) => movementRow(movement, several && titles));
  const heads = ["when", several && "variant", "change", "after", "reason", "note"];
  place.replaceChildren(...(page.data.length ? [
    h("table", { class: "cards", "aria-label": t("product.movements") },
      h("thead", {}, h("tr", {}, heads.filter(Boolean).map((name) => h("th", {
        scope: "col", class: ["change", "after"].includes(name) && "number",
      }, t(`product.move.${name}`))))),
      body),
    more,
  ] : [h("p", { class: "quiet" }, t("product.no_movements"))]));
}

function movementRow(movement, titles) {
  const cell = (name, ...content) =>
    h("td", { "data-label": t(`product.move.${name}`) }, content);
  const count = (name, text) => h("td", {
    class: "number", "data-label": t(`product.move.${name}`),
  }, text);
  const sign = movement.delta > 0 ? "+" : "";
  return h("tr", {},
    cell("when", time(movement.created_at)),
    titles && cell("variant", words(titles.get(movement.variant_id) ?? t("product.removed"))),
    count("change", sign + number(movement.delta)),
    count("after", number(movement.stock)),
    cell("reason", t(`product.reason.${movement.reason}`)),
    cell("note", noteOf(movement)));
}

function noteOf({ order_id: order, note, shortfall }) {
  const parts = [
    shortfall > 0 && t("product.missing", { n: shortfall }),
    order && h("a", { href: `#/orders/${order}` }, t("product.of_order")),
    note && words(note),
  ].filter(Boolean);
  if (!parts.length) return "–";
  return h("span", {}, parts.flatMap((part, at) => (at ? [" · ", part] : [part])));
}

function movementForm(product, again) {
  const which = product.variants.length > 1 ? VARIANT : [];
  const how = select("how", "add", ["add", "take", "counted"].map((name) =>
    [name, t(`product.how.${name}`)]));
  const movement = drawFields(MOVEMENT, { reason: "received" });
  const [reason, note] = movement.map(controlIn);
  const units = whole("/delta", "", { required: true });
  const counted = field(t("product.units"), units, { hint: t("product.counted_hint") });
  const follow = () => {
    const isCount = how.value === "counted";
    units.name = isCount ? "/counted" : "/delta";
    counted.querySelector(".hint").hidden = !isCount;
  };
  follow();
  how.addEventListener("change", follow);
  reason.addEventListener("change", () => {
    how.value = LIKELY[reason.value];
    follow();
  });
  const element = form(h("div", { class: "fields" },
    drawFields(which, product),
    movement[0],
    field(t("product.how"), how),
    counted,
    movement[1]),
  async () => {
    const moved = await moveStock(product, {
      ...readFields(element, [...which, ...MOVEMENT]),
      ...unitsOf(element, how.value, units.name),
    });
    if (!moved) return;
    toast(t("product.moved", { n: number(moved.stock) }));
    units.value = "";
    note.value = "";
    await again();
    units.focus();
  }, { action: t("product.add_movement_now") });
  return element;
}

function unitsOf(form, how, name) {
  const units = wholeOf(typed(form, name));
  return { [name.slice(1)]: how === "take" && typeof units === "number" ? -units : units };
}
