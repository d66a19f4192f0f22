// A new shop: its set-up proposes what is usual, and the list of tasks leads from there to a shop
// that can sell.

import assert from "node:assert/strict";
import { ADDRESS, BUYER, begun, field, follow, heading, press, setupAddress, toast, until
  } from "./hands.mjs";
import { OWNER, PASSWORD, ask, person, serve, signIn } from "./shop.mjs";

const TAPS_MAX = 20;
const KEYS_MAX = 120;

export async function in_germany_a_shop_with_its_tax_is_set_up_in_a_few_taps() {
  const { page, settings, end } = await setUp("de-DE");
  assert.equal(await field(page, "Währung").inputValue(), "EUR");
  assert.equal(await field(page, "Steuer auf alles, in Prozent").inputValue(), "19");
  const typed = { "Name des Ladens": "Brot & Söhne", "Ihre E-Mail": OWNER, Passwort: PASSWORD };
  for (const [name, text] of Object.entries(typed)) await field(page, name).fill(text);
  // A tap into each field, and one on the button.
  assert.ok(Object.keys(typed).length + 1 <= TAPS_MAX);
  assert.ok(Object.values(typed).join("").length <= KEYS_MAX);
  await press(page, "Laden eröffnen");
  await heading(page, "Heute");
  const list = await page.locator(".checklist").innerText();
  assert.match(list, /Erledigt\s+Sagen, welche Steuer/);
  assert.match(list, /Offen\s+Adresse und Steuernummer angeben/);
  const made = await settings();
  assert.deepEqual(made.tax_rates.map(({ country, rate }) => [country, rate]), [["*", "19"]]);
  assert.deepEqual([made.country, made.currency, made.time_zone, made.tax_exempt_note],
    ["DE", "EUR", "Europe/Berlin", null]);
  assert.deepEqual(made.shipping_methods.map(({ code, name }) => [code, name])[0], ["parcel", "Paket"]);
  assert.equal(made.window.languages[0], "de");
  await end();
}

export async function whoever_charges_no_tax_says_why() {
  const { page, settings, end } = await setUp("de-DE");
  await field(page, "Ich berechne keine Steuer").check();
  await field(page, "Steuer auf alles, in Prozent").waitFor({ state: "hidden" });
  await field(page, "Name des Ladens").fill("Brot & Söhne");
  await field(page, "Ihre E-Mail").fill(OWNER);
  await field(page, "Passwort").fill(PASSWORD);
  await press(page, "Laden eröffnen");
  await heading(page, "Heute");
  assert.match(await page.locator(".checklist").innerText(), /Erledigt\s+Sagen, welche Steuer/);
  const { tax_rates: rates, tax_exempt_note: note } = await settings();
  assert.deepEqual(rates, []);
  assert.equal(note, "Kein Ausweis von Umsatzsteuer, da Kleinunternehmer gemäß § 19 UStG.");
  await end();
}

/** Once the rate is typed by hand, the country moves it no more. */
export async function the_tax_is_that_of_the_country_until_another_is_typed() {
  const { page, end } = await setUp("en-GB");
  const rate = field(page, "Tax on everything, in percent");
  assert.equal(await rate.inputValue(), "20");
  for (const [country, usual] of [["FI", "25.5"], ["CH", "8.1"], ["BR", ""], ["", ""], ["PT", "23"]]) {
    await field(page, "Country").selectOption(country);
    assert.equal(await rate.inputValue(), usual, country);
  }
  await rate.fill("6");
  await field(page, "Country").selectOption("DE");
  assert.equal(await rate.inputValue(), "6");
  await end();
}

export async function what_an_owner_declines_is_declined_in_every_browser() {
  const { shop, call, page, end } = await begun([{ name: "Blue mug", price: "9.95" }]);
  await press(page, "I charge no tax");
  await page.locator(".checklist", { hasText: /Done\s+Say which tax you charge/ }).waitFor();
  await press(page, "Keep it as it is: free");
  await page.locator(".checklist", { hasText: /Done\s+Say how goods are shipped/ }).waitFor();
  assert.deepEqual((await call("GET", "/settings")).setup_skipped, ["tax", "shipping"]);
  const other = await person(shop.url);
  await signIn(other, shop.url);
  await other.locator(".checklist", { hasText: /Done\s+Say how goods are shipped/ }).waitFor();
  assert.equal(await other.getByRole("button", { name: "I charge no tax" }).count(), 0);
  assert.deepEqual(other.trouble, []);
  await other.context().close();
  await end();
}

export async function sample_goods_go_with_one_tap_and_are_no_product_of_the_shop() {
  const shop = await serve();
  const code = (await setupAddress(shop)).split("setup=")[1];
  const { token } = await ask(shop.url, null, "POST", "/setup", {
    code, email: OWNER, password: PASSWORD, shop_name: "Rua Nova", currency: "EUR", country: "PT",
    sample: true,
  });
  const page = await person(shop.url);
  await signIn(page, shop.url);
  await page.locator(".checklist", { hasText: /To do\s+Add a product/ }).waitFor();
  await press(page, "Remove the sample goods");
  await toast(page, "The sample goods are gone.");
  await page.getByRole("button", { name: "Remove the sample goods" }).waitFor({ state: "detached" });
  assert.deepEqual((await ask(shop.url, token, "GET", "/products")).data, []);
  assert.deepEqual(page.trouble, []);
  await page.context().close();
  await shop.stop();
}

export async function invoices_that_wait_lead_to_what_they_lack() {
  const { call, page, end } = await begun([{ name: "Blue mug", price: "9.95" }]);
  await call("PATCH", "/settings", { invoice_at: "paid" });
  const order = await call("POST", "/orders", { items: [{ product_id: 1, quantity: 1 }],
    customer: BUYER, shipping_address: ADDRESS });
  await call("POST", `/orders/${order.id}/payments`, { amount: order.total, method: "bank_transfer" });
  await page.reload();
  const line = page.locator(".note", { hasText: "Invoices that wait for the address" });
  await line.getByRole("link", { name: "Shop" }).click();
  await heading(page, "Settings: Shop");
  await call("PATCH", "/settings", { tax_number: "123456789", address: ADDRESS });
  await until(async () => (await call("GET", "/orders/counts")).to_invoice === 0, "the invoice");
  await follow(page, "Today");
  await heading(page, "Today");
  assert.equal(await line.count(), 0);
  await page.locator(".checklist", { hasText: /Done\s+Say where the shop is/ }).waitFor();
  await end();
}

/** The page of the set-up, in a browser of that language. */
async function setUp(locale) {
  const shop = await serve();
  const page = await person(shop.url, { locale });
  await page.goto(await setupAddress(shop));
  await page.locator("main form").waitFor();
  const end = async () => {
    assert.deepEqual(page.trouble, []);
    await page.context().close();
    await shop.stop();
  };
  const settings = () => page.evaluate(async () => (await fetch("/settings")).json());
  return { page, settings, end };
}
