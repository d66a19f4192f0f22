// The words of the page, in the language of the browser.

import de from "./texts/de.js";
import en from "./texts/en.js";

const LANGUAGES = { en, de };
const wanted = [localStorage.getItem("language"), ...navigator.languages].filter(Boolean);
export const language = wanted.map((tag) => tag.slice(0, 2)).find((tag) => tag in LANGUAGES) ?? "en";
const texts = LANGUAGES[language];
const plurals = new Intl.PluralRules(language);

/**
 * The text of a key. `{name}` in it are the values; where it is `{ one, other }`, `values.n` says
 * which.
 */
export function t(key, values = {}) {
  let text = texts[key] ?? en[key] ?? key;
  if (typeof text === "object") text = text[plurals.select(values.n)] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** Whether there is such a text. */
export const has = (key) => key in en;

export function choose(tag) {
  localStorage.setItem("language", tag);
  location.reload();
}
