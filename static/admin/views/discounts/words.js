// A discount in words.

import { date, dateAt, money, percent, t } from "../../texts.js";
import { h } from "../../ui.js";

/** The sum or share that it takes off. */
export function worth({ type, value, currency }) {
  if (type === "percent") return percent(value);
  return type === "amount" ? money(value, currency) : t("discount.free_shipping");
}

/** The shop's date of a time; of an end, which is the next midnight, the day that it ends. */
export function dateOf(time, seconds = 0) {
  if (!time) return "";
  return dateAt(new Date(Date.parse(time) + seconds * 1000));
}

export function lasts(discount) {
  const [from, to] = [dateOf(discount.starts_at), dateOf(discount.ends_at, -1)];
  if (from && to) return `${date(from)} – ${date(to)}`;
  if (from) return t("discount.since", { date: date(from) });
  return to ? t("discount.until", { date: date(to) }) : t("discount.always");
}

// A state and the colour that the page has for such a thing.
const COLOURS = { on: "active", soon: "draft", over: "archived", used_up: "archived" };

/** The state of it now: usable, not yet, no more. */
export function state(discount) {
  const name = nameOf(discount, Date.now());
  return h("span", { class: ["badge", COLOURS[name]] }, t(`discount.state_${name}`));
}

function nameOf(discount, now) {
  if (discount.ends_at && Date.parse(discount.ends_at) <= now) return "over";
  if (discount.usage_limit && discount.usage_count >= discount.usage_limit) return "used_up";
  return discount.starts_at && Date.parse(discount.starts_at) > now ? "soon" : "on";
}
