// The words of the page, in the language of the browser.

const LANGUAGES = ["en", "de"];
const wanted = [localStorage.getItem("language"), ...navigator.languages].filter(Boolean);
export const language = wanted.map((tag) => tag.slice(0, 2)).find((tag) => LANGUAGES.includes(tag)) ?? "en";
// Only the language that is read is fetched; the tests see that each has all texts.
const { default: texts } = await import(`./texts/${language}.js`);
const plurals = new Intl.PluralRules(language);

/**
 * The text of a key. `{name}` in it are the values; where it is `{ one, other }`, `values.n` says
 * which.
 */
export function t(key, values = {}) {
  let text = texts[key] ?? key;
  if (typeof text === "object") text = text[plurals.select(values.n)] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export function choose(tag) {
  localStorage.setItem("language", tag);
  location.reload();
}
