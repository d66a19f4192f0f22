// Addresses: everything after the # is the view and its state, so that reload, back and a link keep
// it. `#/orders/7`, `#/orders?tab=unpaid&q=ana`.

import { query } from "./api.js";

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
const SETUP = "#setup=";

const listeners = new Set();

/** The view of the address: its module, the parts of its path, and what stands behind the ?. */
export function current() {
  const { hash } = location;
  if (hash.startsWith(SETUP)) {
    const params = { code: hash.slice(SETUP.length) };
    return { path: "setup", module: "setup", params, query: new URLSearchParams() };
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
    history.replaceState(history.state, "", to);
    again();
  } else location.hash = to;
}

/** Shows the present view again, as the shop is now. */
export const again = () => listeners.forEach((listener) => listener());

export const onMove = (listener) => listeners.add(listener);

export function start() {
  addEventListener("hashchange", again);
}
