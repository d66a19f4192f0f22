// What a buyer does in the shop window, in either language, and how a test sees it.

import assert from "node:assert/strict";
import { until } from "./hands.mjs";
import { ask, person, serve, tillbox } from "./shop.mjs";

export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
/** What the buttons and headings are called. */
export const WORDS = {
  en: {
    add: "Put into the cart", cart: "Cart", checkout: "Checkout",
    pay: "Order with obligation to pay", order: /^Order \d+$/, update: "Update the total",
  },
  de: {
    add: "In den Warenkorb", cart: "Warenkorb", checkout: "Kasse",
    pay: "Zahlungspflichtig bestellen", order: /^Bestellung \d+$/, update: "Summe aktualisieren",
  },
};
/** The fields of the checkout, as a browser's own book of addresses knows them. */
const TYPED = {
  "name": "Ana Silva", "email": "ana@example.org", "address-line1": "Rua Nova 7",
  "postal-code": "1100-048", "address-level2": "Lisboa",
};

/** The sample shop with the key of a program. */
export async function sample(options) {
  const shop = await serve({ command: "demo", ...options });
  const key = await tillbox(["key", "create", "--role", "admin", "--data", shop.data]);
  return { ...shop, call: (...rest) => ask(shop.url, key, ...rest) };
}

/** A buyer on the first page of a shop; `end` sees that nothing went wrong. */
export async function buyer(shop, options) {
  const page = await person(shop.url, options);
  await page.goto(shop.url);
  const end = async () => {
    assert.deepEqual(page.trouble, []);
    await page.context().close();
    await shop.stop();
  };
  return { page, end };
}

/** A button, a link or a heading by its whole name. */
export const at = (page, role, name) => page.getByRole(role, { name, exact: true });

/** Puts a product of the first page into the cart and goes to the checkout. */
export async function toCheckout(page, product, words = WORDS.en) {
  await page.locator("main").getByRole("link", { name: product }).first().click();
  await at(page, "button", words.add).click();
  await at(page, "heading", words.cart).waitFor();
  await at(page, "link", words.checkout).click();
  await at(page, "heading", words.checkout).waitFor();
}

/** Fills in the checkout; with a `delay`, key by key. */
export async function fillIn(page, delay = 0) {
  for (const [name, text] of Object.entries(TYPED)) {
    const field = page.locator(`main [autocomplete="${name}"]`);
    if (delay) await field.pressSequentially(text, { delay });
    else await field.fill(text);
  }
}

/** Presses the button of the checkout; answers the number of the order whose page opens. */
export async function order(page, words = WORDS.en) {
  await at(page, "button", words.pay).click();
  return ordered(page, words);
}

/** The number of the order whose page stands there. */
export async function ordered(page, words = WORDS.en) {
  const heading = page.getByRole("heading", { level: 1, name: words.order });
  await heading.waitFor();
  return (await heading.innerText()).match(/\d+/)[0];
}

/** From the first page to the page of the order. */
export async function buy(page, product = "Canvas bag", words = WORDS.en) {
  await toCheckout(page, product, words);
  await fillIn(page);
  return order(page, words);
}

/** How many orders there are. */
export const orders = async ({ call }) => (await call("GET", "/orders/counts")).total;

/** The total on the page, once it is this one. */
export const total = (page, wanted) => until(async () =>
  (await page.locator(".summary .grand dd").innerText()) === wanted, `a total of ${wanted}`);
