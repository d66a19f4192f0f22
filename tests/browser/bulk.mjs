// Many products changed at once, and products found by the shop.

import assert from "node:assert/strict";
import { ADDRESS, BUYER, begun, field, heading, press, toast, until } from "./hands.mjs";

/** A shop whose owner has the list of products before them. */
async function listed(products, options) {
  const it = await begun(products, options);
  await it.page.goto(`${it.shop.url}/admin#/products`);
  await it.page.locator("tr[data-row]").first().waitFor();
  return it;
}

const tick = (page, name, options) => field(page, `Tick ${name}`).click(options);
const named = (page) => page.locator("tr[data-row] > td > a").allInnerTexts();
const prices = async (call) => (await call("GET", "/products?sort=name")).data
  .map(({ variants }) => variants.map(({ price }) => price).join("/"));

/** Opens the window and says what is to be done. */
async function change(page, what) {
  await press(page, "Change…");
  await page.getByRole("dialog").getByLabel("What to do").selectOption(what);
  return page.getByRole("dialog");
}

export async function prices_of_ticked_products_change_in_percent_and_go_back() {
  const { call, page, end } = await listed([
    { name: "A", price: "9.99" }, { name: "B", price: "0.05" }, { name: "C", price: "100.00" },
    { name: "D", options: [{ name: "Size", values: ["S", "M"] }], variants: [
      { options: { Size: "S" }, price: "20.00", stock: 3 }, { options: { Size: "M" }, price: "22.50" },
    ] },
  ]);
  const before = await prices(call);
  // With Shift, all between two ticks.
  await page.goto(`${page.url()}?sort=name`);
  await until(async () => (await named(page)).join() === "A,B,C,D");
  await tick(page, "A");
  await tick(page, "D", { modifiers: ["Shift"] });
  await page.getByText("4 products ticked").waitFor();
  await tick(page, "C");
  await page.getByText("3 products ticked").waitFor();
  const window = await change(page, "Change prices in percent");
  await window.getByRole("button", { name: "Change 3 products" }).click();
  await window.getByText("Enter something here.").waitFor();
  await window.getByLabel("Percent").fill("10");
  // What they cost and will cost is shown before it is done; half a cent goes up.
  const shown = () => window.locator("tbody tr").allInnerTexts();
  await until(async () => (await shown()).length === 4);
  assert.deepEqual((await shown()).map((text) => text.replace(/\s+/g, " ").trim()), [
    "A €9.99 €10.99", "B €0.05 €0.06", "D – S €20.00 €22.00", "D – M €22.50 €24.75",
  ]);
  assert.deepEqual(await prices(call), before);
  await window.getByRole("button", { name: "Change 3 products" }).click();
  await toast(page, "3 products are changed.");
  assert.deepEqual(await prices(call), ["10.99", "0.06", "100.00", "22.00/24.75"]);
  assert.deepEqual((await call("GET", "/products/4")).variants.map(({ stock }) => stock), [3, null]);
  await press(page, "Undo");
  await toast(page, "3 products are as they were.");
  assert.deepEqual(await prices(call), before);
  await end();
}

export async function tags_collections_and_states_change_and_one_that_cannot_holds_up_no_other() {
  const { call, page, end } = await listed(["A", "B", "C"].map((name) => ({ name, price: "5.00", tags: ["old"] })));
  await call("POST", "/collections", { name: "Gifts" });
  await field(page, "Tick all shown").check();
  const tags = async () => (await call("GET", "/products?sort=name")).data.map(({ tags }) => tags.join());
  let window = await change(page, "Add a tag");
  await window.getByLabel("Tag").fill("summer");
  await page.keyboard.press("Enter");
  await toast(page, "3 products are changed.");
  assert.deepEqual(await tags(), Array(3).fill("old,summer"));

  await field(page, "Tick all shown").check();
  window = await change(page, "Remove a tag");
  // Somebody deletes one of them meanwhile.
  await call("DELETE", "/products/2");
  page.allow.push(/status of 404/);
  await window.getByLabel("Tag").fill("old");
  await page.keyboard.press("Enter");
  await window.getByText("Done: 2. Not done: 1.").waitFor();
  assert.match(await window.locator(".faults").innerText(), /^B .+/);
  await window.locator(".actions").getByRole("button", { name: "Close" }).click();
  assert.deepEqual(await tags(), ["summer", "summer"]);

  await tick(page, "A");
  window = await change(page, "Put into a collection");
  await window.getByLabel("Collection").selectOption("Gifts");
  await window.getByRole("button", { name: "Change 1 product" }).click();
  await toast(page, "1 product is changed.");
  await tick(page, "C");
  window = await change(page, "Change the status");
  await window.getByLabel("Status").selectOption("Draft");
  await window.getByRole("button", { name: "Change 1 product" }).click();
  await until(async () => (await named(page)).join() === "A");
  const { data } = await call("GET", "/products?sort=name");
  assert.deepEqual(data.map(({ status, collection_ids: ids }) => [status, ids]), [["active", [1]], ["draft", []]]);
  await end();
}

