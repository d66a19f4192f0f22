// Addresses: everything after the # is the view and its state, so that reload, back and a link keep
// it. `#/orders/7`, `#/orders?tab=unpaid&q=ana`.

import { query } from "./api.js";

const ROUTES = [
  [/^today$/, "today"],
  [/^orders$/, "orders/list"],
  [/^orders\/new$/, "orders/new"],
  [/^orders\/(?<id>\d+)$/, "orders/order"],
  [/^products$/, "products/list"],
  [/^products\/new$/, "products/product"],
  [/^products\/(?<id>\d+)$/, "products/product"],
  [/^products\/collections$/, "collections/list"],
  [/^products\/collections\/new$/, "collections/collection"],
  [/^products\/collections\/(?<id>\d+)$/, "collections/collection"],
  [/^customers$/, "customers/list"],
  [/^customers\/(?<id>\d+)$/, "customers/customer"],
  [/^discounts$/, "discounts/list"],
  [/^discounts\/new$/, "discounts/discount"],
  [/^discounts\/(?<id>\d+)$/, "discounts/discount"],
  [/^mails$/, "mails/list"],
  [/^sales$/, "sales/sales"],
  [/^settings$/, "settings/settings"],
  [/^settings\/(?<part>\w+)$/, "settings/settings"],
  [/^account$/, "account"],
];
const SETUP = "#setup=";

const listeners = new Set();

/** The view of the address: its module, the parts of its path, and what stands behind the ?. */
export function current() {
  const { hash } = location;
  if (hash.startsWith(SETUP)) {
    const params = { code: hash.slice(SETUP.length) };
    return { path: "setup", module: "setup/setup", params, query: new URLSearchParams() };
  }
  const [path, search = ""] = hash.replace(/^#\/?/, "").split("?");
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
  if (to === location.hash) again();
  else if (replace) {
    // Within a view it stays the same step, of which the list is another.
    const { id, from } = history.state ?? {};
    const stays = to.split("?")[0] === location.hash.split("?")[0];
    history.replaceState({ from, ...(stays && { id }) }, "", to);
    again();
  } else location.hash = to;
}

/** Shows the present view again, as the shop is now. */
export const again = () => listeners.forEach((listener) => listener());

export const onMove = (listener) => listeners.add(listener);

export function start() {
  addEventListener("hashchange", again);
}
