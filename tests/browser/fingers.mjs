// The keyboard, and nothing else: where the focus is, and getting it to where it is wanted.

import assert from "node:assert/strict";
import { until } from "./hands.mjs";

const TABS_MAX = 90;

/** What has the focus: its name as it is read out, and whether it can be seen there. */
export const focus = (page) => page.evaluate(() => {
  const element = document.activeElement;
  const labels = [...(element.labels ?? [])].map((label) => label.innerText);
  const name = element.getAttribute("aria-label") ?? (labels.join(" ") || element.innerText);
  // What stands for a hidden choice shows its focus.
  const isHidden = element.type === "radio" && getComputedStyle(element).opacity === "0";
  const shows = isHidden ? element.nextElementSibling : element;
  const style = getComputedStyle(shows);
  return {
    name: element === document.body ? "nothing" : name.replace(/\s+/g, " ").trim(),
    tag: element.tagName.toLowerCase(),
    visible: element.matches(":focus-visible") && style.outlineStyle !== "none"
      && parseFloat(style.outlineWidth) >= 2,
  };
});

const fits = (name, wanted) => (wanted instanceof RegExp ? wanted.test(name) : name === wanted);

/** The focus comes there by itself. */
export const lands = (page, wanted) => until(async () => {
  const { name } = await focus(page);
  return fits(name, wanted) || !(lands.last = name);
}, `the focus is on ${wanted}`).catch((error) => {
  throw new Error(`${error.message}: it is on "${lands.last}"`);
});

/** Presses Tab until `wanted` has the focus, which must be seen on everything it passes. */
export async function tabTo(page, wanted, key = "Tab") {
  const passed = [];
  for (let n = 0; n < TABS_MAX; n += 1) {
    await page.keyboard.press(key);
    const now = await focus(page);
    passed.push(now.name);
    if (now.tag !== "body") assert.ok(now.visible, `no focus to be seen on "${now.name}"`);
    if (fits(now.name, wanted)) return;
  }
  assert.fail(`Tab does not come to ${wanted}, only to:\n${passed.join("\n")}`);
}

/** Presses what has the focus, once what it did before is done. */
export async function pressed(page, key = "Enter") {
  const isFree = () => page.evaluate(() => document.activeElement.ariaDisabled !== "true");
  await until(isFree, "the button");
  await page.keyboard.press(key);
}

/** Tabs to a button, a link or a field, and presses it. */
export async function hit(page, wanted, key = "Enter") {
  await tabTo(page, wanted);
  await pressed(page, key);
}

/** Tabs to a field and types over what is in it. */
export async function write(page, wanted, text) {
  await tabTo(page, wanted);
  await page.keyboard.press("Control+A");
  await page.keyboard.type(text);
}

/** Two keys, one after the other. */
export async function keys(page, text) {
  for (const key of text.split(" ")) await page.keyboard.press(key);
}

/** Goes around the whole page with Tab, and back to where it began: nothing holds the focus. */
export async function goesAround(page) {
  const seen = new Set();
  const mark = () => page.evaluate(() => {
    const element = document.activeElement;
    globalThis.marked ??= 0;
    element.dataset.at ??= String(globalThis.marked += 1);
    return element.dataset.at;
  });
  await page.keyboard.press("Tab");
  let last = await mark();
  for (let n = 0; n < 2 * TABS_MAX; n += 1) {
    seen.add(last);
    await page.keyboard.press("Tab");
    const now = await mark();
    assert.notEqual(now, last, "Tab stays where it is");
    if (now === [...seen][0]) return seen.size;
    assert.ok(!seen.has(now), "Tab goes around in a part of the page");
    last = now;
  }
  return assert.fail("Tab never comes around");
}
