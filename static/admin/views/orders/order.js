// An order: what was sold to whom, what happened to it, and the one thing to do next.

import { api, tagOf } from "../../api.js";
import { settle } from "../../focus.js";
import { date, learn, money, t, time } from "../../texts.js";
import { backTo, badge, empty, fill, h, run, words } from "../../ui.js";
import { actions } from "./actions.js";
import { isDue } from "./allowed.js";
import { parcels, payments } from "./cards.js";
import { documents } from "./documents.js";
import { history } from "./history.js";
import { items } from "./items.js";
import { mails, mailsOf } from "./mails.js";
import { buyer, more, notes, places } from "./people.js";

export async function show({ params }) {
  const beside = besides(params.id);
  beside.catch(() => {});
  const order = await api.get(`/orders/${params.id}`).catch((error) => {
    if (error.status === 404) return null;
    throw error;
  });
  if (!order) return missing();
  const page = { view: h("div", {}), order: null };
  await draw(page, order, false, beside);
  follow(page);
  return page.view;
}

const missing = () => [
  h("div", { class: "head" }, h("h1", {}, t("order.none"))),
  empty(t("order.none_text"), h("a", { class: "button", href: "#/orders?tab=all" },
    t("orders.show_all"))),
];

const besides = (id) => Promise.all([
  api.get(`/orders/${id}/track`), api.get(`/orders/${id}/invoices`),
  api.get(`/orders/${id}/payment_sessions`), mailsOf(id), learn("mails"),
]);

/** Draws the order as the shop last answered it, with what hangs on it. */
async function draw(page, order, sameButton = false, beside = besides(order.id)) {
  const [track, invoices, led, told] = await beside;
  // Of two that were asked for at once, the earlier may come later.
  if (page.order && order.version < page.order.version) return;
  page.order = order;
  const changed = async (next) => draw(page, next ?? await api.get(`/orders/${order.id}`));
  const had = page.view.contains(document.activeElement) && document.activeElement;
  fill(page.view,
    head(order),
    actions(order, changed),
    h("div", { class: "columns" },
      h("div", {},
        items(order), payments(order, led.data, changed), parcels(order, track, changed),
        history(order, track, invoices.data, changed)),
      h("div", {},
        buyer(order, changed), places(order, changed), notes(order, changed), more(order),
        documents(order, invoices.data, changed), mails(order, told))));
  // The button that was pressed is gone; the keyboard goes on where it was.
  if (had) settle(sameButton && had);
}

/** Follows what others do with this order. One's own steps are here already. */
function follow(page) {
  addEventListener("shop-news", function hear({ detail }) {
    if (!page.view.isConnected) return removeEventListener("shop-news", hear);
    if (detail.order_id && detail.order_id !== page.order.id) return undefined;
    return run(async () => {
      const now = await api.get(`/orders/${page.order.id}`);
      if (tagOf(now) !== tagOf(page.order)) await draw(page, now, true);
    });
  });
}

function head(order) {
  const cancelled = order.status === "cancelled";
  const moved = order.fulfillment_status !== "unfulfilled";
  return h("div", { class: "head" },
    h("div", {},
      backTo("#/orders", t("section.orders")),
      h("h1", {}, t("order.title", { number: order.number })),
      h("p", {}, words(order.customer.name ?? t("orders.deleted")), " · ",
        h("strong", {}, money(order.total, order.currency))),
      h("p", { class: "quiet" }, time(order.order_date), " · ", promise(order)),
      order.hold_until &&
        h("p", { class: "quiet" }, t("order.held", { time: time(order.hold_until) }))),
    h("p", { class: "badges" },
      cancelled && badge("order", "cancelled"),
      badge("payment", order.payment_status),
      isDue(order) && badge("money", "to_refund"),
      (!cancelled || moved) && badge("fulfillment", order.fulfillment_status)));
}

function promise(order) {
  if (order.status === "cancelled") {
    return t("order.cancelled_at", { time: time(order.cancelled_at) });
  }
  if (order.pickup_at) return t("order.pickup_at", { time: time(order.pickup_at) });
  return t("order.expected", { date: date(order.expected_delivery_date) });
}
