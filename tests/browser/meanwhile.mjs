// Two people, or two tabs, at the same thing: whoever saves second sees both and decides.

import assert from "node:assert/strict";
import { field, heading, inDialog, opened, press, toast, until } from "./hands.mjs";
import { person, serve, signIn, tab } from "./shop.mjs";

export async function two_tabs_on_one_product_lose_nothing() {
  await between(async ({ page, other, call }) => {
    await call("POST", "/products", { name: "Linen shirt", price: "24.90", stock: 5 });
    await both(page, other, "#/products/1", "Linen shirt");
    await saves(other, { Name: "Linen shirt, washed" }, "Save product");
    await types(page, { Name: "Linen shirt, blue", Description: "Soft.", Tags: "new" });
    const rows = [
      ["Name", "Linen shirt, blue", "Linen shirt, washed"], ["Description", "Soft.", "–"],
      ["Tags", "new", "–"],
    ];
    await press(page, "Save product");
    await differs(page, rows);
    await inDialog(page, "Go on editing");
    assert.equal(await field(page, "Name").inputValue(), "Linen shirt, blue");
    assert.equal(await field(page, "Description").inputValue(), "Soft.");
    assert.equal((await call("GET", "/products/1")).name, "Linen shirt, washed");
    // A reload does not lose it either, nor make it look like the newest state.
    await page.reload();
    await page.getByText("This form shows what you typed before").waitFor();
    await press(page, "Save product");
    await differs(page, rows);
    await inDialog(page, "Save mine");
    await toast(page, "Linen shirt, blue is saved.");
    const { name, description, stock } = await call("GET", "/products/1");
    assert.deepEqual([name, description, stock], ["Linen shirt, blue", "Soft.", 5]);
  });
}

export async function two_tabs_on_one_variant_see_what_differs_cell_by_cell() {
  await between(async ({ page, other, call }) => {
    const variant = (size, colour) => ({ options: { Size: size, Colour: colour }, price: "20" });
    await call("POST", "/products", {
      name: "Cap", variants: [variant("S", "Red"), variant("M", "Red")],
    });
    const ids = (await call("GET", "/products/1")).variants.map(({ id }) => id);
    await both(page, other, "#/products/1", "Cap");
    await saves(other, { "Price, S / Red": "21" }, "Save product");
    await types(page, { "SKU, M / Red": "CAP-M", "Stock, M / Red": "3" });
    await press(page, "Save product");
    await differs(page, [
      ["Variants: S / Red, Price", "20.00", "21.00"], ["Variants: M / Red, SKU", "CAP-M", "–"],
      ["Variants: M / Red, Stock", "3", "–"],
    ]);
    await inDialog(page, "Save mine");
    await toast(page, "Cap is saved.");
    const { variants } = await call("GET", "/products/1");
    assert.deepEqual(variants.map(({ id, price, sku, stock }) => [id, price, sku, stock]),
      [[ids[0], "20.00", null, null], [ids[1], "20.00", "CAP-M", 3]]);
  });
}

export async function two_tabs_on_the_prices_and_stock_of_a_list_lose_nothing() {
  await between(async ({ page, other, call }) => {
    await call("POST", "/products", { name: "Mug", price: "8", stock: 5 });
    await both(page, other, "#/products", "Products");
    await enters(other, "Price of Mug", "9");
    await toast(other, "Mug now costs €9.00.");
    await enters(page, "Price of Mug", "7,50");
    await differs(page, [["Price", "7.50", "9.00"]]);
    await inDialog(page, "Go on editing");
    assert.equal(await field(page, "Price of Mug").inputValue(), "7,50");
    assert.equal((await call("GET", "/products/1")).price, "9.00");
    await field(page, "Price of Mug").press("Enter");
    await differs(page, [["Price", "7.50", "9.00"]]);
    await inDialog(page, "Save mine");
    await toast(page, "Mug now costs €7.50.");
    assert.equal((await call("GET", "/products/1")).price, "7.50");

    // What came in and went out adds up, whoever writes it down first.
    const stock = "Stock of Mug: +10, -2 or a counted number";
    await enters(other, stock, "+10");
    await toast(other, "Mug: 15 in stock.");
    await enters(page, stock, "-2");
    await toast(page, "Mug: 13 in stock.");
    assert.equal(await field(page, stock).inputValue(), "13");
    assert.equal((await call("GET", "/products/1")).stock, 13);
  });
}

