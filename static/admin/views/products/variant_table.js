// The table of variants: a row each, every field in its cell, a fault under it.

import { check } from "../../form.js";
import { t } from "../../texts.js";
import { h, uid, words } from "../../ui.js";
import { small, thumb } from "../shared/thumb.js";
import { SALE } from "./sale.js";

/** What a phone shows of a variant before its row is opened. */
const MAIN = ["variant", "price", "stock"];

/**
 * `acts`: `remove(row)`, `choose(row, title)` of a picture among `images`, and `fillUp()` where
 * combinations are missing.
 */
export function variantTable(state, { remove, fillUp, images, choose }) {
  const heading = (name) =>
    h("th", { scope: "col", class: MAIN.includes(name) && "main" }, t(`product.short.${name}`));
  return h("div", {},
    h("div", { class: "scroll", tabindex: 0 },
      h("table", { class: "cards editable variants", "aria-label": t("product.variants") },
        h("thead", {}, h("tr", {},
          heading("variant"), images.length > 0 && heading("image"),
          SALE.map(({ name }) => heading(name)),
          h("td", { class: "main fold" }),
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
  const fold = h("button", {
    type: "button", class: "icon", "aria-label": t("product.short.more", { title }),
    onclick: () => open(!row.open),
  });
  const element = h("tr", {},
    h("td", { class: "main" }, words(title)),
    picture,
    SALE.map((one) => cell(row, at, one, title)),
    h("td", { class: "main fold" }, fold),
    h("td", {}, h("button", {
      type: "button", class: "icon", onclick: () => remove(row),
      "aria-label": t("product.remove_variant_name", { title }),
      title: t("product.remove_variant"),
    }, "×")));
  const open = (on) => {
    row.open = on;
    element.classList.toggle("open", on);
    fold.setAttribute("aria-expanded", String(on));
  };
  open(Boolean(row.open));
  // A fault in it has to be seen.
  element.addEventListener("invalid", () => open(true), true);
  return element;
}

function cell(row, at, { name, make, beside }, title) {
  const props = {
    id: uid("cell"), "aria-label": `${t(`product.short.${name}`)}, ${title}`,
    placeholder: name === "stock" ? t("product.short.not_tracked") : null,
  };
  const pointer = `/variants/${at}/${name}`;
  const isTick = make === check;
  const control = isTick
    ? h("input", { type: "checkbox", name: pointer, checked: row[name], ...props })
    : make(pointer, row[name], props);
  // It says what was typed, also where that could be a number of the wire.
  if (!isTick) control.value = row[name];
  control.addEventListener("input", () => { row[name] = control[isTick ? "checked" : "value"]; });
  const fault = h("span", { class: "fault", id: `${control.id}-fault`, hidden: true });
  control.setAttribute("aria-describedby", fault.id);
  const [text, meaning] = beside?.(row) || [];
  return h("td", {
    class: MAIN.includes(name) && "main", "data-label": t(`product.short.${name}`),
  },
    h("span", { class: "in-cell" }, control, fault,
      text && h("span", { class: "beside-field", title: meaning }, text)));
}
