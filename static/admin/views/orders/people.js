// The buyer of an order, where it goes, and what was said of it.

import { shop } from "../../api.js";
import { t } from "../../texts.js";
import { card, copyButton, h, sayProblem, soon, words } from "../../ui.js";
import { countryName } from "../shared/places.js";

const mending = soon(() => import("./mending.js"));
const [editPlace, editNote, editContact] = ["editPlace", "editNote", "editContact"].map(mending);

const phoneLink = (phone) => h("a", { href: `tel:${phone.replace(/[^+\d]/g, "")}` }, phone);

/** A link that opens a window. `label`: what it is called where its words alone say too little. */
const edit = (text, open, label) => h("button", {
  class: "link", type: "button", "aria-label": label, onclick: () => open().catch(sayProblem),
}, text);

export function buyer(order, changed) {
  const { name, email, phone } = order.customer;
  if (!name) return card(t("order.buyer"), h("p", { class: "quiet" }, t("orders.deleted")));
  const shown = words(name);
  return card(t("order.buyer"),
    h("p", {}, order.customer_id
      ? h("a", { href: `#/customers/${order.customer_id}` }, shown)
      : shown),
    email && h("p", {},
      h("a", { href: `mailto:${encodeURIComponent(email)}` }, email), " ", copyButton(email)),
    phone && h("p", {}, phoneLink(phone)),
    edit(t("order.edit_contact"), () => editContact(order, changed)));
}

export function places(order, changed) {
  const method = shop().shipping_methods.find(({ code }) => code === order.shipping_method);
  return card(t("order.delivery"),
    h("p", {}, words(method?.name ?? order.shipping_method)),
    place(order, "shipping_address", changed),
    place(order, "billing_address", changed));
}

/** The buyer's words, which nobody changes, and those of the team, which no buyer sees. */
export const notes = (order, changed) => [
  order.note && card(t("order.buyers_note"), h("p", { class: "pre" }, words(order.note))),
  card(t("order.staff_note"),
    order.staff_note
      ? h("p", { class: "pre" }, words(order.staff_note))
      : h("p", { class: "quiet" }, t("order.no_note")),
    edit(t(order.staff_note ? "order.edit_note" : "order.add_note"),
      () => editNote(order, changed))),
];

/** What the shop front wrote down with the order. */
export function more({ metadata }) {
  const pairs = Object.entries(metadata);
  return pairs.length > 0 && card(t("order.metadata"), h("dl", { class: "facts" },
    pairs.map(([name, value]) => [words(name, "dt"), words(value, "dd")])));
}

/** Addresses can be mended until something was shipped. */
const isFixed = (order) => order.shipments.length > 0 || order.status === "cancelled";

function place(order, which, changed) {
  const address = order[which];
  const title = t(`order.${which}`);
  const change = !isFixed(order) && (address || which === "shipping_address") &&
    edit(t("order.change"), () => editPlace(order, which, changed),
      `${title}: ${t("order.change")}`);
  if (!address) {
    return change && h("p", {}, h("span", { class: "quiet" }, t("order.no_address")), " ", change);
  }
  const text = linesOf(address).join("\n");
  const { phone, vat_id: vat } = address;
  return [
    h("h3", {}, title),
    h("p", { class: "pre", dir: "auto" }, text),
    phone && h("p", {}, phoneLink(phone)),
    vat && h("p", { class: "quiet" }, t("order.address.vat_id"), " ", words(vat)),
    h("p", {}, copyButton(text), change),
  ];
}

/** As it stands on a parcel; the country by its name where it is another one. */
function linesOf(address) {
  const town = [address.postal_code, address.city].filter(Boolean).join(" ");
  const abroad = address.country !== shop().country && countryName(address.country);
  return [
    address.company, address.name, address.line1, address.line2, town, address.region, abroad,
  ].filter(Boolean);
}
