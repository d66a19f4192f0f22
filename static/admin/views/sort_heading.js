// The heading of a column that sorts its table: a link, so that the order is in the address too.

import { h } from "../dom.js";
import { address } from "../router.js";

/**
 * `path`, `values`: the view and its state; `name`: the field that the column sorts by. `most`: the
 * highest comes first at the first press.
 */
export function sortHeading(path, values, name, text, { kind, most = false } = {}) {
  const up = values.sort === name;
  const down = values.sort === `-${name}`;
  const next = up || (most && !down) ? `-${name}` : name;
  const order = up ? "ascending" : "descending";
  return h("th", { scope: "col", class: kind, "aria-sort": up || down ? order : null },
    h("a", { class: "sort", href: address(path, { ...values, sort: next }) },
      text, (up || down) && h("span", { "aria-hidden": "true" }, up ? " ↑" : " ↓")));
}
