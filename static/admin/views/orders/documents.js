// The papers of an order: the slip for the parcel, its invoices and credit notes.

import { api } from "../../api.js";
import { day, money, t } from "../../texts.js";
import { button, card, h, toast } from "../../ui.js";

export function documents(order, invoices, changed) {
  const open = (href, text) => h("a", { href, target: "_blank" }, text);
  const issued = invoices.map((document) => h("li", {}, h("div", {},
    open(`/orders/${order.id}/invoices/${document.id}`, t(`order.${document.type}`, document)),
    h("div", { class: "quiet" }, [
      day(document.issued_at), money(document.total, document.currency), cause(document),
    ].filter(Boolean).join(" · ")))));
  const missing = order.status !== "cancelled" && !invoices.some(({ type }) => type === "invoice");
  return card(t("order.documents"),
    h("ul", { class: "entries" },
      h("li", {}, open(`/orders/${order.id}/packing-slip`, t("order.slip"))), issued),
    missing && h("div", { class: "actions" }, button(t("order.issue"), async () => {
      const { number } = await api.post(`/orders/${order.id}/invoices`);
      await changed();
      toast(t("order.issued", { number }));
    })));
}

/** The step that a document follows from, in words. A second invoice follows from an undone one. */
function cause({ step, type }) {
  const [, action] = step?.match(/^\/orders\/\d+\/(\w+)\//) ?? [];
  if (!action) return null;
  const isNote = type === "credit_note";
  const known = ["returns", "cancellation", "refunds"].includes(action);
  return t(isNote && known ? `order.follows_${action}` : "order.follows_undone");
}
