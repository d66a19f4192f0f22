// Looking at one view: its picture, and what is wrong with it.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** CSS pixels (WCAG 2.2, 2.5.8). */
const TARGET = 24;

/** Goes to a view and waits until it stands there in the place of the one before. */
export async function goTo(page, url, hash) {
  const there = await page.evaluate(() => location.hash);
  if (there !== hash) {
    await page.evaluate(() => document.querySelector("main > *")?.setAttribute("data-old", ""));
    await page.goto(`${url}/admin${hash}`);
  }
  await page.waitForFunction(() =>
    document.querySelector("main h1") && !document.querySelector("main > [data-old]"));
  await drawn(page);
}

/** What watches its size, such as a chart, is drawn in the frame after the next. */
export const drawn = (page) => page.evaluate(() => new Promise((resolve) => {
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)));
}));

/**
 * What is wrong with what is shown now; its picture lies beside those of the other views, of `all`
 * of the page or of what is in the window.
 */
export async function look(page, name, where, { all = true } = {}) {
  const wrong = await seen(page);
  // A policy that takes no script from a string takes none from a test either.
  if (!await page.evaluate(() => "axe" in globalThis)) await page.evaluate(axe).catch(() => {});
  // What a bar at the bottom lies over in part is too small for axe, wherever it can scroll to.
  const found = await inWhole(page, all, () => page.evaluate(
    (tags) => globalThis.axe.run({ runOnly: { type: "tag", values: tags } }), TAGS));
  for (const { id, nodes } of found.violations) {
    const at = nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ");
    wrong.push(`${id}: ${at}`);
  }
  await picture(page, `${name}-${where.replaceAll(" ", "-")}`, { all });
  return wrong.map((what) => `${name} ${where}: ${what}`);
}

/** What needs no axe: something to scroll sideways, too small to hit, or without a text. */
export async function seen(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  return [
    wide > 0 && `${wide} px to scroll sideways`,
    ...(await page.evaluate(small, TARGET)).map((what) => `too small: ${what}`),
    ...(await page.evaluate(texts)).map((what) => `no text for ${what}`),
  ].filter(Boolean);
}

/** A picture, of all of the page or of what is in the window. */
export const picture = (page, name, { all = true } = {}) => inWhole(page, all, () =>
  page.screenshot({ path: join(process.env.SHOTS, `${name}.png`) }));

/** Works in a window as high as the page is: a bar at the bottom stands at the bottom then. */
async function inWhole(page, all, work) {
  const size = page.viewportSize();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  const isHigher = all && height > size.height && !await page.locator("dialog[open]").count();
  if (isHigher) await page.setViewportSize({ width: size.width, height });
  const done = await work();
  if (isHigher) await page.setViewportSize(size);
  return done;
}

/** Buttons, fields and links that stand by themselves and are too small to hit. */
function small(least) {
  const seen = [...document.querySelectorAll(
    "button, input, select, textarea, summary, nav a, .button")];
  return seen
    .filter((element) => element.checkVisibility())
    .filter((element) => element.type !== "checkbox" && element.type !== "radio")
    .map((element) => [element, element.getBoundingClientRect()])
    .filter(([, { width, height }]) => width > 0 && (width < least || height < least))
    .map(([element]) => element.outerHTML.slice(0, 80));
}

/** Texts that are missing show their keys. */
function texts() {
  const found = document.body.innerText.match(/\b[a-z]+(?:\.[a-z_0-9]+)+\b/g) ?? [];
  return [...new Set(found)].filter((text) => !/\.(org|com|de|ie|db|html|example)$/.test(text));
}
