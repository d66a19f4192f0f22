// The collections of the shop, as the tree of two levels that they are.

import { api, query } from "../../api.js";

/** All of them in order: each with those that are part of it behind it. */
export async function collectionTree() {
  const all = [];
  let after = "";
  do {
    const page = await api.get(query("/collections", { sort: "position", limit: 100, after }));
    all.push(...page.data);
    after = page.next_cursor;
  } while (after);
  const within = (id) => all.filter(({ parent_id: parent }) => parent === id);
  return within(null).flatMap((top) => [top, ...within(top.id)]);
}

/** To choose from in a select: the parts stand further in. */
export const choices = (tree) => tree.map(({ id, name, parent_id: parent }) =>
  [String(id), parent ? `\u2003${name}` : name]);
