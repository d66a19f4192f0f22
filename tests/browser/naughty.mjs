// Words that have broken programs, and typing them into every text field of a form.

import assert from "node:assert/strict";
import { opened, until } from "./hands.mjs";
import { SHORT, person, serve, signIn } from "./shop.mjs";

export const STRINGS = [
  "<img src=x onerror=alert(1)>", "\"><script>alert(1)</script>", "javascript:alert(1)",
  "<svg/onload=alert(1)>", "{{7*7}}", "${1}{n}", "%s %n %d", "' OR '1'='1",
  "\"); DROP TABLE orders;--", "a\\b\\\\c\\", "“quotes” ‘and’ `ticks`", "../../etc/passwd",
  "NULL", "undefined", "__proto__", "constructor", "&lt;b&gt; &amp; &#39;", "שלום עולם",
  "مرحبا بالعالم", "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽",
  "Zoe\u0308 Z\u0335a\u0336l\u0337g\u0338o", "東京都渋谷区", "ﬁne ﬂow İı",
  "W".repeat(200),
];

/** Together all of them, each short enough for a line; a long word stands alone. */
const ALL = STRINGS.reduce((groups, text) => {
  const joined = [groups.at(-1), text].filter(Boolean).join(" ");
  if (joined.length > 120) groups.push(text);
  else groups[groups.length - 1] = joined;
  return groups;
}, [""]);

export const GROUPS = ALL.filter((_, at) => !SHORT || at % 3 === 0);

/** As the shop keeps it. */
export const clean = (text) => text.normalize("NFC").trim();

let forms = 0;
/** Types into every text field of the form; answers what each then shows. */
const typeAll = (form, text) => form.evaluate((element, [text, start]) => {
  const not = ["checkbox", "radio", "date", "number", "password", "hidden"];
  const open = () => [...element.querySelectorAll("input, textarea")].filter((control) =>
    control.name && control.checkVisibility() && !not.includes(control.type));
  const done = {};
  for (;;) {
    // What is typed may bring more fields.
    const control = open().find(({ name }) => !(name in done));
    if (!control) return done;
    const before = control.value;
    // No two the same: a SKU is in use only once.
    const own = `${text} ${start + Object.keys(done).length}`;
    control.value = control.maxLength > 0 ? own.slice(0, control.maxLength) : own;
    const shown = control.value;
    for (const name of ["input", "change"]) {
      control.dispatchEvent(new Event(name, { bubbles: true }));
    }
    done[control.name] = { before, shown };
  }
}, [text, (forms += 1) * 100]);

const put = (form, name, text) => form.evaluate((element, [name, text]) => {
  const control = element.elements[name];
  control.value = text;
  for (const event of ["input", "change"]) {
    control.dispatchEvent(new Event(event, { bubbles: true }));
  }
}, [name, text]);

/** Sends the form; answers what it says is wrong, by field. Null: it was taken. */
async function send(locator) {
  const form = await locator.elementHandle();
  const button = await form.$("button.primary");
  await button.click();
  await until(() => button.evaluate((one) => !one.isConnected || !one.ariaDisabled), "an answer");
  if (!await button.evaluate((one) => one.isConnected)) return null;
  const { faults, summary } = await form.evaluate((element) => ({
    faults: [...element.querySelectorAll("[aria-invalid]")].map((control) => ({
      name: control.name, shown: control.value,
      text: document.getElementById(`${control.id}-fault`).textContent,
    })),
    summary: element.querySelector(".summary:not([hidden])")?.textContent,
  }));
  assert.ok(!summary, `belongs to a field: ${summary}`);
  return faults.length ? faults : null;
}

/**
 * Fills a form with a group of words and sends it. A field that refuses says why and keeps what was
 * typed; it then gets one of the words alone, and at last what `tame` has for it, or what it held.
 * Answers what was taken, by field.
 */
export async function fillIn(form, round, tame = {}) {
  const typed = await typeAll(form, GROUPS[round]);
  assert.ok(Object.keys(typed).length, "a form without a text field");
  const now = Object.fromEntries(Object.entries(typed).map(([name, { shown }]) => [name, shown]));
  const single = STRINGS.filter((text) => GROUPS[round].includes(text));
  const tries = {};
  let faults;
  for (let sent = 0; sent < 6; sent += 1) {
    faults = await send(form);
    if (!faults) return now;
    for (const { name, shown, text } of faults) {
      assert.ok(text.trim(), `${name} says nothing`);
      assert.equal(shown, now[name] ?? shown, name);
      tries[name] = (tries[name] ?? 0) + 1;
      const alone = `${single[Object.keys(tries).length % single.length]} ${forms}`;
      now[name] = tries[name] === 1 ? alone
        : tame[name] ?? typed[name]?.before ?? "";
      await put(form, name, now[name]);
    }
  }
  return assert.fail(`never taken: ${JSON.stringify(faults)}`);
}

/** What the fields of a form hold. */
const values = (form) => form.evaluate((element) =>
  [...element.querySelectorAll("input:not([type=hidden]), textarea")].map(({ value }) => value));

/** Every text that was taken stands in the form again. */
export async function holds(form, taken, same = clean) {
  const held = (await values(form)).map(same);
  for (const [name, text] of Object.entries(taken)) {
    const all = JSON.stringify(held);
    assert.ok(held.includes(same(text)), `${name}: ${JSON.stringify(text)} of ${all}`);
  }
}

/** Nothing that was typed has become an element, and nothing is wider than the page. */
export async function isHarmless(page, where) {
  const found = await page.evaluate(() => ({
    made: [...document.querySelectorAll("main img, main script, main iframe, dialog img,"
      + " dialog script, a[href^='javascript:']")].filter(({ src }) => !src?.endsWith("/icon.svg"))
      .map(({ outerHTML }) => outerHTML),
    wide: document.documentElement.scrollWidth > innerWidth
      ? [...document.querySelectorAll("main *")].filter((one) => one.getBoundingClientRect().right
        > innerWidth && !one.closest(".scroll")).slice(-3)
        .map(({ outerHTML }) => outerHTML.slice(0, 200))
      : [],
  }));
  assert.deepEqual(found, { made: [], wide: [] }, where);
}

/** A page that reports what its policy had to stop. */
export async function watched(url) {
  const page = await person(url);
  await page.addInitScript(() => addEventListener("securitypolicyviolation",
    ({ violatedDirective: what, blockedURI: whom }) => console.error(`policy: ${what} ${whom}`)));
  return page;
}

/** A shop with its owner; `at(hash)` opens a view anew. */
export async function inShop(work) {
  const shop = await serve();
  const { call } = await opened(shop);
  const page = await watched(shop.url);
  page.allow.push(/status of (409|422)/);
  await signIn(page, shop.url);
  const at = async (hash) => {
    await page.goto("about:blank");
    await page.goto(`${shop.url}/admin${hash}`);
    await page.locator("main h1").waitFor();
  };
  await work({ page, call, at, url: shop.url });
  assert.deepEqual(page.trouble, []);
  await page.context().close();
  await shop.stop();
}
