// The collections that a product is in, ticked in the form.

import { check } from "../../form.js";
import { t } from "../../texts.js";
import { h } from "../../ui.js";

const AT = "/collection_ids/";
let names = new Map();

/** `tree`: all collections, in order. */
export function collectionFields(product, tree) {
  names = new Map(tree.map(({ id, name }) => [id, name]));
  const chosen = product.collection_ids ?? [];
  return h("fieldset", { class: "plain ticks" },
    h("legend", {}, t("section.collections")),
    tree.length
      ? h("div", { class: "tick-list" }, tree.map(({ id, name, parent_id: parent }) =>
        h("div", { class: parent && "part" },
          check(`${AT}${id}`, h("span", { dir: "auto" }, name), chosen.includes(id)))))
      : h("p", { class: "hint" }, t("product.no_collections"), " ",
        h("a", { href: "#/products/collections/new" }, t("collections.new"))));
}

export const readCollections = (form) => ({
  collection_ids: [...form.querySelectorAll(`[name^="${AT}"]:checked`)]
    .map(({ name }) => Number(name.slice(AT.length))).sort((one, other) => one - other),
});

/** For the comparison after a conflict. */
export const namesOf = (ids) => ids.map((id) => names.get(id) ?? id);
