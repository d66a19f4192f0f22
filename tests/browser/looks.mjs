// What the page looks like: every view on a phone, a small phone and a desk, in light and dark, with
// nothing that axe finds wrong, nothing to scroll sideways, and nothing too small to hit.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { PASSWORD, person, serve, signIn, tillbox } from "./shop.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const SIZES = { small: [320, 640], phone: [390, 844], desk: [1440, 900] };
const VIEWS = {
  today: "#/today",
  orders: "#/orders",
  orders_all: "#/orders?tab=all",
  order: "#/orders/28",
  order_to_ship: "#/orders/56",
  order_new: "#/orders/new",
  products: "#/products",
  product: "#/products/4",
  product_new: "#/products/new",
  customers: "#/customers",
  customer: "#/customers/1",
  discounts: "#/discounts",
  discount: "#/discounts/1",
  sales: "#/sales",
  settings: "#/settings",
  settings_tax: "#/settings/tax",
  settings_shipping: "#/settings/shipping",
  settings_payments: "#/settings/payments",
  settings_staff: "#/settings/staff",
  settings_keys: "#/settings/keys",
  settings_backups: "#/settings/backups",
  account: "#/account",
};
/** CSS pixels (WCAG 2.2, 2.5.8). */
const TARGET = 24;

export async function every_view_is_fit_for_everybody_on_every_screen_in_light_and_dark() {
  const shop = await serve({ command: "demo" });
  await tillbox(["staff", "add", "owner@example.org", "--data", shop.data], PASSWORD);
  const wrong = [];
  for (const colorScheme of ["light", "dark"]) {
    for (const [size, [width, height]] of Object.entries(SIZES)) {
      const page = await person(shop.url, { colorScheme, viewport: { width, height } });
      // Whoever has not signed in yet is told so by the shop, and the console tells it as well.
      page.allow.push(/status of 401/);
      await page.goto(`${shop.url}/admin`);
      await page.locator('input[type="password"]').waitFor();
      await look(page, "sign_in", size, colorScheme, wrong);
      await signIn(page, shop.url);
      page.allow.length = 0;
      for (const [name, hash] of Object.entries(VIEWS)) {
        await page.goto(`${shop.url}/admin${hash}`);
        await page.locator("main h1").waitFor();
        await page.waitForTimeout(250);
        await look(page, name, size, colorScheme, wrong);
      }
      wrong.push(...page.trouble.map((what) => `${size} ${colorScheme}: ${what}`));
      await page.context().close();
    }
  }
  await shop.stop();
  assert.deepEqual(wrong, []);
}

async function look(page, name, size, colorScheme, wrong) {
  const where = `${name} ${size} ${colorScheme}`;
  await page.screenshot({ path: join(process.env.SHOTS, `${name}-${size}-${colorScheme}.png`), fullPage: true });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) wrong.push(`${where}: ${wide} px to scroll sideways`);
  wrong.push(...(await page.evaluate(small, TARGET)).map((what) => `${where}: too small: ${what}`));
  wrong.push(...(await page.evaluate(texts)).map((what) => `${where}: no text for ${what}`));
  // A policy that takes no script from a string takes none from a test either.
  await page.evaluate(axe).catch(() => {});
  const found = await page.evaluate((tags) => globalThis.axe.run({ runOnly: { type: "tag", values: tags } }), TAGS);
  for (const { id, nodes } of found.violations) {
    wrong.push(`${where}: ${id}: ${nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ")}`);
  }
}

/** Buttons, fields and links that stand by themselves and are too small to hit. */
function small(least) {
  const seen = [...document.querySelectorAll("button, input, select, textarea, summary, nav a, .button")];
  return seen
    .filter((element) => element.checkVisibility() && element.type !== "checkbox" && element.type !== "radio")
    .map((element) => [element, element.getBoundingClientRect()])
    .filter(([, { width, height }]) => width > 0 && (width < least || height < least))
    .map(([element]) => element.outerHTML.slice(0, 80));
}

/** Texts that are missing show their keys. */
function texts() {
  const found = document.body.innerText.match(/\b[a-z]+(?:\.[a-z_0-9]+)+\b/g) ?? [];
  return [...new Set(found)].filter((text) => !/\.(org|com|de|ie|db|html|example)$/.test(text));
}
