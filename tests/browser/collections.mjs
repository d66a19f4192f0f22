// Collections: made, put in order, filled, and taken away.

import assert from "node:assert/strict";
import { focus } from "./fingers.mjs";
import { begun, field, follow, heading, inDialog, press, toast, until } from "./hands.mjs";
import { file, photograph } from "./photographs.mjs";

const named = (...names) => names.map((name) => ({ name, price: "4.00" }));
const members = (page) => page.locator(".members .member > a").allInnerTexts();
const inOrder = (page, wanted) => until(async () => (await members(page)).join() === wanted.join(),
  `the order is ${wanted}`);

/** Adds what is found by the words, with the keyboard alone. */
async function add(page, words) {
  await field(page, "Add a product").fill(words);
  await page.keyboard.press("Enter");
  await until(async () => await field(page, "Add a product").inputValue() === "");
}

export async function a_collection_is_made_filled_put_in_order_and_taken_away() {
  const { shop, call, page, end } = await begun(named("Rye loaf", "Oat loaf", "Wheat roll"));
  await page.goto(`${shop.url}/admin#/products`);
  await heading(page, "Products");
  await follow(page, "Collections");
  await page.getByRole("link", { name: "New collection" }).last().click();
  await heading(page, "New collection");
  await field(page, "Name").fill("Bread");
  await page.locator(".drop input").setInputFiles(file("bread.jpg", await photograph(page)));
  await page.locator('.frame img[src^="blob:"]').waitFor();
  for (const words of ["rye", "oat", "roll"]) await add(page, words);
  await press(page, "Create collection");
  await heading(page, "Bread");
  await inOrder(page, ["Rye loaf", "Oat loaf", "Wheat roll"]);
  await page.locator('.frame img[src^="/images/"]').waitFor();

  // By the keyboard, and by the mouse.
  await page.getByRole("button", { name: "Further up: Wheat roll" }).focus();
  await page.keyboard.press("Enter");
  assert.equal((await focus(page)).name, "Further up: Wheat roll");
  await page.keyboard.press("Enter");
  await inOrder(page, ["Wheat roll", "Rye loaf", "Oat loaf"]);
  const [from, to] = [await page.locator(".grip").nth(1).boundingBox(), await page.locator(".grip").nth(0).boundingBox()];
  await page.mouse.move(from.x + 8, from.y + 8);
  await page.mouse.down();
  await page.mouse.move(to.x + 8, to.y + 8, { steps: 5 });
  await page.mouse.up();
  await inOrder(page, ["Rye loaf", "Wheat roll", "Oat loaf"]);
  await press(page, "Remove Wheat roll");
  await field(page, "Description").fill("Baked at night.");
  await press(page, "Save collection");
  await toast(page, "Bread is saved.");
  const { data } = await call("GET", "/products?collection=1&sort=position");
  assert.deepEqual(data.map(({ name }) => name), ["Rye loaf", "Oat loaf"]);
  assert.equal((await call("GET", "/collections/1")).description, "Baked at night.");

  await follow(page, "Collections");
  await heading(page, "Collections");
  await follow(page, "Bread");
  await heading(page, "Bread");
  await press(page, "Delete…");
  await inDialog(page, "Delete collection");
  await toast(page, "Bread is deleted.");
  assert.deepEqual((await call("GET", "/collections")).data, []);
  assert.equal((await call("GET", "/products")).data.length, 3);
  await end();
}

export async function collections_are_a_tree_and_products_are_put_into_them_and_found_by_them() {
  const { shop, call, page, end } = await begun(named("Hammer", "Saw"),
    { viewport: { width: 390, height: 844 }, hasTouch: true });
  await page.goto(`${shop.url}/admin#/products/collections/new`);
  for (const [name, parent] of [["Tools", null], ["Garden", null], ["Hand tools", "Tools"]]) {
    await heading(page, "New collection");
    await field(page, "Name").fill(name);
    if (parent) await field(page, "Part of").selectOption(parent);
    await field(page, "Name").press("Enter");
    await heading(page, name);
    await page.goto(`${shop.url}/admin#/products/collections/new`);
  }
  await page.goto(`${shop.url}/admin#/products/collections`);
  await inOrder(page, ["Tools", "Hand tools", "Garden"]);
  await page.getByRole("button", { name: "Further up: Garden" }).click();
  await inOrder(page, ["Garden", "Tools", "Hand tools"]);
  await until(async () => (await call("GET", "/collections?sort=position&parent_id=1")).data.length === 1);
  await until(async () => (await call("GET", "/collections?sort=position")).data
    .filter(({ parent_id: parent }) => !parent).map(({ name }) => name).join() === "Garden,Tools");

  await page.goto(`${shop.url}/admin#/products/1`);
  await heading(page, "Hammer");
  await page.getByLabel("Hand tools").check();
  await press(page, "Save product");
  await toast(page, "Hammer is saved.");
  assert.deepEqual((await call("GET", "/products/1")).collection_ids, [3]);
  await page.goto(`${shop.url}/admin#/products`);
  await heading(page, "Products");
  await page.getByLabel("Collection", { exact: true }).selectOption({ label: "\u2003Hand tools" });
  await until(async () => (await page.locator("tr[data-row] > td > a").allInnerTexts()).join() === "Hammer");
  assert.match(page.url(), /collection=3/);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await end();
}
