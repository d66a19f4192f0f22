// News from the shop: a quiet line when something happened to an order, in every tab, over one
// connection a browser.

import { fill, h } from "./dom.js";
import { again, current } from "./router.js";
import { me } from "./session.js";
import { t } from "./texts.js";

const channel = new BroadcastChannel("tillbox");
let started = false;
let place = null;
let orders = new Map();

/** Listens, and says what is new in `element`. One tab holds the connection; the others hear of it. */
export function listen(element) {
  place = element;
  if (started) return;
  started = true;
  channel.addEventListener("message", ({ data }) => hear(data));
  // Whoever gets the lock connects; when that tab is closed, the next one does.
  navigator.locks?.request("tillbox-events", () => new Promise(connect));
  if (!navigator.locks) connect();
}

function connect() {
  const source = new EventSource("/events");
  source.addEventListener("order", (event) => {
    const news = JSON.parse(event.data);
    channel.postMessage(news);
    hear(news);
  });
}

function hear(news) {
  if (!me()) return;
  dispatchEvent(new CustomEvent("shop-news", { detail: news }));
  const { path, params } = current();
  // Somebody who looks at the order sees it change there.
  if (path.startsWith("orders/") && params.id === String(news.order_id)) return;
  if (news.kind !== "placed") return;
  orders.set(news.order_id, news.number);
  show();
}

function show() {
  const [id, number] = [...orders][orders.size - 1];
  fill(place, h("div", { class: "bar" },
    orders.size === 1
      ? h("a", { href: `#/orders/${id}`, onclick: clear }, t("new_order_placed", { number }))
      : h("a", { href: "#/orders?tab=to_pack", onclick: clear }, t("new_orders", { n: orders.size })),
    h("button", { class: "link", type: "button", onclick: () => { clear(); again(); } }, t("show_now")),
    h("button", { class: "icon", type: "button", "aria-label": t("close"), onclick: clear }, "×")));
}

function clear() {
  orders = new Map();
  fill(place);
}
