// The table of variants: a row each, every field in its cell, a fault under it.

import { check } from "../../form.js";
import { money, t } from "../../texts.js";
import { h, uid, words } from "../../ui.js";
import { small, thumb } from "../shared/thumb.js";
import { SALE } from "./sale.js";

const COLUMNS = SALE.filter(({ make }) => make !== check);

/**
 * `acts`: `remove(row)`, `choose(row, title)` of a picture among `images`, and `fillUp()` where
 * combinations are missing.
 */
export function variantTable(state, { remove, fillUp, images, choose }) {
  const heading = (name) => h("th", { scope: "col" }, t(`product.short.${name}`));
  return h("div", {},
    h("div", { class: "scroll", tabindex: 0 },
      h("table", { class: "cards editable variants", "aria-label": t("product.variants") },
        h("thead", {}, h("tr", {},
          heading("variant"), images.length > 0 && heading("image"),
          COLUMNS.map(({ name }) => heading(name)), heading("allow_backorder"),
          h("th", { scope: "col" },
            h("span", { class: "hidden-text" }, t("product.remove_variant"))))),
        h("tbody", {}, state.rows.map((row, at) =>
          variantRow(row, at, remove, images.length > 0 && shown(row, images, choose)))))),
    fillUp && h("button", { type: "button", class: "link", onclick: fillUp },
      t("product.add_missing")));
}

const titleOf = (row) => row.values.filter(Boolean).join(" / ");

function shown(row, images, choose) {
  const image = images.find(({ id }) => id === row.image_id);
  const name = `${t("product.short.image")}, ${titleOf(row)}`;
  return h("td", { "data-label": t("product.short.image") }, h("button", {
    type: "button", class: "pick", "aria-label": name, onclick: () => choose(row, titleOf(row)),
  }, image ? thumb(small(image)) : "+"));
}

function variantRow(row, at, remove, picture) {
  const title = titleOf(row);
  return h("tr", {},
    h("td", {}, words(title)),
    picture,
    COLUMNS.map(({ name, make }) => cell(row, at, name, title, make)),
    backorders(row, at, title),
    h("td", {}, h("button", {
      type: "button", class: "icon", onclick: () => remove(row),
      "aria-label": t("product.remove_variant_name", { title }),
      title: t("product.remove_variant"),
    }, "×")));
}

function cell(row, at, name, title, make) {
  const control = make(`/variants/${at}/${name}`, row[name], {
    id: uid("cell"), "aria-label": `${t(`product.short.${name}`)}, ${title}`,
    placeholder: name === "stock" ? t("product.short.not_tracked") : null,
  });
  control.addEventListener("input", () => { row[name] = control.value; });
  const fault = h("span", { class: "fault", id: `${control.id}-fault`, hidden: true });
  control.setAttribute("aria-describedby", fault.id);
  const isLower = name === "compare_at_price" && row.lowest;
  return h("td", { "data-label": t(`product.short.${name}`) },
    h("span", { class: "in-cell" }, control, fault, isLower && h("span", {
      class: "beside-field", title: t("product.lowest_price_hint", { price: money(row.lowest) }),
    }, t("product.short.lowest", { price: money(row.lowest) }))));
}

function backorders(row, at, title) {
  const box = h("input", {
    type: "checkbox", name: `/variants/${at}/allow_backorder`, id: uid("cell"),
    checked: row.allow_backorder, "aria-label": `${t("product.short.allow_backorder")}, ${title}`,
  });
  box.addEventListener("input", () => { row.allow_backorder = box.checked; });
  const fault = h("span", { class: "fault", id: `${box.id}-fault`, hidden: true });
  return h("td", { "data-label": t("product.short.allow_backorder") },
    h("span", { class: "in-cell" }, box, fault));
}
