// The papers of an order: the slip for the parcel, its invoices and credit notes.

import { api, isOwner } from "../../api.js";
import { day, money, t } from "../../texts.js";
import { button, card, fill, h, toast } from "../../ui.js";

export function documents(order, invoices, changed) {
  const issued = invoices.map((document) => paper(
    `/orders/${order.id}/invoices/${document.id}`, t(`order.${document.type}`, document),
    h("div", { class: "quiet" }, [
      day(document.issued_at), money(document.total, document.currency), cause(document),
    ].filter(Boolean).join(" · "))));
  const missing = order.status !== "cancelled" && !invoices.some(({ type }) => type === "invoice");
  return card(t("order.documents"),
    h("ul", { class: "entries" },
      paper(`/orders/${order.id}/packing-slip`, t("order.slip")), issued),
    missing && issueButton(order, changed));
}

/** A paper as it is read, printed and given away. */
function paper(href, name, about) {
  const named = (text) => ({ class: "link", "aria-label": `${text}: ${name}` });
  const does = (text, work) => button(text, work, named(text));
  const roll = t("order.roll");
  return h("li", {}, h("div", {},
    h("a", { href, target: "_blank" }, name), about,
    h("div", { class: "acts" },
      h("a", { href: `${href}?paper=receipt`, target: "_blank", ...named(roll) }, roll),
      does(t("print"), () => printPage(href)),
      navigator.share && does(t("order.share"), () => share(href, name)))));
}

function printPage(href) {
  const page = open(href);
  page?.addEventListener("load", () => page.print());
}

/** As a file: whoever gets it is not signed in here. */
async function share(href, title) {
  // What is refused is said, and not given away.
  await api.get(href);
  const [page, style] = await Promise.all([href, "/documents/style.css"].map(async (path) =>
    (await fetch(path)).text()));
  const text = page.replace(/<link .*>/, () => `<style>${style}</style>`);
  const file = new File([text], `${title}.html`, { type: "text/html" });
  await navigator.share({ title, files: [file] }).catch((error) => {
    // Somebody thought better of it.
    if (error.name !== "AbortError") throw error;
  });
}

function issueButton(order, changed) {
  const why = h("p", { role: "status" });
  const issue = button(t("order.issue"), async () => {
    const made = await api.post(`/orders/${order.id}/invoices`).catch((error) => {
      if (error.code !== "seller_incomplete") throw error;
      fill(why, error.message, " ", isOwner()
        ? h("a", { href: "#/settings/shop" }, t("section.settings")) : t("settings.owner"));
    });
    if (!made) return;
    await changed();
    toast(t("order.issued", made));
  });
  return [h("div", { class: "actions" }, issue), why];
}

/** The step that a document follows from, in words. A second invoice follows from an undone one. */
function cause({ step, type }) {
  const [, action] = step?.match(/^\/orders\/\d+\/(\w+)\//) ?? [];
  if (!action) return null;
  const isNote = type === "credit_note";
  const known = ["returns", "cancellation", "refunds"].includes(action);
  return t(isNote && known ? `order.follows_${action}` : "order.follows_undone");
}
