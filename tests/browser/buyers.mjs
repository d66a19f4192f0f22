// A stranger buys in the shop window: on a phone, by the keyboard alone, without scripts, in
// German, and over a plain connection to an address that no browser trusts.

import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { PHONE, WORDS, at, buy, buyer, fillIn, order, ordered, orders, sample, toCheckout, total }
  from "./buying.mjs";
import { focus, goesAround, hit, pressed, tabTo, write } from "./fingers.mjs";
import { field, heading, press, setupAddress, toast, until } from "./hands.mjs";
import { file, photograph } from "./photographs.mjs";
import { OWNER, PASSWORD, person, serve } from "./shop.mjs";

/** Seconds that nobody needs who has decided what to buy. */
const PURCHASE_SECONDS_MAX = 120;
/** Between two keys, as a thumb types them. */
const KEY_MILLIS = 120;

export async function a_new_shop_is_set_up_and_a_stranger_buys_there_on_a_phone() {
  const shop = await serve();
  const owner = await person(shop.url);
  await opens(owner, await setupAddress(shop));
  const { page, end } = await buyer(shop, PHONE);
  const begun = await page.evaluate(() => Date.now());
  const picture = page.locator(".card img");
  await until(() => picture.evaluate((it) => it.complete && it.naturalWidth > 0), "the picture");
  await page.getByRole("link", { name: "Blue mug" }).tap();
  await at(page, "button", "Put into the cart").tap();
  await at(page, "link", "Checkout").tap();
  await at(page, "heading", "Checkout").waitFor();
  await fillIn(page, KEY_MILLIS);
  await at(page, "button", "Order with obligation to pay").tap();
  const number = await ordered(page);
  const seconds = Math.round((await page.evaluate(() => Date.now()) - begun) / 1000);
  console.log(`      a stranger buys on a phone in ${seconds} s`);
  assert.ok(seconds < PURCHASE_SECONDS_MAX);
  await owner.goto(`${shop.url}/admin#/orders`);
  await owner.getByRole("link", { name: number, exact: true }).waitFor();
  assert.deepEqual(owner.trouble, []);
  await end();
}

/** From the address of the set-up to a product with a picture. */
async function opens(page, address) {
  await page.goto(address);
  await heading(page, "Set up your shop");
  await field(page, "Name of the shop").fill("Rua Nova");
  await field(page, "Country").selectOption("PT");
  await field(page, "Your e-mail").fill(OWNER);
  await field(page, "Password").fill(PASSWORD);
  await press(page, "Open the shop");
  await heading(page, "Today");
  await page.getByRole("link", { name: "Add a product" }).click();
  await heading(page, "New product");
  await field(page, "Name").fill("Blue mug");
  await field(page, "Price").fill("9.95");
  await field(page, "Stock").fill("5");
  const picture = file("mug.jpg", await photograph(page));
  await page.locator(".drop input[multiple]").setInputFiles(picture);
  await press(page, "Create product");
  await toast(page, "Blue mug is created.");
  await page.locator('.pictures img[src^="/images/"]').waitFor();
}

export async function a_purchase_by_keyboard_alone() {
  const shop = await sample();
  const { page, end } = await buyer(shop);
  await hit(page, "To the content");
  await hit(page, /^Wool socks/);
  await at(page, "heading", "Wool socks").waitFor();
  await goesAround(page);
  await page.reload();
  await tabTo(page, /^36–38/);
  await page.keyboard.press("ArrowRight");
  assert.match((await focus(page)).name, /^39–42/);
  await write(page, "Quantity", "2");
  await hit(page, "Put into the cart");
  await at(page, "heading", "Cart").waitFor();
  await hit(page, "Checkout");
  await at(page, "heading", "Checkout").waitFor();
  await write(page, "Name", "Ana Silva");
  await write(page, "E-mail", "ana@example.org");
  // Each letter is another country; the focus stays, and what it costs follows.
  await tabTo(page, "Country");
  await page.keyboard.type("Portugal");
  await tabTo(page, /^Parcel/);
  await page.keyboard.press("ArrowDown");
  await total(page, "€28.00");
  assert.match((await focus(page)).name, /^Fetch it at the shop/);
  await page.keyboard.press("ArrowUp");
  await total(page, "€32.90");
  await write(page, "Street and number", "Rua Nova 7");
  await write(page, "Town", "Lisboa");
  await tabTo(page, /^Another address/);
  await pressed(page, "Space");
  await tabTo(page, "Put this address on the invoice");
  await tabTo(page, /^Bank transfer/);
  await page.keyboard.press("ArrowDown");
  assert.match((await focus(page)).name, /^Cash on delivery/);
  await hit(page, "Order with obligation to pay");
  await ordered(page);
  const people = await page.locator(".people").innerText();
  assert.match(people, /Rua Nova 7[\s\S]*Portugal/);
  await end();
}

