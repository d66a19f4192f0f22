// Goods that change their form.

import assert from "node:assert/strict";
import { ADDRESS, BUYER, begun, field, heading, inDialog, opened, press, toast, until } from "./hands.mjs";
import { goTo, look } from "./looking.mjs";
import { person, serve, signIn } from "./shop.mjs";

export async function the_last_option_goes_and_its_first_variant_stays_with_its_stock() {
  const shop = await serve();
  const { call } = await opened(shop);
  const shirt = await call("POST", "/products", {
    name: "Shirt", options: [{ name: "Size", values: ["S", "M"] }],
    variants: [
      { options: { Size: "S" }, price: "20.00", sku: "SHIRT-S", stock: 3 },
      { options: { Size: "M" }, price: "22.00", sku: "SHIRT-M", stock: 4 },
    ],
  });
  const page = await person(shop.url);
  await signIn(page, shop.url);
  await page.goto(`${shop.url}/admin#/products/${shirt.id}`);
  await heading(page, "Shirt");
  await page.getByRole("button", { name: /^Remove option/ }).click();
  assert.equal(await page.getByLabel("Price", { exact: true }).inputValue(), "20.00");
  await press(page, "Save product");
  await toast(page, "saved");
  const { options, variants } = await call("GET", `/products/${shirt.id}`);
  assert.deepEqual(options, []);
  assert.deepEqual(variants.map(({ id, sku, stock }) => [id, sku, stock]),
    [[shirt.variants[0].id, "SHIRT-S", 3]]);
  assert.deepEqual(page.trouble, []);
  await page.context().close();
  await shop.stop();
}

export async function shipping_costs_by_weight_and_a_shop_without_tax_says_so() {
  const shop = await serve();
  const { call } = await opened(shop);
  await call("PATCH", "/settings", {
    tax_rates: [{ category: "food", rate: "6" }], shipping_methods: [{ code: "post", name: "Post" }],
  });
  const page = await person(shop.url);
  await signIn(page, shop.url);
  await page.goto(`${shop.url}/admin#/settings/shipping`);
  await heading(page, "Settings: Shipping");
  for (const [at, [grams, price]] of [["1000", "4,90"], ["", "6.90"]].entries()) {
    await press(page, "Add a weight");
    await field(page, "Up to, in grams").nth(at).fill(grams);
    await page.getByRole("group", { name: "Price up to a weight" }).nth(at)
      .getByLabel("Price, in EUR").fill(price);
  }
  await field(page, "Tax category").selectOption("proportional");
  // What is wrong in a row is said at its field.
  page.allow.push(/status of 422/);
  await press(page, "Save");
  await page.locator("[name='/shipping_methods/0/prices_by_weight/1/up_to_grams'][aria-invalid]")
    .waitFor();
  await field(page, "Up to, in grams").nth(1).fill("5000");
  await press(page, "Save");
  await toast(page, "Settings saved.");
  await page.goto(`${shop.url}/admin#/settings/tax`);
  await heading(page, "Settings: Tax");
  await field(page, "Note of a shop that charges no tax").fill("No VAT (§ 19 UStG).");
  await press(page, "Save");
  await until(async () => (await call("GET", "/settings")).tax_exempt_note, "the note is saved");
  const { shipping_methods: [method], tax_exempt_note: note } = await call("GET", "/settings");
  assert.deepEqual([method.prices_by_weight, method.tax_category, note], [
    [{ up_to_grams: 1000, price: "4.90" }, { up_to_grams: 5000, price: "6.90" }],
    "proportional", "No VAT (§ 19 UStG).",
  ]);
  await page.goto(`${shop.url}/admin#/products/new`);
  await heading(page, "New product");
  await field(page, "Name").fill("Loaf");
  await field(page, "Price").fill("4.20");
  await field(page, "Tax category").selectOption("food");
  await press(page, "Create product");
  await toast(page, "Loaf is created.");
  assert.equal((await call("GET", "/products/1")).tax_category, "food");
  assert.deepEqual(page.trouble, []);
  await page.context().close();
  await shop.stop();
}

export async function what_few_products_need_is_folded_away_and_opens_where_it_is_wrong() {
  const shop = await serve();
  const { call } = await opened(shop);
  await call("POST", "/products", { name: "Saft", price: "4.20" });
  const page = await person(shop.url, { locale: "de-DE", viewport: { width: 820, height: 1180 } });
  await signIn(page, shop.url);
  await page.goto(`${shop.url}/admin#/products/1`);
  await heading(page, "Saft");
  const folded = page.locator("details", { has: page.getByText("Weiteres") });
  assert.equal(await folded.evaluate(({ open }) => open), false);
  await page.getByText("Weiteres").click();
  await field(page, "In einer Packung").fill("0,3");
  await field(page, "Einheit").selectOption("l");
  await page.getByText("Weiteres").click();
  // What is wrong is said at its field, which is shown then.
  page.allow.push(/status of 422/);
  await press(page, "Artikel speichern");
  await page.locator("[name='/unit_price/per'][aria-invalid]").waitFor();
  await until(() => page.evaluate(() => document.activeElement.name === "/unit_price/per"));
  await field(page, "Preis für").fill("1");
  await field(page, "Hersteller").fill("Obsthof, Am Deich 1, 21635 Jork");
  await field(page, "Sicherheitshinweis").fill("Glas kann brechen.");
  await page.getByLabel("Was zurückkommt, ist wieder verkäuflich").uncheck();
  await press(page, "Artikel speichern");
  await toast(page, "gespeichert");
  const saved = await call("GET", "/products/1");
  assert.deepEqual([saved.manufacturer, saved.safety_note, saved.restock_returns],
    ["Obsthof, Am Deich 1, 21635 Jork", "Glas kann brechen.", false]);
  const { unit_price: unit } = saved;
  assert.deepEqual([unit.measure, unit.unit, unit.per, unit.price], ["0.3", "l", "1", "14.00"]);
  // It is open now, and says what follows from the price.
  await page.getByText("14,00 € für 1 l").waitFor();
  await press(page, "Artikel speichern");
  await toast(page, "Nichts wurde geändert.");
  await field(page, "In einer Packung").fill("");
  await field(page, "Einheit").selectOption("");
  await field(page, "Preis für").fill("");
  await press(page, "Artikel speichern");
  await until(async () => (await call("GET", "/products/1")).unit_price === null);
  assert.deepEqual(page.trouble, []);
  await page.context().close();
  await shop.stop();
}

