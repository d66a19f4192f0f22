// Options and variants in the form of a product: values make rows, and each row is a variant.

import { settle } from "../../focus.js";
import { area, field, input } from "../../form.js";
import { t } from "../../texts.js";
import { card, fill, h, run, soon, toast, uid } from "../../ui.js";
import { sent } from "../shared/field_list.js";
import { addMissing, addOption, asTyped, fromProduct, hasVariants, MAX, missing, removeOption,
  removeRow, setValues } from "./options.js";
import { SALE } from "./sale.js";
import { sameForAll } from "./same_for_all.js";
import { variantTable } from "./variant_table.js";

const choosePicture = soon(() => import("./choose_picture.js"))("choosePicture");
const OPTIONS_MAX = 10;

/**
 * `single`: `read()` and `write(row)` the fields of the only variant, `show(on)` their card; what
 * was typed there goes into the first rows, and back again. `images()`: the product's pictures.
 */
export function variantEditor(product, single, images) {
  const page = {
    single, images, state: fromProduct(product),
    only: product.options.length ? null : product.variants[0]?.id,
    kept: h("input", { type: "hidden", name: "variants-typed" }),
    options: h("div", {}),
    table: h("div", {}),
  };
  page.adding = h("button", { type: "button", onclick: () => another(page) },
    t("product.add_option"));
  const { options, adding, table, kept } = page;
  const element = card(t("product.variants"),
    h("p", { class: "hint" }, t("product.variants_hint")), options, adding, table, kept);
  element.addEventListener("input", () => keep(page));
  drawOptions(page);
  page.same = sameForAll(() => page.state.rows, () => changed(page));
  return {
    element,
    /** At first, and where the product has other pictures. */
    show: () => show(page),
    /** Takes over what the form brought back from a draft. */
    restore: () => {
      if (!kept.value) return;
      page.state = JSON.parse(kept.value);
      drawOptions(page);
      drawTable(page);
    },
    on: () => hasVariants(page.state),
    first: () => page.state.rows[0]?.id,
    read: (seen) => readVariants(page.state, seen),
    /** Takes over another stock or picture, where nothing else was typed or chosen. */
    moved: (before, after) => {
      take(page.state.rows, before, after);
      show(page);
    },
  };
}

const keep = ({ kept, state }) => { kept.value = JSON.stringify(state); };

function show(page) {
  drawTable(page);
  keep(page);
}

function drawTable(page) {
  const { state, images, table, single } = page;
  forgetPictures(state.rows, images());
  fill(table, hasVariants(state) && [page.same, variantTable(state, {
    remove: (row) => { removeRow(state, row); changed(page); },
    images: images(),
    choose: (row, title) => run(() => choose(page, row, title)),
    fillUp: missing(state).length > 0 && (() => { addMissing(state); changed(page); }),
  })]);
  single.show(!hasVariants(state));
}

/** The event goes on to the form, which then keeps the draft. */
function changed(page) {
  drawTable(page);
  page.kept.dispatchEvent(new Event("input", { bubbles: true }));
}

const drawOptions = (page) => fill(page.options, page.state.options.map((option, at) =>
  optionFields(option, at, {
    values: (values, box) => takeValues(page, at, values, box),
    remove: () => takeOut(page, at),
    name: (name) => { page.state.options[at].name = name; },
  })));

function takeValues(page, at, values, box) {
  const next = structuredClone(page.state);
  if (!hasVariants(next)) next.rows = [onlyRow(next, page.only, page.single.read())];
  setValues(next, at, values);
  if (next.rows.length > MAX) return refuse(box, page.state.options[at].values);
  page.state = next;
  if (!hasVariants(next)) page.single.write(next.rows[0]);
  return changed(page);
}

function takeOut(page, at) {
  const { state, adding } = page;
  const had = hasVariants(state);
  removeOption(state, at);
  if (had && !hasVariants(state)) page.single.write(state.rows[0]);
  drawOptions(page);
  changed(page);
  adding.hidden = false;
  adding.focus();
}

function another(page) {
  const { state, adding, options } = page;
  addOption(state);
  drawOptions(page);
  changed(page);
  adding.hidden = state.options.length >= OPTIONS_MAX;
  options.lastElementChild.querySelector("input").focus();
}

function forgetPictures(rows, images) {
  const known = new Set(images.map(({ id }) => id));
  for (const row of rows) if (!known.has(row.image_id)) row.image_id = null;
}

async function choose(page, row, title) {
  const chosen = await choosePicture(title, page.images(), row.image_id);
  if (chosen === undefined) return;
  const lost = document.activeElement;
  row.image_id = chosen;
  changed(page);
  settle(lost);
}

/** The row of a product's only variant, before its options have values. */
const onlyRow = ({ options, rows }, id, sale) =>
  ({ id: rows[0]?.id ?? id, values: options.map(() => ""), ...asTyped(sale) });

/** Too many rows would come of it: the box says again what it said. */
function refuse(box, values) {
  toast(t("product.too_many_variants", { n: MAX }), { bad: true });
  box.value = values.join("\n");
}

function take(rows, before, after) {
  for (const row of rows) {
    const [old, now] = [before, after].map(({ variants }) =>
      variants.find(({ id }) => id === row.id));
    if (row.stock === String(old?.stock ?? "")) row.stock = String(now?.stock ?? "");
    if (row.image_id === (old?.image_id ?? null)) row.image_id = now?.image_id ?? null;
  }
}

function optionFields({ name, values }, at, { values: take, remove, name: rename }) {
  const title = t("product.option_n", { n: at + 1 });
  const box = area(`/options/${at}/values`, values.join("\n"), { rows: 3, dir: "auto" });
  const named = input(`/options/${at}/name`, name, {
    dir: "auto", placeholder: t("product.option_example"),
  });
  named.addEventListener("input", () => rename(named.value.trim()));
  box.addEventListener("change", () => take(lines(box.value), box));
  const group = h("fieldset", { class: "option", id: uid("option") },
    h("legend", {}, title),
    h("div", { class: "fields" },
      field(t("product.option_name"), named),
      field(t("product.option_values"), box, { hint: t("product.option_values_hint") })),
    h("button", { type: "button", class: "link", onclick: remove },
      t("product.remove_option"), h("span", { class: "hidden-text" }, ` ${at + 1}`)));
  return group;
}

const lines = (text) =>
  [...new Set(text.split("\n").map((line) => line.trim()).filter(Boolean))];

/** `options` and `variants` for the wire; the stock only of those where it was changed. */
function readVariants(state, seen) {
  const options = state.options.filter(({ name, values }) => name || values.length)
    .map(({ name, values }) => ({ name, values }));
  const known = new Map(seen.variants.map((variant) => [variant.id, variant]));
  const variants = state.rows.map((row) => {
    const present = known.get(row.id);
    const pairs = state.options.map(({ name }, at) => [name, row.values[at]]);
    const sale = Object.fromEntries(SALE.map((one) => [one.name, sent(one, said(row[one.name]))]));
    if (sale.stock === (present?.stock ?? null)) delete sale.stock;
    return {
      ...(present && { id: row.id }),
      image_id: row.image_id ?? null,
      options: Object.fromEntries(pairs.filter(([name, value]) => name || value)),
      ...sale,
    };
  });
  return { options, variants };
}

const said = (typed) => (typeof typed === "string" ? typed.trim() || null : typed);