export async function a_purchase_without_any_script() {
  const shop = await sample();
  const { page, end } = await buyer(shop, { javaScriptEnabled: false });
  await toCheckout(page, "Canvas bag");
  await fillIn(page);
  await page.getByRole("radio", { name: /^Fetch it at the shop/ }).check();
  assert.equal(await page.locator(".grand dd").innerText(), "€18.90");
  await press(page, "Update the total");
  assert.equal(await page.locator(".grand dd").innerText(), "€14.00");
  assert.equal(await page.locator('[autocomplete="name"]').inputValue(), "Ana Silva");
  await order(page);
  // Whoever does not update it is asked once more, and loses nothing.
  await page.goto(shop.url);
  await toCheckout(page, "Canvas bag");
  await fillIn(page);
  await page.getByRole("radio", { name: /^Fetch it at the shop/ }).check();
  page.allow.push(/status of 409/);
  await press(page, "Order with obligation to pay");
  await page.getByRole("alert").getByText("It was €18.90 and is now €14.00.").waitFor();
  await order(page);
  await end();
}

export async function what_is_chosen_shows_its_total_at_once() {
  const shop = await sample();
  const { page, end } = await buyer(shop);
  await toCheckout(page, "Canvas bag");
  const asked = [];
  page.on("framenavigated", (frame) => asked.push(frame.url()));
  await fillIn(page);
  const street = page.locator('[autocomplete="address-line1"]');
  const optional = page.locator("[data-address-fields] legend [data-optional]");
  assert.equal(await optional.isVisible(), false);
  const expected = () => page.locator('[name="expected_total"]').inputValue();
  await total(page, "€18.90");
  await page.getByRole("radio", { name: /^Fetch it at the shop/ }).check();
  await total(page, "€14.00");
  assert.equal(await expected(), "14.00");
  // The new total is read out, and what is fetched needs no address.
  assert.equal(await page.locator("[data-told]").innerText(), "Total €14.00");
  assert.equal(await street.isVisible(), false);
  assert.equal(await street.getAttribute("required"), null);
  await page.getByLabel(/^Discount code/).fill("WELCOME10");
  await page.keyboard.press("Enter");
  await total(page, "€12.60");
  assert.equal(await expected(), "12.60");
  // What does not count says so at its field.
  await page.getByLabel(/^Discount code/).fill("NONE");
  await page.getByLabel(/^Discount code/).blur();
  await page.getByText("This code does not count").waitFor();
  await total(page, "€14.00");
  assert.deepEqual(asked, [], "without a page of its own");
  await page.getByLabel(/^Discount code/).fill("");
  await page.getByLabel(/^Discount code/).blur();
  await order(page);
  assert.match(await page.locator(".sums").innerText(), /Fetch it at the shop[\s\S]*€14\.00/);
  await end();
}

export async function an_address_for_the_invoice_counts_while_its_tick_does() {
  const shop = await sample();
  const { page, end } = await buyer(shop);
  await toCheckout(page, "Canvas bag");
  await fillIn(page);
  await page.locator("summary").click();
  const tick = page.locator("[name=billing]");
  await page.locator("[name=billing_line1]").fill("Elsewhere 1");
  await page.locator("[name=billing_city]").fill("Porto");
  assert.equal(await tick.isChecked(), true);
  await tick.uncheck();
  assert.equal(await page.locator("[name=billing_line1]").inputValue(), "Elsewhere 1");
  await order(page);
  const [{ billing_address: elsewhere }] = (await shop.call("GET", "/orders?limit=1")).data;
  assert.equal(elsewhere, null);
  await end();
}

export async function a_purchase_in_german() {
  const shop = await sample();
  const { page, end } = await buyer(shop, { ...PHONE, locale: "de-DE" });
  assert.equal(await page.locator("html").getAttribute("lang"), "de");
  await buy(page, "Canvas bag", WORDS.de);
  assert.match(await page.locator(".sums").innerText(), /Summe\s+18,90\s€/);
  await end();
}

export async function a_language_that_was_chosen_goes_along_to_the_order() {
  const shop = await sample();
  const { page, end } = await buyer(shop);
  await at(page, "link", "Deutsch").click();
  await at(page, "heading", "Neu").waitFor();
  await buy(page, "Canvas bag", WORDS.de);
  assert.match(page.url(), /lang=de/);
  assert.equal((await shop.call("GET", "/orders?limit=1")).data[0].locale, "de");
  await at(page, "link", "English").click();
  await ordered(page, WORDS.en);
  await end();
}

export async function a_purchase_over_http_on_an_address_of_the_network() {
  const found = Object.values(networkInterfaces()).flat();
  const own = found.find(({ family, internal }) => family === "IPv4" && !internal);
  assert.ok(own, "This machine has no IPv4 address besides that of itself.");
  const shop = await sample({ more: ["--address", "0.0.0.0"] });
  const there = { ...shop, url: shop.url.replace("0.0.0.0", own.address) };
  const before = await orders(shop);
  const { page, end } = await buyer(there);
  assert.equal(await page.evaluate(() => isSecureContext), false);
  await buy(page);
  assert.equal(await orders(shop), before + 1);
  await end();
}
