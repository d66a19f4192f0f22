// Changing many products at once: what is to be done is asked, shown where it is a price, done one
// after the other, and can be taken back.

import { again } from "../../address.js";
import { dialog } from "../../dialog.js";
import { field, form, input, select } from "../../form.js";
import { t } from "../../texts.js";
import { button, fill, h, run, toast } from "../../ui.js";
import { choices, collectionTree } from "../shared/collections.js";
import { refusal } from "../shared/one_by_one.js";
import { doAll, takeBack } from "./bulk_run.js";
import { CHANGES, percentOf, WHOLE } from "./changes.js";
import { forgetFilters, tagList } from "./filters.js";
import { priceTable } from "./price_table.js";

/** Opens the window for these products. */
export async function askChange(products) {
  const [tree, tags] = await Promise.all([collectionTree(), tagList()]);
  const work = {};
  await dialog(t("bulk.title", { n: products.length }),
    (close) => steps(products, { tree, tags }, work, close));
  // A window that is closed meanwhile ends it after the product that it is at.
  const done = await work.done;
  if (!done) return;
  forgetFilters();
  again();
  if (done.length) {
    toast(t("bulk.done", { n: done.length }), { undo: () => run(() => takeBack(done)) });
  }
}

function steps(products, lists, work, close) {
  const place = h("div", {});
  const what = select("what", "", Object.keys(CHANGES)
    .filter((name) => lists.tree.length || !name.endsWith("_collection"))
    .map((name) => [name, t(`bulk.${name}`)]), { autofocus: true });
  const part = h("div", {});
  let value;
  const draw = () => { value = PARTS[what.value](part, products, lists); };
  what.addEventListener("change", draw);
  draw();
  fill(place, form([field(t("bulk.what"), what), part], async () => {
    const wanted = value();
    if (wanted === null) return false;
    return begin(place, products, [what.value, wanted], { work, close });
  }, { action: t("bulk.go", { n: products.length }), cancel: () => close() }));
  return place;
}

/** What belongs to each change; answers a function of what was chosen, null for nothing. */
const PARTS = {
  add_tag: (part, _, { tags }) => tagField(part, tags),
  remove_tag: (part, _, { tags }) => tagField(part, tags),
  add_collection: (part, _, { tree }) => collectionField(part, tree),
  remove_collection: (part, _, { tree }) => collectionField(part, tree),
  status: (part) => {
    const box = select("value", "active", ["active", "draft", "archived"].map((name) =>
      [name, t(`product.${name}`)]));
    fill(part, field(t("product.status"), box));
    return () => box.value;
  },
  price: (part, products) => {
    const way = select("way", "up", ["up", "down"].map((name) => [name, t(`bulk.${name}`)]));
    const box = input("value", "", { inputmode: "decimal", class: "number" });
    const table = h("div", { "aria-live": "polite" });
    const by = () => {
      const percent = percentOf(box.value);
      if (way.value === "up") return percent;
      return percent === null || percent > WHOLE ? null : -percent;
    };
    const show = () => fill(table, priceTable(products, by()));
    for (const control of [way, box]) control.addEventListener("input", show);
    fill(part, h("div", { class: "fields" }, field(t("bulk.way"), way),
      field(t("bulk.percent"), box, { hint: t("bulk.percent_hint") })), table);
    return () => needed(box, by() || null);
  },
};

function tagField(part, tags) {
  const list = h("datalist", { id: "bulk-tags" }, tags.map((tag) => h("option", { value: tag })));
  const box = input("value", "", { dir: "auto", list: list.id });
  fill(part, field(t("bulk.tag"), box), list);
  return () => needed(box, box.value.trim() || null);
}

function collectionField(part, tree) {
  const box = select("value", "", choices(tree));
  fill(part, field(t("products.collection"), box));
  return () => Number(box.value);
}

/** Says at the field that something has to stand in it. */
function needed(box, value) {
  const fault = document.getElementById(`${box.id}-fault`);
  fault.hidden = value !== null;
  if (value !== null) return value;
  fill(fault, t("bulk.needed"));
  box.setAttribute("aria-invalid", "true");
  box.focus();
  return null;
}

/** Does it, and says how far it is and what could not be done. */
async function begin(place, products, change, { work, close }) {
  const bar = h("progress", { max: products.length, value: 0, "aria-label": t("bulk.running") });
  const text = h("p", { role: "status" });
  const faults = h("ul", { class: "faults" });
  const halt = new AbortController();
  const end = h("div", { class: "actions" },
    h("button", { type: "button", onclick: () => halt.abort() }, t("bulk.stop")));
  fill(place, bar, text, faults, end);
  end.firstChild.focus();
  place.closest("dialog").addEventListener("close", () => halt.abort());
  work.done = doAll(products, change, {
    signal: halt.signal,
    told: (n) => {
      bar.value = n;
      fill(text, t("bulk.progress", { n, all: products.length }));
    },
    failed: ({ id, name }, why) => faults.append(refusal([`#/products/${id}`, name], why, close)),
  });
  const done = await work.done;
  if (!faults.children.length) return close();
  fill(text, t("bulk.result", { n: done.length, failed: faults.children.length }));
  const leave = button(t("close"), () => close(), { class: "primary" });
  fill(end, leave);
  leave.focus();
  return undefined;
}