export async function what_cannot_be_sold_again_does_not_go_back_on_the_shelf_by_itself() {
  const shop = await serve();
  const { call } = await opened(shop);
  await call("POST", "/products", { name: "Cup", price: "9.00", stock: 5 });
  await call("POST", "/products", { name: "Cake", price: "9.00", stock: 5, restock_returns: false });
  const order = await call("POST", "/orders", {
    items: [{ product_id: 1, quantity: 1 }, { product_id: 2, quantity: 1 }], customer: BUYER,
    shipping_address: ADDRESS,
  });
  await call("POST", `/orders/${order.id}/shipments`, { carrier: "CTT", tracking_number: "RR1" });
  const page = await person(shop.url);
  await signIn(page, shop.url);
  await page.goto(`${shop.url}/admin#/orders/${order.id}`);
  await press(page, "Take goods back…");
  const boxes = page.getByRole("dialog").getByLabel("Back on the shelf");
  await boxes.first().waitFor();
  assert.deepEqual([await boxes.nth(0).isChecked(), await boxes.nth(1).isChecked()], [true, false]);
  for (const name of ["Cup", "Cake"]) await field(page, `${name} (of 1)`).fill("1");
  await inDialog(page, "Take back");
  await toast(page, "The goods are back.");
  assert.deepEqual((await call("GET", "/products?sort=name")).data.map(({ stock }) => stock), [4, 5]);
  assert.deepEqual(page.trouble, []);
  await page.context().close();
  await shop.stop();
}

export async function seventy_six_variants_are_lines_on_a_phone_and_get_one_price_at_once() {
  const sizes = ["S", "M", "L", "XL"];
  const colours = Array.from({ length: 19 }, (_, at) => `Dunkelgrün ${at + 1}`);
  const variants = colours.flatMap((Colour) => sizes.map((Size) =>
    ({ options: { Colour, Size }, price: "20.00", stock: 3 })));
  const { shop, call, page, end } = await begun([{
    name: "Shirt", options: [{ name: "Colour", values: colours }, { name: "Size", values: sizes }],
    variants,
  }], { viewport: { width: 390, height: 844 } });
  await goTo(page, shop.url, "#/products/1");
  const screens = await page.evaluate(() => document.documentElement.scrollHeight / innerHeight);
  assert.ok(screens <= 12, `${screens} screens`);
  // What saves is in sight at the top already, above the sections.
  const [save, nav] = await Promise.all([page.getByRole("button", { name: "Save product" }),
    page.locator(".main-nav")].map((one) => one.boundingBox()));
  assert.ok(save.y > 600 && save.y + save.height <= nav.y, JSON.stringify([save, nav]));
  assert.deepEqual(await look(page, "product_variants", "phone light"), []);

  await field(page, "Same for all variants").selectOption("Stock");
  await field(page, "Value").fill("7");
  await press(page, "Set for all");
  await toast(page, "“Stock” is set in 76 variants.");
  await field(page, "Same for all variants").selectOption("Price");
  await field(page, "Value").fill("24,50");
  await page.keyboard.press("Enter");
  await toast(page, "“Price” is set in 76 variants.");
  assert.equal(await field(page, "Price, Dunkelgrün 19 / XL").inputValue(), "24,50");
  // A line opens, and opens by itself where something in it is wrong.
  const grams = field(page, "Grams, Dunkelgrün 2 / S");
  const more = page.getByRole("button", { name: "All about Dunkelgrün 2 / S" });
  assert.equal(await grams.isVisible(), false);
  await more.click();
  await grams.fill("many");
  assert.deepEqual(await look(page, "product_variant_open", "phone light"), []);
  await more.click();
  await until(async () => !await grams.isVisible());
  page.allow.push(/status of 422/);
  await press(page, "Save product");
  await until(() => grams.evaluate((box) => box === document.activeElement && box.ariaInvalid));
  await grams.fill("180");
  await press(page, "Save product");
  await toast(page, "saved");
  const saved = (await call("GET", "/products/1")).variants;
  assert.ok(saved.every(({ price, stock }) => price === "24.50" && stock === 7));
  assert.equal(saved[4].weight_grams, 180);
  await end();
}
