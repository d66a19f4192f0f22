// The words of the page in the language of the browser, and money, numbers and dates as
// people there read them, in the shop's currency and time zone.

import { shop } from "./api.js";
import { script } from "./scripts.js";

const LANGUAGES = ["en", "de"];
const wanted = [localStorage.getItem("language"), ...navigator.languages].filter(Boolean);
export const language = wanted.map((tag) => tag.slice(0, 2))
  .find((tag) => LANGUAGES.includes(tag)) ?? "en";

new Worker(script("numbers"));

// Only the language that is read is fetched, all parts at once; the tests see that each has all
// texts.
const PARTS = ["shop", "orders", "records"];
const wordsOf = async (part) => (await import(`./texts/${language}/${part}.js`)).default;
const texts = Object.assign({}, ...await Promise.all(PARTS.map(wordsOf)));
const plurals = new Intl.PluralRules(language);

/**
 * The text of a key. `{name}` in it are the values; where it is `{ one, other }`, `values.n` says
 * which, or `values.count`, where `n` is a text.
 */
export function t(key, values = {}) {
  let text = texts[key] ?? key;
  if (typeof text === "object") text = text[plurals.select(values.count ?? values.n)] ?? text.other;
  return filled(text, values);
}

/** A text with its values put in. */
export const filled = (text, values) =>
  text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

/** Fetches texts that the first view does without; once they are here they stay. */
export const learn = async (part) => Object.assign(texts, await wordsOf(part));

export function choose(tag) {
  localStorage.setItem("language", tag);
  location.reload();
}

/** As they are written where the person lives: the same language has its ways. */
const locale = navigator.languages.find((tag) => tag.slice(0, 2) === language) ?? language;

const made = new Map();

/** A formatter is dear to make, and a long list asks for the same one in every row. */
function format(Kind, options, tag = locale) {
  const key = `${Kind.name} ${tag} ${JSON.stringify(options)}`;
  if (!made.has(key)) made.set(key, new Kind(tag, options));
  return made.get(key);
}

const currencyOf = (currency) => ({ style: "currency", currency });

/** Digits after the point of the shop's currency. */
export const digits = () => format(Intl.NumberFormat, currencyOf(shop().currency))
  .resolvedOptions().maximumFractionDigits;

/** A decimal string of the wire, such as "9.95". It is shown from its text and never calculated. */
export function money(text, currency = shop().currency) {
  if (text === null || text === undefined) return "–";
  return format(Intl.NumberFormat, currencyOf(currency)).format(text);
}

/** Minor units as the axis of a chart has them: €1.5K. */
export const roughly = (units) => format(Intl.NumberFormat, {
  ...currencyOf(shop().currency), notation: "compact", maximumFractionDigits: 1,
  minimumFractionDigits: 0,
}).format(decimal(units));

/** Minor units of a decimal string, for sums on the page. */
export function minor(text) {
  const [whole, part = ""] = String(text).split(".");
  return BigInt(whole + part.padEnd(digits(), "0"));
}

/** The decimal string of minor units. */
export function decimal(units) {
  const count = digits();
  const sign = units < 0 ? "-" : "";
  const all = String(units).replace("-", "").padStart(count + 1, "0");
  return sign + (count === 0 ? all : `${all.slice(0, -count)}.${all.slice(-count)}`);
}

export const number = (value, options) => format(Intl.NumberFormat, options).format(value);

/** A percentage of the wire, such as "10.75"; the exponent makes a hundredth of it. */
export const percent = (text) =>
  format(Intl.NumberFormat, { style: "percent", maximumFractionDigits: 4 }).format(`${text}e-2`);

const at = (options) => (text) => (text
  ? format(Intl.DateTimeFormat, { timeZone: shop().time_zone, ...options }).format(new Date(text))
  : "–");

/** A time of the wire, in the shop's zone. */
export const time = at({ dateStyle: "medium", timeStyle: "short" });
export const day = at({ dateStyle: "medium" });

/** A date of the wire (YYYY-MM-DD), which belongs to no zone. */
export function date(text, options = { dateStyle: "medium" }) {
  if (!text) return "–";
  return format(Intl.DateTimeFormat, { timeZone: "UTC", ...options })
    .format(new Date(`${text}T00:00:00Z`));
}

/** The time since then, in words, where it is no more than a week; else the day. */
export function ago(text) {
  const seconds = (new Date(text) - Date.now()) / 1000;
  const steps = [["day", 86400], ["hour", 3600], ["minute", 60]];
  if (-seconds > 7 * 86400) return day(text);
  const [unit, length] = steps.find(([, length]) => -seconds >= length) ?? ["minute", 60];
  return format(Intl.RelativeTimeFormat, { numeric: "auto" })
    .format(Math.round(seconds / length), unit);
}

/** The shop's date of a time, as on the wire. */
export const dateAt = (moment) =>
  format(Intl.DateTimeFormat, { timeZone: shop().time_zone }, "en-CA").format(moment);
export const today = () => dateAt(new Date());
