// What buyers see: every page of the shop window on a small phone, a phone, a tablet and a desk,
// in light and dark, in both languages and in the colours of whoever forces their own; and whether
// it is valid HTML.

import assert from "node:assert/strict";
import { HtmlValidate } from "html-validate/node";
import { sample } from "./buying.mjs";
import { walk } from "./buyers_pages.mjs";
import { look } from "./looking.mjs";
import { SHORT, person } from "./shop.mjs";

const SIZES = { small: [320, 640], phone: [390, 844], tablet: [768, 1024], desk: [1440, 900] };
const SCREENS = [
  "small light en", "small dark de", "phone light en", "phone dark en", "phone dark de",
  "tablet light en", "tablet dark de", "desk light en", "desk light de", "desk dark en",
  "phone forced en", "desk forced de",
];
// In the short round each size that most have, with one scheme.
const SHORT_SCREENS = ["small light de", "phone dark en", "desk light en"];
const LOCALES = { en: "en-GB", de: "de-DE" };
/** What is a matter of taste, and here is another one. */
const RULES = {
  // HTML knows both, and browsers read both alike.
  "doctype-style": "off",
  // A button of a form sends it, unless it says otherwise.
  "no-implicit-button-type": "off",
};

export async function every_page_is_fit_for_every_buyer_on_every_screen() {
  const shop = await sample();
  const wrong = [];
  let seen = 0;
  for (const where of SHORT ? SHORT_SCREENS : SCREENS) {
    const [size, scheme, language] = where.split(" ");
    const [width, height] = SIZES[size];
    const page = await person(shop.url, {
      viewport: { width, height }, locale: LOCALES[language],
      ...(scheme === "forced" ? { forcedColors: "active" } : { colorScheme: scheme }),
    });
    await walk(page, shop, async (name) => {
      assert.equal(await page.locator("html").getAttribute("lang"), language);
      wrong.push(...await look(page, `buyers_${name}`, where));
      seen += 1;
    });
    wrong.push(...page.trouble.map((what) => `${where}: ${what}`));
    await page.context().close();
  }
  await shop.stop();
  console.log(`      axe looked at ${seen} pages`);
  assert.deepEqual(wrong, []);
}

export async function every_page_is_valid_html() {
  const shop = await sample();
  const validator = new HtmlValidate({ extends: ["html-validate:recommended"], rules: RULES });
  // Each fault once, with the first page that has it.
  const wrong = new Map();
  let seen = 0;
  const page = await person(shop.url);
  // As the shop sends it, before a browser mends it.
  let html = null;
  page.on("response", (response) => {
    if (response.request().isNavigationRequest()) html = response;
  });
  await walk(page, shop, async (name) => {
    const report = await validator.validateString(await html.text());
    for (const { messages } of report.results) {
      for (const { ruleId, message, line, selector } of messages) {
        const fault = `${ruleId}: ${message} (${selector})`;
        if (!wrong.has(fault)) wrong.set(fault, `${name}:${line}`);
      }
    }
    seen += 1;
  });
  assert.deepEqual(page.trouble, []);
  await page.context().close();
  await shop.stop();
  console.log(`      ${seen} pages were read`);
  assert.deepEqual([...wrong], []);
}
