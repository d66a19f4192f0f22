// The fields of a product: what it is, and what it costs while it comes in one variant.

import { api, isOwner } from "../../api.js";
import { amount, area, check, field, input, select, typed, typedMoney, typedNumber, whole
  } from "../../form.js";
import { t } from "../../texts.js";
import { card, h } from "../../ui.js";
import { FIELDS } from "./options.js";

const STATUSES = ["active", "draft", "archived"];

/** What a new product starts with, as the shop would answer it. */
export const BLANK = {
  name: "", description: "", status: "active", vendor: null, tags: [], tax_category: "standard",
  withdrawal_exempt: false, price: null, compare_at_price: null, sku: null, barcode: null,
  stock: null, low_stock_at: null, allow_backorder: false, weight_grams: null, options: [],
  variants: [],
};

/** The tax categories that the shop has rates for; only the owner may see them. */
export async function taxCategories() {
  if (!isOwner()) return [];
  const { tax_rates: rates } = await api.get("/settings");
  return [...new Set(["standard", ...rates.map(({ category }) => category)])];
}

export const wordsCard = (product) => card(t("product.about"),
  field(t("product.name"), input("/name", product.name, {
    dir: "auto", required: true, autofocus: !product.id,
  })),
  field(t("product.description"), area("/description", product.description, {
    rows: 6, dir: "auto",
  })));

export function sortingCard(product, categories) {
  const list = h("datalist", { id: "tax-categories" },
    categories.map((name) => h("option", { value: name })));
  return card(t("product.sorting"),
    field(t("product.status"), select("/status", product.status,
      STATUSES.map((name) => [name, t(`product.${name}`)])), { hint: t("product.status_hint") }),
    field(t("product.vendor"), input("/vendor", product.vendor, { dir: "auto" })),
    field(t("product.tags"), input("/tags", product.tags.join(", "), { dir: "auto" }),
      { hint: t("product.tags_hint") }),
    field(t("product.tax_category"), input("/tax_category", product.tax_category, {
      list: categories.length ? "tax-categories" : null,
    }), { hint: t("product.tax_category_hint") }),
    list,
    check("/withdrawal_exempt", t("product.withdrawal_exempt"), product.withdrawal_exempt));
}

export const saleCard = (product) => card(t("product.sale"), h("div", { class: "fields" },
  field(t("product.price"), amount("/price", product.price, { required: true })),
  field(t("product.compare_at_price"), amount("/compare_at_price", product.compare_at_price),
    { hint: t("product.compare_at_price_hint") }),
  field(t("product.sku"), input("/sku", product.sku)),
  field(t("product.barcode"), input("/barcode", product.barcode)),
  field(t("product.stock"), whole("/stock", product.stock, { class: "number" }),
    { hint: t("product.stock_hint") }),
  field(t("product.low_stock_at"), whole("/low_stock_at", product.low_stock_at),
    { hint: t("product.low_stock_at_hint") }),
  field(t("product.weight_grams"), whole("/weight_grams", product.weight_grams)),
  h("div", { class: "wide" },
    check("/allow_backorder", t("product.allow_backorder"), product.allow_backorder))));

/** What the form says of the product, without what its variants have. */
export function readWords(form) {
  return {
    name: typed(form, "/name") ?? "",
    description: typed(form, "/description") ?? "",
    status: typed(form, "/status"),
    vendor: typed(form, "/vendor"),
    tags: (typed(form, "/tags") ?? "").split(",").map((tag) => tag.trim()).filter(Boolean),
    tax_category: typed(form, "/tax_category") ?? "standard",
    withdrawal_exempt: typed(form, "/withdrawal_exempt"),
  };
}

/** What the form says of the only variant. */
export const readSale = (form) => ({
  price: typedMoney(form, "/price"),
  compare_at_price: typedMoney(form, "/compare_at_price"),
  sku: typed(form, "/sku"),
  barcode: typed(form, "/barcode"),
  stock: typedNumber(form, "/stock"),
  low_stock_at: typedNumber(form, "/low_stock_at"),
  weight_grams: typedNumber(form, "/weight_grams"),
  allow_backorder: typed(form, "/allow_backorder"),
});

/** Puts a variant's texts into the controls of the only one. */
export function writeSale(form, row) {
  for (const name of FIELDS) {
    const control = form.elements[`/${name}`];
    if (control.type === "checkbox") control.checked = row[name];
    else control.value = row[name];
  }
}

/** Field to label, for the comparison after a conflict. */
export const labels = () => Object.fromEntries(
  [...Object.keys(BLANK)].map((name) => [name, t(`product.${name}`)]));

/** A product's fields as people read them; of its variants only what `mine` says of them. */
export function readable(fields, mine) {
  const shown = { ...fields };
  if (fields.status) shown.status = t(`product.${fields.status}`);
  if (fields.options) {
    shown.options = Object.fromEntries(fields.options.map(({ name, values }) => [name, values]));
  }
  if (fields.variants) {
    shown.variants = Object.fromEntries(fields.variants.flatMap((variant) => {
      const said = mine.variants.find(({ id }) => id === variant.id) ?? variant;
      const title = fields.options?.map(({ name }) => variant.options[name]).join(" / ");
      return FIELDS.filter((name) => name in said).map((name) =>
        [[title, t(`product.short.${name}`)].filter(Boolean).join(", "), variant[name]]);
    }));
  }
  return shown;
}