export async function ticked_orders_are_paid_and_shipped_and_one_that_is_refused_holds_up_no_other() {
  const { shop, call, page, end } = await begun([{ name: "Loaf", price: "4.20" }]);
  for (let at = 0; at < 4; at += 1) {
    await call("POST", "/orders", {
      items: [{ product_id: 1, quantity: 1 }], customer: BUYER, shipping_address: ADDRESS,
    });
  }
  const states = async () => (await call("GET", "/orders?sort=created_at")).data
    .map(({ payment_status: money, fulfillment_status: goods }) => `${money} ${goods}`);
  const tickAll = async () => {
    await page.goto(`${shop.url}/admin#/orders?tab=all`);
    await page.getByText("1004", { exact: true }).waitFor();
    await page.locator("thead").getByLabel("Tick all shown").check();
    await page.getByText("4 orders ticked").waitFor();
  };
  await tickAll();
  // Two of them moved on since the list was read.
  await call("POST", "/orders/2/payments", { method: "cash" });
  await call("POST", "/orders/3/cancellation", { reason: "twice" });
  page.allow.push(/status of 40[49]/);
  await press(page, "Mark paid (4)");
  await toast(page, "2 orders are paid.");
  const window = page.getByRole("dialog", { name: "Done: 2. Not done: 2." });
  const refused = await window.getByRole("listitem").allInnerTexts();
  assert.deepEqual(refused.sort(),
    ["1002 €0.00 is open on this order.", "1003 €0.00 is open on this order."]);
  await window.locator(".actions").getByRole("button", { name: "Close" }).click();
  await tickAll();
  // What cannot be shipped is not counted.
  await press(page, "Mark shipped (3)");
  await toast(page, "3 orders are shipped.");
  assert.deepEqual(await states(),
    ["paid shipped", "paid shipped", "paid unfulfilled", "paid shipped"]);
  await page.locator(".toast", { hasText: "shipped" }).getByRole("button", { name: "Undo" }).click();
  await toast(page, "3 orders are as they were.");
  assert.deepEqual((await states())[0], "paid unfulfilled");
  await end();
}

export async function ticked_products_are_archived_with_one_press_and_come_back_with_another() {
  const { call, page, end } = await listed(["A", "B", "C"].map((name) => ({ name, price: "5.00" })));
  for (const name of ["A", "B", "C"]) await tick(page, name);
  await call("DELETE", "/products/2");
  page.allow.push(/status of 404/);
  await page.locator(".bulk").getByRole("button", { name: "Archive" }).click();
  await toast(page, "2 products are archived.");
  const window = page.getByRole("dialog", { name: "Done: 2. Not done: 1." });
  assert.match(await window.getByRole("listitem").innerText(), /^B This was changed or deleted/);
  await page.keyboard.press("Escape");
  const { data } = await call("GET", "/products?status=archived&sort=name");
  assert.deepEqual(data.map(({ name }) => name), ["A", "C"]);
  await page.locator(".toast", { hasText: "archived" }).getByRole("button", { name: "Undo" }).click();
  await toast(page, "2 products are as they were.");
  await until(async () => (await named(page)).length === 2);
  await end();
}

export async function the_shop_searches_and_the_page_reads_no_catalogue() {
  const many = Array.from({ length: 130 }, (_, at) =>
    ({ name: `Thing ${at}`, price: "1.00", sku: `T-${at}`, tags: [at % 2 ? "odd" : "even"] }));
  const { shop, page, end } = await listed([...many, { name: "Café au lait", price: "3.50", sku: "CAFE" }]);
  const asked = [];
  page.on("response", async (response) => {
    if (!/\/products(\?|$)/.test(response.url()) || response.url().includes("/admin/")) return;
    asked.push([response.url(), (await response.body().catch(() => "")).length]);
  });
  await field(page, "Search name, SKU, tag").fill("cafe");
  await until(async () => (await named(page)).join() === "Café au lait");
  assert.match(page.url(), /q=cafe/);
  await field(page, "Search name, SKU, tag").fill("");
  await until(async () => (await named(page)).length === 25);
  await page.getByLabel("Tag", { exact: true }).selectOption("odd");
  await until(async () => (await named(page)).every((name) => /[13579]$/.test(name)));
  await page.goto(`${shop.url}/admin#/orders/new`);
  await heading(page, "New order");
  await field(page, "Product").pressSequentially("caf", { delay: 20 });
  await page.getByRole("option", { name: /Café au lait/ }).waitFor();
  await page.keyboard.press("Enter");
  await field(page, "Quantity of Café au lait").waitFor();
  assert.ok(asked.every(([url]) => /limit=(25|8)\b/.test(url)), JSON.stringify(asked));
  const bytes = asked.filter(([url]) => url.includes("limit=8")).reduce((sum, [, size]) => sum + size, 0);
  assert.ok(bytes < 8000, `the finder read ${bytes} bytes`);
  await end();
}
