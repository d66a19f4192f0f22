// Withdrawals that were declared without a login and wait for somebody of the shop.

import { again } from "../address.js";
import { api } from "../api.js";
import { ago, t } from "../texts.js";
import { button, card, h, run, toast, words } from "../ui.js";

export const declarationsCard = (list) => card(t("declarations.title"),
  h("p", { class: "hint" }, t("declarations.hint")), list.map(declaration));

const declaration = (it) => h("fieldset", {},
  h("legend", {}, t("declarations.of", { number: it.order_number, name: it.name })),
  h("p", {}, words(it.email), " · ", ago(it.declared_at)),
  it.statement && h("p", {}, words(it.statement, "q")),
  h("p", { class: "quiet" }, why(it)),
  h("div", { class: "actions" },
    button(t("declarations.done"), () => done(it)),
    it.order_id && h("a", { class: "button", href: `#/orders/${it.order_id}` },
      `${t("today.number")} ${it.order_number}`)));

function why({ order_id: order, statement }) {
  if (!order) return t("declarations.no_order");
  return t(statement ? "declarations.in_words" : "declarations.not_possible");
}

async function done({ id }) {
  const settle = async (settled) => {
    await api.patch(`/withdrawal_declarations/${id}`, { settled });
    again();
  };
  await settle(true);
  toast(t("declarations.settled"), { undo: () => run(() => settle(false)) });
}
