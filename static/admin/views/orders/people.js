// The buyer of an order, where it goes, and the note about it.

import { shop } from "../../api.js";
import { t } from "../../texts.js";
import { card, copyButton, h, sayProblem, soon, words } from "../../ui.js";
import { countryName } from "../shared/places.js";

const editPlace = soon(() => import("./address.js"))("editPlace");
const editNote = soon(() => import("./note.js"))("editNote");

export function buyer(order) {
  const { name, email, phone } = order.customer;
  if (!name) return card(t("order.buyer"), h("p", { class: "quiet" }, t("orders.deleted")));
  const shown = words(name);
  return card(t("order.buyer"),
    h("p", {}, order.customer_id
      ? h("a", { href: `#/customers/${order.customer_id}` }, shown)
      : shown),
    email && h("p", {},
      h("a", { href: `mailto:${encodeURIComponent(email)}` }, email), " ", copyButton(email)),
    phone && h("p", {}, h("a", { href: `tel:${phone.replace(/[^+\d]/g, "")}` }, phone)));
}

export function places(order, changed) {
  const method = shop().shipping_methods.find(({ code }) => code === order.shipping_method);
  return card(t("order.delivery"),
    h("p", {}, words(method?.name ?? order.shipping_method)),
    place(order, "shipping_address", changed),
    place(order, "billing_address", changed));
}

export const note = (order, changed) => card(t("order.note"),
  order.note
    ? h("p", { class: "pre" }, words(order.note))
    : h("p", { class: "quiet" }, t("order.no_note")),
  h("button", { class: "link", type: "button",
    onclick: () => editNote(order, changed).catch(sayProblem),
  }, t(order.note ? "order.edit_note" : "order.add_note")));

/** Addresses can be mended until something was shipped. */
const isFixed = (order) => order.shipments.length > 0 || order.status === "cancelled";

function place(order, which, changed) {
  const address = order[which];
  const title = t(`order.${which}`);
  const edit = !isFixed(order) && (address || which === "shipping_address") &&
    h("button", { class: "link", type: "button", "aria-label": `${title}: ${t("order.change")}`,
      onclick: () => editPlace(order, which, changed).catch(sayProblem) }, t("order.change"));
  if (!address) {
    return edit && h("p", {}, h("span", { class: "quiet" }, t("order.no_address")), " ", edit);
  }
  const text = linesOf(address).join("\n");
  return [
    h("h3", {}, title),
    h("p", { class: "pre", dir: "auto" }, text),
    h("p", {}, copyButton(text), edit),
  ];
}

/** As it stands on a parcel; the country by its name where it is another one. */
function linesOf(address) {
  const town = [address.postal_code, address.city].filter(Boolean).join(" ");
  const abroad = address.country !== shop().country && countryName(address.country);
  return [address.name, address.line1, address.line2, town, address.region, abroad]
    .filter(Boolean);
}
