// What takes a while begins before the page is there: who is here, and the view of the address. The
// page runs this as soon as it has come, without waiting for the rest.

import { current } from "./router.js";
import { load } from "./session.js";

// What the views import that are looked at most, in one go instead of file after file.
const PARTS = {
  today: "chart today_checklist",
  orders: "orders_bulk orders_latest order_steps",
  order: "order_actions order_address order_allowed order_asking order_back order_carrier"
    + " order_dialogs order_documents order_history order_items order_money order_note"
    + " order_parcels order_people order_steps order_sums places saving",
  products: "products_cells products_find sort_heading",
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

let begun = load();
begun.catch(() => {});
viewOf(current().module);

/** Who is signed in, as far as that is asked already; what failed is asked once more. */
export function loaded() {
  const first = begun;
  begun = null;
  return first ? first.catch(load) : load();
}
