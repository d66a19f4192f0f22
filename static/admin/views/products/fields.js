// The fields of a product: what it is called and where it belongs.

import { inField } from "../../decimals.js";
import { area, check, select } from "../../form.js";
import { t } from "../../texts.js";
import { card } from "../../ui.js";
import { blankOf, drawFields, fieldList, needed, readFields } from "../shared/field_list.js";
import { taxCategories } from "../shared/tax_categories.js";
import { collectionFields, namesOf, readCollections } from "./collections.js";
import { MORE, readMore, unitText } from "./more.js";
import { SALE } from "./sale.js";

const STATUSES = ["active", "draft", "archived"];

const WORDS = fieldList("product", [
  {
    name: "name", fresh: "", take: needed,
    props: ({ id }) => ({ dir: "auto", required: true, autofocus: !id }),
  },
  { name: "description", fresh: "", make: area, take: needed, props: { rows: 6, dir: "auto" } },
]);
const SORTING = fieldList("product", [
  {
    name: "status", fresh: "active", make: select, hint: true,
    options: () => STATUSES.map((name) => [name, t(`product.${name}`)]),
  },
  { name: "vendor", props: { dir: "auto" } },
  {
    name: "tags", fresh: [], hint: true, props: { dir: "auto" },
    show: (tags) => tags.join(", "),
    take: (text) => (text ?? "").split(",").map((tag) => tag.trim()).filter(Boolean),
  },
  {
    name: "tax_category", fresh: "standard", hint: true, make: select,
    options: ({ tax_category: present }) => taxCategories(present),
  },
  { name: "withdrawal_exempt", make: check, fresh: false },
]);

/** A new product, as the shop would answer it. */
export const BLANK = {
  ...blankOf([...WORDS, ...SORTING, ...SALE, ...MORE]), collection_ids: [], unit_price: null,
  options: [], variants: [],
};

export const wordsCard = (product) => card(t("product.about"), drawFields(WORDS, product));

export const sortingCard = (product, tree) => card(t("product.sorting"),
  drawFields(SORTING, product), collectionFields(product, tree));

/** The form's answers about the product, without those about its variants. */
export const readWords = (form) => ({
  ...readFields(form, [...WORDS, ...SORTING]), ...readCollections(form), ...readMore(form),
});

/** Field to label, for the comparison after a conflict. */
export const labels = () => Object.fromEntries(
  Object.keys(BLANK).map((name) => [name, t(`product.${name}`)]));

const PRICES = ["price", "compare_at_price"];
const withPrices = (all) => Object.fromEntries(Object.entries(all)
  .map(([name, value]) => [name, PRICES.includes(name) && value ? inField(value) : value]));

/** A product's fields as people read them; of its variants only what `mine` says of them. */
export function readable(fields, mine) {
  const shown = withPrices(fields);
  if (fields.status) shown.status = t(`product.${fields.status}`);
  if (fields.collection_ids) shown.collection_ids = namesOf(fields.collection_ids);
  if (fields.unit_price) shown.unit_price = unitText(fields.unit_price);
  if (fields.options) {
    shown.options = Object.fromEntries(fields.options.map(({ name, values }) => [name, values]));
  }
  if (fields.variants) {
    shown.variants = Object.fromEntries(fields.variants.flatMap((variant) => {
      const said = mine.variants.find(({ id }) => id === variant.id) ?? variant;
      const title = fields.options?.map(({ name }) => variant.options[name]).join(" / ");
      return SALE.filter(({ name }) => name in said).map(({ name }) =>
        [[title, t(`product.short.${name}`)].filter(Boolean).join(", "),
          withPrices(variant)[name]]);
    }));
  }
  return shown;
}
