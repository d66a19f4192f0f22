// The collections as the tree that they are: two levels, in the order in which the shop shows them.

import { again } from "../../address.js";
import { api } from "../../api.js";
import { number, t } from "../../texts.js";
import { backTo, empty, fill, h, run, words } from "../../ui.js";
import { collectionTree } from "../shared/collections.js";
import { grip, mover, orderable } from "../shared/orderable.js";
import { small, thumb } from "../shared/thumb.js";

export async function show() {
  const tree = await collectionTree();
  const add = () => h("a", { class: "button primary", href: "#/products/collections/new" },
    t("collections.new"));
  return h("div", {},
    h("div", { class: "head" },
      h("div", {},
        backTo("#/products", t("section.products")),
        h("h1", {}, t("section.collections"))),
      add()),
    h("section", { class: "card" }, tree.length
      ? branch(tree, null) : empty(t("collections.empty"), add())));
}

/** Those that are part of `parent`, in a list that is put in order. */
function branch(tree, parent) {
  const within = tree.filter(({ parent_id: id }) => id === parent);
  const list = h("ol", { class: "members" });
  const draw = () => fill(list, within.map((one) => item(tree, one, within.length > 1
    && ((by) => run(() => move(within.indexOf(one), within.indexOf(one) + by, by))))));
  const move = async (from, to, by) => {
    if (!within[to]) return;
    const [one] = within.splice(from, 1);
    within.splice(to, 0, one);
    draw();
    if (by) list.children[to].querySelector(`[data-by="${by}"]`).focus();
    await store(within);
  };
  orderable(list, (from, to) => run(() => move(from, to)));
  draw();
  return within.length > 0 && list;
}

function item(tree, collection, move) {
  const { id, name, image, products_count: n } = collection;
  const step = (by) => {
    const button = mover(by, name, move);
    button.dataset.by = by;
    return button;
  };
  return h("li", {},
    h("div", { class: "member", "data-row": true },
      move && grip(),
      thumb(small(image)),
      h("a", { href: `#/products/collections/${id}` }, words(name)),
      h("span", { class: "quiet" }, t("collections.n_products", { n: number(n), count: n })),
      move && h("span", { class: "acts" }, step(-1), step(1))),
    branch(tree, id));
}

/** Those whose place is another now are told theirs. */
async function store(within) {
  try {
    for (const [position, one] of within.entries()) {
      if (one.position !== position) await api.patch(`/collections/${one.id}`, { position });
      one.position = position;
    }
  } catch (error) {
    again();
    throw error;
  }
}
