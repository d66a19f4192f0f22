// What left the house, and what the buyer does not want.

import { t, time } from "../texts.js";
import { button, card, copyButton, h, words } from "../ui.js";
import { take } from "./order_steps.js";

export function parcels(order, changed) {
  const shipped = order.shipments.length > 0 && card(t("order.shipments"),
    h("ul", { class: "entries" }, order.shipments.map((parcel) => row(order, parcel, changed))));
  const unwanted = order.withdrawals.length > 0 && card(t("order.withdrawals"),
    h("ul", { class: "entries" }, order.withdrawals.map((withdrawal) => h("li", {}, h("div", {},
      content(order, withdrawal.items),
      h("div", { class: "quiet" }, time(withdrawal.withdrawn_at)))))));
  return [shipped, unwanted];
}

function row(order, parcel, changed) {
  const under = !parcel.delivered_at;
  const several = order.shipments.filter((one) => !one.delivered_at).length > 1;
  return h("li", {},
    h("div", {},
      parcel.carrier === "pickup" ? h("strong", {}, t("order.handed_over")) : number(parcel),
      content(order, parcel.items),
      h("div", { class: "quiet" },
        under ? t("order.sent_at", { time: time(parcel.shipped_at) })
          : t("order.came_at", { time: time(parcel.delivered_at) }))),
    // With one parcel under way the button above says the same.
    under && several && button(t("order.do_delivery"),
      () => take(order, "delivery", { shipment_id: parcel.id }, changed)));
}

function number({ carrier, tracking_number: code, tracking_url: href }) {
  const shown = href
    ? h("a", { href, target: "_blank", rel: "noreferrer" }, code)
    : words(code);
  return h("div", {}, h("strong", {}, words(carrier)), " ", shown, " ", copyButton(code));
}

function content(order, units) {
  const of = (id) => order.items.find((item) => item.id === id);
  const text = units.map(({ item_id: id, quantity }) =>
    [`${quantity} ×`, of(id)?.name, of(id)?.variant_title].filter(Boolean).join(" "));
  return words(text.join(", "), "div");
}
