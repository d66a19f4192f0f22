// Addresses: everything after the # is the view and its state, so that reload, back and a link keep
// it. `#/orders/7`, `#/orders?tab=unpaid&q=ana`. What takes a while begins as soon as this has come:
// who is here, and the view of the address.

import { loadSession, query } from "./api.js";

const ROUTES = [
  [/^today$/, "today"],
  [/^orders$/, "orders"],
  [/^orders\/new$/, "order_new"],
  [/^orders\/(?<id>\d+)$/, "order"],
  [/^products$/, "products"],
  [/^products\/new$/, "product"],
  [/^products\/(?<id>\d+)$/, "product"],
  [/^customers$/, "customers"],
  [/^customers\/(?<id>\d+)$/, "customer"],
  [/^discounts$/, "discounts"],
  [/^discounts\/new$/, "discount"],
  [/^discounts\/(?<id>\d+)$/, "discount"],
  [/^sales$/, "sales"],
  [/^settings$/, "settings"],
  [/^settings\/(?<part>\w+)$/, "settings"],
  [/^account$/, "account"],
];

const listeners = new Set();

/** The view of the address: its module, the parts of its path, and what stands behind the ?. */
export function current() {
  const hash = location.hash.replace(/^#\/?/, "");
  if (location.hash.startsWith("#setup=")) {
    return { path: "setup", module: "setup", params: { code: location.hash.slice(7) }, query: new URLSearchParams() };
  }
  const [path, search = ""] = hash.split("?");
  const query = new URLSearchParams(search);
  for (const [pattern, module] of ROUTES) {
    const found = path.match(pattern);
    if (found) return { path, module, params: { ...found.groups }, query };
  }
  return { path: "today", module: "today", params: {}, query };
}

/** An address with a changed state; what is empty is left out. */
export const address = (path, values = {}) => `#/${query(path, values)}`;

/** Goes to an address; `replace` leaves no step in the history. */
export function go(to, { replace = false } = {}) {
  if (to === location.hash) listeners.forEach((listener) => listener());
  else if (replace) {
    history.replaceState(history.state, "", to);
    listeners.forEach((listener) => listener());
  } else location.hash = to;
}

/** Shows the present view again, as the shop is now. */
export const again = () => listeners.forEach((listener) => listener());

export const onMove = (listener) => listeners.add(listener);

export function start() {
  addEventListener("hashchange", again);
}

// What the views import that are looked at most, in one go instead of file after file.
const PARTS = {
  today: "chart",
  orders: "../list orders_bulk",
  order: "order_allowed order_cards order_history order_items order_people order_steps places",
  products: "../form ../list products_cells products_find",
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

/** Who is signed in, as far as that is asked already; what failed is asked once more. */
export function loaded() {
  const first = begun;
  begun = null;
  return first ? first.catch(loadSession) : loadSession();
}
