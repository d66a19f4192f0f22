// The mails about an order: who was told what, and how far that has come; and sending one again.

import { api } from "../../api.js";
import { settle } from "../../focus.js";
import { t, time } from "../../texts.js";
import { badge, button, card, fill, h, toast, words } from "../../ui.js";

/** What the staff did is told a moment later, and what waits goes out meanwhile. */
const LOOKS_MILLIS = [4_000, 15_000, 30_000];

export const mailsOf = async (id) => (await api.get(`/mails?order_id=${id}`)).data;

/** The card of them; `list`: as they were when the order was read. A shop without has no card. */
export function mails(order, list) {
  const place = h("ul", { class: "entries" });
  const element = card(t("mails.title"), place);
  const draw = (now) => {
    element.hidden = !now.length;
    fill(place, now.map((mail) => entry(mail, look)));
  };
  const look = async () => {
    const pressed = document.activeElement;
    draw(await mailsOf(order.id));
    settle(pressed);
  };
  draw(list);
  const follow = async () => {
    // Whoever is in there with the keyboard is left in peace.
    const isWatched = () => element.isConnected && !element.contains(document.activeElement);
    if (!isWatched() || document.hidden) return;
    const now = await mailsOf(order.id).catch(() => null);
    if (now && isWatched()) draw(now);
  };
  for (const after of LOOKS_MILLIS) setTimeout(follow, after);
  return element;
}

const entry = (mail, changed) => h("li", {},
  h("div", {}, kindOf(mail), words(mail.to, "div"), stateOf(mail)),
  againButton(mail, changed));

export const kindOf = ({ kind }) => t(`mail_kind.${kind}`);

/** How far it has come and when, and what went wrong the last time. */
export const stateOf = ({ status, sent_at: sent, created_at: made, next_try_at: next, error }) => [
  badge("state", status),
  h("div", { class: "quiet" }, next ? t("until", { time: time(next) }) : time(sent ?? made)),
  error && h("div", { class: "fault" }, t("mails.failed"), serverSaid(error)),
];

/** The words of a mail server, in whatever language it has; the shop tells them in brackets. */
export function serverSaid(text) {
  const [, said] = text.match(/\((\d{3} .*)\)\.?$/s) ?? [];
  return said
    && h("div", {}, t("mails.server_said"), " ", h("q", { lang: "en", dir: "auto" }, said));
}

/**
 * What waits is sent anyway; after a try that failed nobody has to wait for the next one. A way to
 * a new password is not stored: whoever needs one asks for it anew.
 */
const isRepeatable = ({ kind, status, error }) =>
  (status === "queued" ? error : !/password_reset|invitation/.test(kind));

/** `changed(mail)` is told of the mail as it waits then. */
export const againButton = (mail, changed) => isRepeatable(mail)
  && button(t("mails.again"), async () => {
    const next = await api.post(`/mails/${mail.id}/resend`);
    toast(t("mails.goes_again"));
    await changed(next);
  }, { class: "link", "aria-label": `${t("mails.again")}: ${kindOf(mail)}, ${mail.to}` });
