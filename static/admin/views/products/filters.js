// What the list of products is narrowed down by: a collection, a tag.

import { go } from "../../address.js";
import { api, query } from "../../api.js";
import { select } from "../../form.js";
import { t } from "../../texts.js";
import { h } from "../../ui.js";
import { choices, collectionTree } from "../shared/collections.js";

/** More tags than these are in no list. */
const TAGS_MAX = 100;
const KEEP_MILLIS = 10_000;
let known = null;

/** `to(change)`: the address with another filter. */
export async function filters(state, to) {
  const [tree, tags] = await choosable();
  const one = (name, options) => select("", state[name], [["", t(`products.any_${name}`)],
    ...options], {
    "aria-label": t(`products.${name}`), "data-filter": name,
    onchange: ({ target }) => go(to({ [name]: target.value })),
  });
  const names = new Set([...tags, state.tag].filter(Boolean));
  return h("div", { class: "filters" },
    tree.length > 0 && one("collection", choices(tree)),
    names.size > 0 && one("tag", [...names].map((tag) => [tag, tag])),
    h("a", { href: "#/products/collections" }, t("section.collections")));
}

/** They are not asked for again at every key of a search. */
function choosable() {
  if (known && Date.now() - known.at < KEEP_MILLIS) return known.lists;
  known = { at: Date.now(), lists: Promise.all([collectionTree(), tagList()]) };
  known.lists.catch(() => { known = null; });
  return known.lists;
}

/** The tags of most products. */
export const tagList = async () =>
  (await api.get(query("/tags", { limit: TAGS_MAX }))).data.map(({ tag }) => tag);

/** After a change there may be others. */
export const forgetFilters = () => { known = null; };
