// Addresses: everything after the # is the view and its state, so that reload, back and a link keep
// it. `#/orders/7`, `#/orders?tab=unpaid&q=ana`.

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
export function address(path, values = {}) {
  const pairs = Object.entries(values).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const search = new URLSearchParams(pairs).toString();
  return `#/${path}${search ? `?${search}` : ""}`;
}

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
