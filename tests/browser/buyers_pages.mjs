// Every page of the shop window, one after the other, as a buyer comes to it in the sample shop.

import { BUYER, ADDRESS } from "./hands.mjs";
import { fillIn } from "./buying.mjs";

/** Pages that are there under an address. */
const ADDRESSES = {
  first: "/",
  collection: "/c/food",
  collection_without: "/c/food?on_sale=true",
  search: "/search?q=mug",
  search_without: "/search?q=zeppelin",
  search_empty: "/search",
  product: "/p/linen-apron",
  product_variants: "/p/corner-shop-t-shirt",
  product_sold_out: "/p/beeswax-candle",
  terms: "/i/terms",
  cart_empty: "/cart",
  order_lost: "/o/1",
  order_placed: "/o/1?placed=true",
  not_found: "/nowhere",
};

/** Goes through all pages; `each` is told the name of the one that stands there. */
export async function walk(page, shop, each) {
  await restocks(shop);
  // Some of them are what is said of faults, and of what is not there.
  page.allow.push(/status of 4(04|09|10|22)/);
  const go = (path) => page.goto(shop.url + path);
  for (const [name, path] of Object.entries(ADDRESSES)) {
    await go(path);
    await each(name);
  }
  await carts(page, shop, go, each);
  await go("/checkout");
  await each("checkout");
  await checkouts(page, each);
  const path = new URL(page.url()).pathname;
  await each("order");
  await withdraws(page, go, path, each);
  await sends(shop, path);
  await go(path);
  await each("order_shipped");
  const items = [{ product_id: 1, quantity: 1 }];
  const { tracking_url: tracking } = await shop.call("POST", "/orders",
    { items, customer: BUYER, shipping_address: ADDRESS });
  await go(tracking);
  await each("order_tracked");
  await declares(page, go, each);
}

/** Whoever goes around many times buys no more than there is. */
async function restocks({ call }) {
  for (const [handle, units] of [["linen-apron", 4], ["corner-shop-t-shirt", 5]]) {
    const { id, variants } = await call("GET", `/products/${handle}`);
    await call("POST", `/products/${id}/stock_movements`,
      { variant_id: variants[0].id, delta: units - variants[0].stock, reason: "corrected" });
  }
}

/** A cart of which something went out of the range, and something is not enough any more. */
async function carts(page, shop, go, each) {
  const make = (name) => shop.call("POST", "/products", { name, price: "12.00", stock: 3 });
  const [kite, boat] = [await make("Kite with a very long tail"), await make("Paper boat")];
  for (const [handle, units] of [["linen-apron", 1], ["corner-shop-t-shirt", 2], [kite.handle, 3],
    [boat.handle, 1]]) {
    await go(`/p/${handle}`);
    await page.locator("#quantity").fill(String(units));
    await submit(page, ".buy button");
  }
  await each("cart");
  await shop.call("PATCH", `/products/${boat.id}`, { status: "archived" });
  await shop.call("POST", `/products/${kite.id}/stock_movements`,
    { delta: -1, reason: "damaged" });
  await go("/cart");
  await each("cart_gone");
  await go("/checkout");
  await each("checkout_gone");
  await go("/cart");
  await submit(page, ".bad button");
  await submit(page, ".line:last-child button");
  await shop.call("PATCH", `/products/${kite.id}`, { status: "archived" });
  await go(`/p/${boat.id}`);
  await each("gone");
}

async function checkouts(page, each) {
  await page.locator("summary").click();
  await page.locator("[name=billing]").check();
  await page.locator("[name=email]").fill("ana@");
  await submit(page, ".pay");
  await each("checkout_faults");
  await page.locator("[name=billing]").uncheck();
  await fillIn(page);
  await page.locator("[name=note]").fill("Please ring at the second door.\nThe first is stuck.");
  await submit(page, ".pay");
}

async function withdraws(page, go, path, each) {
  await go(`${path}/withdrawal`);
  await each("order_withdrawal");
  await page.locator("main [type=number]").first().fill("0");
  await submit(page, "main form button");
  await each("order_withdrawal_confirm");
  await submit(page, "[value=confirm]");
  await each("order_withdrawn");
}

async function sends({ call }, path) {
  const id = path.split("/")[2];
  const step = (name, body) => call("POST", `/orders/${id}/${name}`, body);
  await step("payments", { method: "bank_transfer" });
  await step("packing", {});
  await step("shipments", { carrier: "DHL", tracking_number: "00340434161094015902" });
}

async function declares(page, go, each) {
  await go("/withdrawal");
  await each("withdrawal");
  await submit(page, "main form button");
  await each("withdrawal_faults");
  for (const [name, text] of Object.entries({
    number: "1001", name: "Ana Silva", email: "ana@example.org", statement: "The larger one.",
  })) {
    await page.locator(`main [name=${name}]`).fill(text);
  }
  await submit(page, "main form button");
  await each("withdrawal_confirm");
  await submit(page, "[value=confirm]");
  await each("withdrawn");
}

/** Presses a button, and waits for the page that comes of it. */
async function submit(page, button) {
  await Promise.all([page.waitForEvent("load"), page.locator(button).first().click()]);
}
