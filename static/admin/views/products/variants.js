// Options and variants in the form of a product: values make rows, and each row is a variant.

import { area, field, input } from "../../form.js";
import { t } from "../../texts.js";
import { card, fill, h, run, settle, soon, toast, uid } from "../../ui.js";
import { sent } from "../shared/field_list.js";
import { addMissing, addOption, asTyped, fromProduct, hasVariants, MAX, missing, removeOption,
  removeRow, setValues } from "./options.js";
import { SALE } from "./sale.js";
import { variantTable } from "./variant_table.js";

const choosePicture = soon(() => import("./choose_picture.js"))("choosePicture");
const OPTIONS_MAX = 10;

/**
 * `single`: `read()` and `write(row)` the fields of the only variant, `show(on)` their card; what
 * was typed there goes into the first rows, and back again. `images()`: the product's pictures.
 */
export function variantEditor(product, single, images) {
  let state = fromProduct(product);
  const only = product.options.length ? null : product.variants[0]?.id;
  const kept = h("input", { type: "hidden", name: "variants-typed" });
  const options = h("div", {});
  const table = h("div", {});

  const keep = () => { kept.value = JSON.stringify(state); };
  const drawTable = () => {
    forgetPictures(state.rows, images());
    fill(table, hasVariants(state) && variantTable(state, {
      remove: (row) => { removeRow(state, row); changed(); },
      images: images(),
      choose: (row, title) => run(() => choose(row, title, images(), changed)),
      fillUp: missing(state).length > 0 && (() => { addMissing(state); changed(); }),
    }));
    single.show(!hasVariants(state));
  };
  const changed = () => { drawTable(); tell(kept); };
  const drawOptions = () => fill(options, state.options.map((option, at) =>
    optionFields(option, at, { values: takeValues, remove: takeOut, name: takeName })));

  // The event goes on to the form, which then keeps the draft.
  const takeName = (at, name) => { state.options[at].name = name; };

  function takeValues(at, values, box) {
    const next = structuredClone(state);
    if (!hasVariants(next)) next.rows = [onlyRow(next, only, single.read())];
    setValues(next, at, values);
    if (next.rows.length > MAX) return refuse(box, state.options[at].values);
    state = next;
    if (!hasVariants(state)) single.write(state.rows[0]);
    return changed();
  }

  function takeOut(at) {
    const had = hasVariants(state);
    removeOption(state, at);
    if (had && !hasVariants(state)) single.write(state.rows[0]);
    drawOptions();
    changed();
    adding.hidden = false;
    adding.focus();
  }

  const adding = h("button", { type: "button", onclick: () => {
    addOption(state);
    drawOptions();
    changed();
    adding.hidden = state.options.length >= OPTIONS_MAX;
    options.lastElementChild.querySelector("input").focus();
  } }, t("product.add_option"));

  const element = card(t("product.variants"),
    h("p", { class: "hint" }, t("product.variants_hint")), options, adding, table, kept);
  element.addEventListener("input", keep);
  drawOptions();
  return {
    element,
    /** At first, and where the product has other pictures. */
    show: () => { drawTable(); keep(); },
    /** Takes over what the form brought back from a draft. */
    restore: () => {
      if (!kept.value) return;
      state = JSON.parse(kept.value);
      drawOptions();
      drawTable();
    },
    on: () => hasVariants(state),
    first: () => state.rows[0]?.id,
    read: (seen) => readVariants(state, seen),
    /** Takes over another stock or picture, where nothing else was typed or chosen. */
    moved: (before, after) => {
      take(state.rows, before, after);
      drawTable();
      keep();
    },
  };
}

const tell = (control) => control.dispatchEvent(new Event("input", { bubbles: true }));

function forgetPictures(rows, images) {
  const known = new Set(images.map(({ id }) => id));
  for (const row of rows) if (!known.has(row.image_id)) row.image_id = null;
}

async function choose(row, title, images, changed) {
  const chosen = await choosePicture(title, images, row.image_id);
  if (chosen === undefined) return;
  const lost = document.activeElement;
  row.image_id = chosen;
  changed();
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
  named.addEventListener("input", () => rename(at, named.value.trim()));
  box.addEventListener("change", () => take(at, lines(box.value), box));
  const group = h("fieldset", { class: "option", id: uid("option") },
    h("legend", {}, title),
    h("div", { class: "fields" },
      field(t("product.option_name"), named),
      field(t("product.option_values"), box, { hint: t("product.option_values_hint") })),
    h("button", { type: "button", class: "link", onclick: () => remove(at) },
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
