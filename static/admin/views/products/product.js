// One product: its form, new or existing, and under it what came and went.

import { go } from "../../address.js";
import { api, tagOf } from "../../api.js";
import { forgetDraft, form } from "../../form.js";
import { t } from "../../texts.js";
import { badge, empty, h, toast, words } from "../../ui.js";
import { changes as differing, draftNote, same, saveChange, seenMark } from "../shared/saving.js";
import { deleteButton } from "./delete.js";
import { BLANK, labels, readable, readWords, sortingCard, taxCategories, wordsCard
  } from "./fields.js";
import { forgetFound } from "./find.js";
import { readSale, saleCard, writeSale } from "./sale.js";
import { stockCard } from "./stock.js";
import { variantEditor } from "./variants.js";

export async function show({ params }) {
  const [product, categories] = await Promise.all([load(params.id), taxCategories()]);
  if (!product) {
    return [
      h("div", { class: "head" }, h("h1", {}, t("product.none"))),
      empty(t("product.none_text"), h("a", { class: "button", href: "#/products" },
        t("product.to_list"))),
    ];
  }
  const page = productForm(product, categories);
  return [
    head(product, page),
    page.note,
    page.element,
    product.id && await stockCard(product, page.moved),
  ].filter(Boolean);
}

async function load(id) {
  if (!id) return BLANK;
  return api.get(`/products/${id}`).catch((error) => {
    if (error.status === 404) return null;
    throw error;
  });
}

const head = (product, page) => h("div", { class: "head" },
  product.id
    ? h("h1", {}, words(product.name), " ", badge("product", product.status))
    : h("h1", {}, t("products.new")),
  product.id && deleteButton(page.seen));

function productForm(product, categories) {
  const draft = `product ${product.id ?? "new"}`;
  let seen = product;
  const sale = saleCard(product);
  const editor = variantEditor(product, {
    read: () => readSale(element),
    write: (row) => writeSale(element, row),
    show: (on) => { sale.hidden = !on; },
  });
  const read = () => ({ ...readWords(element), ...readRest(element, editor, seen) });
  const changes = () => changesOf(seen, read());
  // The table stands before the form looks for a draft, which is what fills its fields.
  editor.start();
  const element = form([
    product.id && seenMark(product),
    h("div", { class: "columns" },
      h("div", {}, wordsCard(product), sale),
      h("div", {}, sortingCard(product, categories))),
    editor.element,
  ], () => (product.id ? save(element, seen, changes(), draft) : create(read(), draft)),
  { draft, action: product.id ? t("product.save") : t("product.create") });
  editor.restore();
  const begun = Object.keys(product.id ? changes() : differing(BLANK, readWords(element))).length;
  return {
    element,
    note: draftNote(draft, begun > 0),
    seen: () => seen,
    moved: async () => { seen = await takeStock(element, editor, seen); },
  };
}

/** The part that hangs on variants: the fields of the only one, or all of them. */
function readRest(element, editor, seen) {
  if (editor.on()) return editor.read(seen);
  const sale = readSale(element);
  if (!seen.options.length) return sale;
  // The first variant stays as the only one, with its stock and its orders.
  const id = editor.first();
  return { options: [], variants: [{ ...(id && { id }), ...sale }] };
}

function changesOf(seen, values) {
  const change = differing(seen, values);
  if (values.variants && sameVariants(seen, values)) {
    delete change.variants;
    if (!change.options) delete change.options;
  } else if (values.variants) change.options = values.options;
  return change;
}

/** Variants that say what is there already, in the same order, are no change. */
function sameVariants(seen, { options, variants }) {
  return same(options, seen.options) && variants.length === seen.variants.length
    && variants.every((variant, at) => Object.entries(variant).every(([name, value]) =>
      same(value, seen.variants[at][name])));
}

async function save(element, seen, change, draft) {
  const saved = await saveChange({
    form: element, path: `/products/${seen.id}`, seen, change, draft, names: labels(), readable,
  });
  if (saved) forgetFound();
  return saved;
}

async function create(values, draft) {
  const body = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
  const made = await api.post("/products", body);
  forgetDraft(draft);
  forgetFound();
  toast(t("product.created", { name: made.name }));
  go(`#/products/${made.id}`, { replace: true });
}

/**
 * After a movement the form goes on from the new stock; what else was typed stays. When somebody
 * changed the product meanwhile, the old one stays what was seen, so that saving asks.
 */
async function takeStock(element, editor, seen) {
  const fresh = await api.get(`/products/${seen.id}`);
  forgetFound();
  if (fresh.version !== seen.version) return seen;
  const box = element.elements["/stock"];
  if (box.value === String(seen.stock ?? "")) box.value = fresh.stock ?? "";
  editor.moved(seen, fresh);
  const mark = element.elements.seen;
  if (mark.value === tagOf(seen)) mark.value = tagOf(fresh);
  return fresh;
}
