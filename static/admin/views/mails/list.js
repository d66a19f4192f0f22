// The mails of the shop: what failed for good, what waits, what was sent.

import { again } from "../../address.js";
import { isOwner } from "../../api.js";
import { rows } from "../../list.js";
import { learn, t } from "../../texts.js";
import { card, empty, h, tabs, words } from "../../ui.js";
import { againButton, kindOf, stateOf } from "../orders/mails.js";

const STATES = ["failed", "queued", "sent"];
const HEADS = ["kind", "to", "state", "do"];

export async function show({ query: asked }) {
  await learn("mails");
  const status = STATES.includes(asked.get("status")) ? asked.get("status") : STATES[0];
  const body = h("tbody");
  const { page, more } = await rows("/mails", { status, limit: 100 }, body, row);
  return [
    h("div", { class: "head" }, h("h1", {}, t("mails.title")),
      isOwner() && h("a", { class: "button", href: "#/settings/mail" }, t("section.settings"))),
    tabs(t("mails.title"), STATES.map((name) =>
      [`#/mails?status=${name}`, t(`state.${name}`)]), `#/mails?status=${status}`),
    card(null,
      page.data.length ? [table(body), more] : empty(t("mails.none"))),
  ];
}

const table = (body) => h("table", { class: "cards mails", "aria-label": t("mails.title") },
  h("thead", {}, h("tr", {}, HEADS.map((name) =>
    h("th", { scope: "col" }, t(`mails.${name}`))))),
  body);

function row(mail) {
  const cell = (name, ...children) => h("td", { "data-label": t(`mails.${name}`) }, children);
  return h("tr", {},
    cell("kind", h("div", {}, kindOf(mail)), mail.subject && words(mail.subject, "div"),
      mail.order_id && h("a", { href: `#/orders/${mail.order_id}` }, t("today.number"))),
    cell("to", words(mail.to)),
    cell("state", stateOf(mail)),
    h("td", {}, againButton(mail, again)));
}
