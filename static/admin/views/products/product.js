// One product: its form, new or existing, and under it what came and went.

import { go } from "../../address.js";
import { api, tagOf } from "../../api.js";
import { forgetDraft, form } from "../../form.js";
import { t } from "../../texts.js";
import { backTo, badge, empty, h, toast, words } from "../../ui.js";
import { collectionTree } from "../shared/collections.js";
import { changes as differing, draftNote, same, saveChange, seenMark } from "../shared/saving.js";
import { deleteButton } from "./delete.js";
import { BLANK, labels, readable, readWords, sortingCard, wordsCard
  } from "./fields.js";
import { bareUnit, moreCard } from "./more.js";
import { picturesCard } from "./pictures.js";
import { readSale, saleCard, writeSale } from "./sale.js";
import { stockCard } from "./stock.js";
import { variantEditor } from "./variants.js";

export async function show({ params }) {
  const [product, tree] = await Promise.all([load(params.id), collectionTree()]);
  if (!product) {
    return [
      h("div", { class: "head" }, h("h1", {}, t("product.none"))),
      empty(t("product.none_text"), h("a", { class: "button", href: "#/products" },
        t("product.to_list"))),
    ];
  }
  const page = productForm(product, tree);
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
  h("div", {},
    backTo("#/products", t("section.products")),
    product.id
      ? h("h1", {}, words(product.name), " ", badge("product", product.status))
      : h("h1", {}, t("products.new"))),
  product.id && deleteButton(page.seen));

function productForm(product, tree) {
  const draft = `product ${product.id ?? "new"}`;
  let seen = product;
  const sale = saleCard(product);
  const pictures = picturesCard(product, async () => {
    if (product.id) seen = await takePictures(element, editor, seen);
    editor.show();
  });
  const editor = variantEditor(product, {
    read: () => readSale(element),
    write: (row) => writeSale(element, row),
    show: (on) => { sale.hidden = !on; },
  }, pictures.images);
  const read = () => ({ ...readWords(element), ...readRest(element, editor, seen) });
  const changes = () => changesOf(seen, read());
  // The table stands before the form looks for a draft, which is what fills its fields.
  editor.show();
  const element = form([
    product.id && seenMark(product),
    h("div", { class: "columns" },
      h("div", {}, wordsCard(product), pictures.element, sale),
      h("div", {}, sortingCard(product, tree), moreCard(product))),
    editor.element,
  ], () => (product.id ? save(element, seen, changes(), draft) : create(read(), draft, pictures)),
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
  const change = differing({ ...seen, unit_price: bareUnit(seen.unit_price) }, values);
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

const save = (element, seen, change, draft) => saveChange({
  form: element, path: `/products/${seen.id}`, seen, change, draft, names: labels(), readable,
});

async function create(values, draft, pictures) {
  const body = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
  body.variants &&= body.variants.map((variant) => ({ ...variant, image_id: null }));
  const made = await api.post("/products", body);
  forgetDraft(draft);
  pictures.handOver(made, values.variants);
  toast(t("product.created", { name: made.name }));
  go(`#/products/${made.id}`, { replace: true });
}

/**
 * After a movement the form goes on from the new stock; what else was typed stays. When somebody
 * changed the product meanwhile, the old one stays what was seen, so that saving asks.
 */
async function takeStock(element, editor, seen) {
  const fresh = await api.get(`/products/${seen.id}`);
  if (fresh.version !== seen.version) return seen;
  const box = element.elements["/stock"];
  if (box.value === String(seen.stock ?? "")) box.value = fresh.stock ?? "";
  editor.moved(seen, fresh);
  return nowSeen(element, seen, fresh);
}

/** The same after a picture came or went, where nothing else was changed meanwhile. */
async function takePictures(element, editor, seen) {
  const fresh = await api.get(`/products/${seen.id}`);
  const parts = (product) => Object.keys(BLANK).map((name) => (name === "variants"
    ? product.variants.map((variant) => ({ ...variant, image_id: null })) : product[name]));
  if (!same(parts(seen), parts(fresh))) return seen;
  editor.moved(seen, fresh);
  return nowSeen(element, seen, fresh);
}

function nowSeen(element, seen, fresh) {
  const mark = element.elements.seen;
  if (mark.value === tagOf(seen)) mark.value = tagOf(fresh);
  return fresh;
}