export async function two_tabs_on_one_customer_lose_nothing() {
  await between(async ({ page, other, call }) => {
    const address = { name: "Ana Silva", line1: "Rua Nova 7", city: "Lisboa", country: "PT" };
    await call("POST", "/customers",
      { name: "Ana Silva", email: "ana@example.org", addresses: [address] });
    await both(page, other, "#/customers/1", "Ana Silva");
    await saves(other, { Note: "Rings twice." }, "Save customer");
    await types(page, { "Street and number": "Rua Nova 9" });
    await press(page, "Save customer");
    await differs(page, [["Addresses: 1", "Ana Silva, Rua Nova 9, Lisboa, Portugal",
      "Ana Silva, Rua Nova 7, Lisboa, Portugal"]]);
    await inDialog(page, "Go on editing");
    assert.equal(await field(page, "Street and number").inputValue(), "Rua Nova 9");
    await press(page, "Save customer");
    await inDialog(page, "Save mine");
    await toast(page, "Ana Silva is saved.");
    const { addresses, note } = await call("GET", "/customers/1");
    // Only what was changed here is written over.
    assert.deepEqual([addresses[0].line1, note], ["Rua Nova 9", "Rings twice."]);
  });
}

export async function two_tabs_on_one_discount_lose_nothing() {
  await between(async ({ page, other, call }) => {
    await call("POST", "/discounts", { code: "SPRING", type: "percent", value: "10" });
    await both(page, other, "#/discounts/1", /SPRING/);
    await saves(other, { "Last day": "2030-05-31" }, "Save");
    await types(page, { "Last day": "2030-06-30", "How many orders may use it": "7" });
    await press(page, "Save");
    const rows = [["Last day", "2030-06-30", "2030-05-31"],
      ["How many orders may use it", "7", "–"]];
    await differs(page, rows);
    await inDialog(page, "Go on editing");
    await press(page, "Save");
    await differs(page, rows);
    await inDialog(page, "Save mine");
    await heading(page, "Discounts");
    const { ends_at: ends, usage_limit: limit } = await call("GET", "/discounts/1");
    // All of the last day, by the clock on the shop's wall.
    assert.deepEqual([ends, limit], ["2030-06-30T23:00:00Z", 7]);
  });
}

export async function two_tabs_on_the_settings_lose_nothing() {
  await between(async ({ page, other, call }) => {
    await both(page, other, "#/settings/shop", /^Settings/);
    await saves(other, { City: "Porto", "Street and number": "Cais 1", "Legal name": "R. Nova" },
      "Save");
    await types(page, { City: "Lisboa", "Street and number": "Cais 1", "Legal name": "R. Nova" });
    await press(page, "Save");
    await differs(page, [["Address: City", "Lisboa", "Porto"]]);
    await inDialog(page, "Go on editing");
    assert.equal(await field(page, "City").inputValue(), "Lisboa");
    await press(page, "Save");
    await inDialog(page, "Save mine");
    await toast(page, "Settings saved.");
    assert.equal((await call("GET", "/settings")).address.city, "Lisboa");
  });
}

/** A shop with an owner, who has it open in two tabs. */
async function between(work) {
  const shop = await serve();
  const { call } = await opened(shop);
  const page = await person(shop.url);
  await signIn(page, shop.url);
  page.allow.push(/status of 412/);
  const other = await tab(page, shop.url);
  await work({ page, other, call, url: shop.url });
  assert.deepEqual(page.trouble, []);
  await page.context().close();
  await shop.stop();
}

async function both(page, other, hash, title) {
  for (const one of [page, other]) {
    await one.goto(new URL(`/admin${hash}`, page.url()).href);
    await heading(one, title);
  }
}

async function types(page, texts) {
  for (const [name, text] of Object.entries(texts)) await field(page, name).fill(text);
}

async function saves(page, texts, action) {
  await types(page, texts);
  await press(page, action);
  await page.locator(".toast", { hasText: /saved/ }).last().waitFor();
}

async function enters(page, name, text) {
  await field(page, name).fill(text);
  await field(page, name).press("Enter");
}

/** What stands in the window that asks: what it is, mine, theirs. */
async function differs(page, wanted) {
  const rows = page.getByRole("dialog", { name: "Somebody changed this meanwhile" })
    .locator("tbody tr");
  await rows.first().waitFor();
  const cells = await rows.evaluateAll((all) =>
    all.map((row) => [...row.children].map((cell) => cell.textContent)));
  assert.deepEqual(cells, wanted);
}
