// The views, which come when they are asked for. All that takes a while begins as soon as this has
// come: who is here, and the view of the address.

import { current } from "./address.js";
import { loadSession } from "./api.js";

// The imports of the views that are looked at most, in one go instead of file after file.
const PARTS = {
  today: "shared/chart today_checklist",
  "orders/list": "../list orders/allowed orders/bulk shared/ticks",
  "orders/order": "orders/actions orders/allowed orders/by_card orders/cards orders/history"
    + " orders/items orders/mails orders/people orders/steps shared/places"
    + " shared/thumb",
  "products/list": "../form ../list products/columns products/filters products/row"
    + " shared/collections shared/thumb shared/ticks",
};

const views = new Map();
const part = (name) => import(`./views/${name}.js`);

/** The module of a view; one that did not come is asked for again the next time. */
export function viewOf(name) {
  if (!views.has(name)) {
    views.set(name, part(name));
    views.get(name).catch(() => views.delete(name));
    for (const other of PARTS[name]?.split(" ") ?? []) part(other).catch(() => {});
  }
  return views.get(name);
}

let begun = loadSession();
begun.catch(() => {});
viewOf(current().module);

/** The answer about who is signed in, asked for already; one that failed is asked for once more. */
export function loaded() {
  const first = begun;
  begun = null;
  return first ? first.catch(loadSession) : loadSession();
}
