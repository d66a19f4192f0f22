// Money, numbers and dates as people read them: in the shop's currency and time zone.

import { language } from "./texts.js";
import { shop } from "./session.js";

/** Digits after the point of the shop's currency. */
export function digits() {
  return new Intl.NumberFormat("en", { style: "currency", currency: shop().currency })
    .resolvedOptions().maximumFractionDigits;
}

/** A decimal string of the wire, such as "9.95". It is shown from its text and never calculated. */
export function money(text, currency = shop().currency) {
  if (text === null || text === undefined) return "–";
  return new Intl.NumberFormat(language, { style: "currency", currency }).format(text);
}

/** Minor units of a decimal string, for sums on the page. */
export function minor(text) {
  const [whole, part = ""] = String(text).split(".");
  return BigInt(whole + part.padEnd(digits(), "0"));
}

/** The decimal string of minor units. */
export function decimal(units) {
  const count = digits();
  const all = String(units).padStart(count + 1, "0");
  return count === 0 ? all : `${all.slice(0, -count)}.${all.slice(-count)}`;
}

export const number = (value) => new Intl.NumberFormat(language).format(value);

const at = (options) => (text) =>
  text
    ? new Intl.DateTimeFormat(language, { timeZone: shop().time_zone, ...options })
        .format(new Date(text))
    : "–";

/** A time of the wire, in the shop's zone. */
export const time = at({ dateStyle: "medium", timeStyle: "short" });
export const day = at({ dateStyle: "medium" });

/** A date of the wire (YYYY-MM-DD), which belongs to no zone. */
export function date(text, options = { dateStyle: "medium" }) {
  if (!text) return "–";
  return new Intl.DateTimeFormat(language, { timeZone: "UTC", ...options })
    .format(new Date(`${text}T00:00:00Z`));
}

/** How long ago, in words, for what is no older than a week; else the day. */
export function ago(text) {
  const seconds = (new Date(text) - Date.now()) / 1000;
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const steps = [["day", 86400], ["hour", 3600], ["minute", 60]];
  if (-seconds > 7 * 86400) return day(text);
  const [unit, length] = steps.find(([, length]) => -seconds >= length) ?? ["minute", 60];
  return words.format(Math.round(seconds / length), unit);
}

/** The shop's date of today, as on the wire. */
export function today() {
  return new Intl.DateTimeFormat("en-CA", { timeZone: shop().time_zone }).format(new Date());
}

export function countries() {
  const names = new Intl.DisplayNames(language, { type: "region" });
  return (code) => names.of(code) ?? code;
}
