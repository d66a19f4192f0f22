// News from the shop: a quiet line when something happened to an order, in every tab, over one
// connection a browser; a tone, and a number in the title until somebody looks.

import { again, current, onMove } from "./address.js";
import { api, me } from "./api.js";
import { toHeading } from "./focus.js";
import { look } from "./reach.js";
import { ring, soundOn, switchSound } from "./sound.js";
import { t } from "./texts.js";
import { fill, h } from "./ui.js";

const RETRY_MILLIS = 5000;
/** Whoever has just taken an order is led to it meanwhile, and hears nothing. */
const RING_MILLIS = 700;
const channel = new BroadcastChannel("tillbox");
let started = false;
let place = null;
const orders = new Map();

/**
 * Listens, and says what is new in `element`. One tab holds the connection; the others hear of it.
 */
export function listen(element) {
  place = element;
  if (started) return;
  started = true;
  channel.addEventListener("message", ({ data }) => hear(data));
  onMove(() => (current().path === "orders" ? clear() : forgetSeen()));
  // Each view writes the title anew.
  new MutationObserver(count).observe(document.querySelector("title"), { childList: true });
  // Whoever gets the lock connects; when that tab is closed, the next one does.
  navigator.locks?.request("tillbox-events", () => new Promise(connect));
  if (!navigator.locks) connect();
}

function connect() {
  const source = new EventSource("/events");
  source.addEventListener("order", (event) => tell(JSON.parse(event.data)));
  // A browser comes back by itself after a cut line, but not after an answer that is a "no".
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(comeBack, RETRY_MILLIS);
    else look();
  });
}

/** Asks whether there is still a session, without which the page asks to sign in, but only once. */
async function comeBack(quiet = false) {
  const session = me() && await api.get("/staff/sessions/current", { quiet }).catch(() => null);
  if (!session) return setTimeout(comeBack, RETRY_MILLIS, true);
  connect();
  // Nobody knows what happened meanwhile.
  return tell({});
}

/** Of several tabs one is heard. */
function tell(news) {
  channel.postMessage(news);
  hear(news);
  setTimeout(() => { if (orders.has(news.order_id)) ring(); }, RING_MILLIS);
}

function hear(news) {
  if (!me()) return;
  dispatchEvent(new CustomEvent("shop-news", { detail: news }));
  if (news.kind !== "placed") return;
  orders.set(news.order_id, news.number);
  forgetSeen();
}

/** Somebody who looks at the order, or at the list, needs no line about it. */
function forgetSeen() {
  const { module, params } = current();
  if (module === "orders/order") orders.delete(Number(params.id));
  if (orders.size) show();
  else fill(place);
  count();
}

function count() {
  const title = document.title.replace(/^\(\d+\) /, "");
  const counted = orders.size ? `(${orders.size}) ${title}` : title;
  if (document.title !== counted) document.title = counted;
}

function show() {
  const [id, number] = [...orders][orders.size - 1];
  const n = orders.size;
  fill(place, h("div", { class: "bar" },
    n === 1
      ? h("a", { href: `#/orders/${id}`, onclick: clear }, t("new_order_placed", { number }))
      : h("a", { href: "#/orders?tab=to_pack", onclick: clear }, t("new_orders", { n })),
    h("button", { class: "link", type: "button", onclick: showNow }, t("show_now")),
    h("button", { class: "link", type: "button", onclick: (event) => {
      switchSound(!soundOn());
      fill(event.currentTarget, sound());
    } }, sound()),
    h("button", {
      class: "icon", type: "button", "aria-label": t("close"), onclick: clear,
    }, "×")));
}

const sound = () => t(soundOn() ? "sound.mute" : "sound.unmute");

function showNow() {
  clear();
  again();
}

function clear() {
  const had = place.contains(document.activeElement);
  orders.clear();
  forgetSeen();
  if (had) toHeading();
}
