// Whether all that a page shows is German: its own texts with their values, what is in the shop, and
// what the browser writes of numbers, dates and countries.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const STATIC = join(process.env.TESTS, "../../static");
const FOLDER_DE = join(STATIC, "admin/texts/de");

/** Names that are the same in every language, and those of languages, which call themselves so. */
const NAMES = ["Tillbox", "English", "Deutsch", "Stripe", "TLS", "STARTTLS", "IBAN", "BIC", "UTC",
  "https://"];
/** Shorter ones are in every word. */
const SHORT_NAME = 4;
const WRITTEN_AS_NUMBERS = /^[\d\s.,:;%€+\-−–×/#()…↑↓→+?·•⠿]*$/u;
const AGO = /^(vor|in) \d+ (Sekunden?|Minuten?|Stunden?|Tag(en)?)$|^(gestern|heute|jetzt|vorgestern|in dieser (Minute|Stunde))$/;
const BETWEEN = [/\s·\s/, /:\s/, /,\s?/, /\s–\s/, /\s\/\s/, /\s\(|\)/, /\n/, /\s×\s/, /(?<=[.?!])\s/];

async function germanTexts() {
  const files = readdirSync(FOLDER_DE).map((name) => readFileSync(join(FOLDER_DE, name), "utf8"));
  const modules = await Promise.all(files.map((text) =>
    import(`data:text/javascript,${encodeURIComponent(text)}`)));
  return modules.flatMap(({ default: texts }) => Object.values(texts))
    .flatMap((text) => (typeof text === "string" ? text : Object.values(text)));
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const pattern = (text) => new RegExp(`^${text.split(/\{\w+\}/).map(escaped).join("(.*)")}$`, "s");

/** The words that the API has for states and kinds, which nobody should read. */
const wireWords = () => new Set([...readFileSync(join(STATIC, "openapi.json"), "utf8")
  .matchAll(/enum": (\[[^\]]*\])/g)].flatMap(([, list]) => JSON.parse(list)));

/** Countries, currencies, months and weekdays, as the browser of the page calls them. */
const namesOfTheBrowser = (page) => page.evaluate(() => {
  const names = (type, codes) => {
    const known = new Intl.DisplayNames("de", { type });
    return codes.map((code) => known.of(code));
  };
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const currencies = Intl.supportedValuesOf("currency");
  const days = [...Array(366).keys()].flatMap((day) => ["long", "short"].flatMap((length) =>
    [{ month: length }, { weekday: length }].map((options) =>
      new Intl.DateTimeFormat("de", options).format(new Date(2024, 0, day + 1)))));
  return {
    days: [...new Set(days)],
    names: [
      ...names("region", letters.flatMap((one) => letters.map((other) => one + other))),
      ...currencies, ...names("currency", currencies), ...days,
    ],
  };
});

/** Remembers all that the shop tells the page: names, words of people, numbers. */
export function remember(page) {
  const told = new Set();
  const wire = wireWords();
  const keep = (value, name) => {
    if (typeof value === "string" && !wire.has(value) && !["detail", "open_because"].includes(name)) {
      for (const line of value.split("\n")) told.add(line.trim());
    } else if (value && typeof value === "object") {
      for (const [key, part] of Object.entries(value)) {
        if (Array.isArray(value)) keep(part, name);
        else {
          // Options and other words of people are names too.
          if (!/^[a-z_]+$/.test(key)) told.add(key);
          keep(part, key);
        }
      }
    }
  };
  page.on("response", async (response) => {
    const isData = response.headers()["content-type"]?.includes("json") && response.ok();
    if (isData) keep(await response.json().catch(() => null));
  });
  return told;
}

/** Answers a function: what of these texts is not German. `told`: what the shop has told the page. */
export async function germanReader(page, told) {
  const texts = await germanTexts();
  const { names, days } = await namesOfTheBrowser(page);
  const known = new Set([...texts, ...names, ...NAMES]);
  const patterns = texts.filter((text) => /\{\w+\}/.test(text)).map(pattern);
  const day = new RegExp(`(?<!\\p{L})(${days.map(escaped).join("|")}|Tsd|Mio)(?!\\p{L})\\.?`, "gu");
  const seen = new Map();
  const isGerman = (text, depth = 0) => {
    const plain = text.trim();
    if (seen.has(plain)) return seen.get(plain);
    const good = isPlain(plain) || (depth < 4 && [isFilled, isParted, isBesideData].some((is) => is(plain, depth)));
    if (good || depth === 0) seen.set(plain, good);
    return good;
  };
  const isPlain = (text) => known.has(text) || told.has(text) || AGO.test(text)
    || WRITTEN_AS_NUMBERS.test(text.replace(day, ""));
  const isFilled = (text, depth) => patterns.some((one) => {
    const found = text.match(one);
    return found && found.slice(1).every((value) => value !== text && isGerman(value, depth + 1));
  });
  const isParted = (text, depth) => BETWEEN.some((mark) => {
    const parts = text.split(mark).filter(Boolean);
    return parts.length > 1 && parts.every((part) => isGerman(part, depth + 1));
  });
  const isBesideData = (text, depth) => [...told].some((one) => {
    if (!(one?.length >= SHORT_NAME) || !text.includes(one)) return false;
    const rest = ` ${text} `.split(one);
    const isWord = rest.every((part, at) => (at === 0 || /^[^\p{L}\d]/u.test(part))
      && (at === rest.length - 1 || /[^\p{L}\d]$/u.test(part)));
    return isWord && rest.every((part) => isGerman(part.replace(/^\)|\($/g, ""), depth + 1));
  });
  return (all) => all.filter((text) => !isGerman(text));
}

/** Every text that somebody can see or hear on the page, but for code and letters to buyers. */
export const textsOn = (page) => page.evaluate(() => {
  const found = new Set([document.title]);
  const other = "code, kbd, q, .letter, textarea, svg text, [lang]:not(html), datalist, noscript, script"
    + ", [name='/time_zone']";
  const isMeant = (element) => !element.closest(other);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const isSeen = node.parentElement.checkVisibility() || node.parentElement.closest("option");
    if (isSeen && isMeant(node.parentElement)) found.add(node.data.trim());
  }
  for (const element of document.querySelectorAll("body *")) {
    if (!isMeant(element) && !element.matches("textarea")) continue;
    for (const name of ["aria-label", "placeholder", "title", "alt", "data-label"]) {
      if (element.hasAttribute(name)) found.add(element.getAttribute(name).trim());
    }
  }
  return [...found].filter(Boolean);
});
