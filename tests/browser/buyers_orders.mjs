// An order is one however often it is sent, and its buyer may still change their mind.

import assert from "node:assert/strict";
import { at, buy, buyer, fillIn, ordered, orders, sample, toCheckout } from "./buying.mjs";
import { field, press } from "./hands.mjs";
import { person, tab } from "./shop.mjs";

const PAY = "Order with obligation to pay";

export async function back_reload_and_two_clicks_make_one_order() {
  const shop = await sample();
  const before = await orders(shop);
  const { page, end } = await buyer(shop);
  await toCheckout(page, "Canvas bag");
  await fillIn(page);
  await at(page, "button", PAY).dblclick();
  const number = await ordered(page);
  await page.reload();
  assert.equal(await ordered(page), number);
  // The checkout of before is not there any more, or leads to the same order.
  await page.goBack();
  await page.locator("main h1").waitFor();
  const pay = at(page, "button", PAY);
  if (await pay.count()) {
    await pay.click();
    assert.equal(await ordered(page), number);
  } else {
    await page.getByText("There is nothing in your cart yet.").waitFor();
  }
  assert.equal(await orders(shop), before + 1);
  await end();
}

export async function two_clicks_without_any_script_make_one_order() {
  const shop = await sample();
  const before = await orders(shop);
  const { page, end } = await buyer(shop, { javaScriptEnabled: false });
  await toCheckout(page, "Canvas bag");
  await fillIn(page);
  await at(page, "button", PAY).dblclick();
  await ordered(page);
  assert.equal(await orders(shop), before + 1);
  await end();
}

export async function two_tabs_make_one_order() {
  const shop = await sample();
  const before = await orders(shop);
  const { page, end } = await buyer(shop);
  await toCheckout(page, "Canvas bag");
  const other = await tab(page, shop.url);
  await other.goto(`${shop.url}/checkout`);
  await fillIn(page);
  await fillIn(other);
  await Promise.all([page, other].map((one) => at(one, "button", PAY).click()));
  assert.equal(await ordered(page), await ordered(other));
  assert.equal(await orders(shop), before + 1);
  // What is bought after that is another order.
  await page.goto(shop.url);
  await buy(page);
  assert.equal(await orders(shop), before + 2);
  await end();
}

export async function an_order_is_followed_in_another_browser_that_learns_nothing_else() {
  const shop = await sample();
  const { page, end } = await buyer(shop);
  const number = await buy(page);
  const link = page.getByRole("link", { name: "The way of your order" });
  const other = await person(shop.url);
  await other.goto(shop.url + await link.getAttribute("href"));
  assert.equal(await ordered(other), number);
  const text = await other.locator("main").innerText();
  assert.match(text, /Still to be paid/);
  assert.doesNotMatch(text, /Ana|Rua Nova|Canvas bag/);
  assert.deepEqual(other.trouble, []);
  await other.context().close();
  await end();
}

export async function an_address_for_the_invoice_counts_once_it_is_typed() {
  const shop = await sample();
  const { page, end } = await buyer(shop);
  await toCheckout(page, "Canvas bag");
  await fillIn(page);
  await page.locator("summary").click();
  for (const [name, text] of [["name", "Silva Lda"], ["address-line1", "Cais 1"],
    ["address-level2", "Porto"]]) {
    await page.locator(`[autocomplete="billing ${name}"]`).fill(text);
  }
  await press(page, PAY);
  await ordered(page);
  const people = await page.locator(".people").innerText();
  assert.match(people, /Invoice to\s+Silva Lda\s+Cais 1\s+Porto/);
  await end();
}

export async function an_order_is_cancelled_on_its_page() {
  const shop = await sample();
  const { page, end } = await buyer(shop);
  const number = await buy(page);
  await page.getByText("Cancel the order").click();
  await page.getByLabel(/^Reason/).fill("Bought the wrong one");
  await press(page, "Cancel it now");
  await page.locator('.way [aria-current="step"]', { hasText: "Cancelled" }).waitFor();
  assert.equal(await page.getByText("Still to be paid").count(), 0);
  const [order] = (await shop.call("GET", "/orders?limit=1")).data;
  assert.deepEqual([order.number, order.status, order.cancel_reason],
    [number, "cancelled", "Bought the wrong one"]);
  await end();
}

export async function an_order_is_withdrawn_from_in_two_steps() {
  const shop = await sample();
  const { page, end } = await buyer(shop);
  await page.goto(`${shop.url}/p/canvas-bag`);
  await field(page, "Quantity").fill("2");
  await press(page, "Put into the cart");
  await at(page, "link", "Checkout").click();
  await fillIn(page);
  await press(page, PAY);
  const number = await ordered(page);
  await page.locator("main").getByRole("link", { name: "Withdraw from a contract" }).click();
  await page.getByLabel(/^Canvas bag/).fill("1");
  await press(page, "Go on");
  await page.getByText("1 × Canvas bag").waitFor();
  const withdrawals = async () => (await shop.call("GET", "/orders?limit=1")).data[0].withdrawals;
  assert.deepEqual(await withdrawals(), []);
  await press(page, "Confirm withdrawal");
  await at(page, "heading", "Your withdrawal has arrived").waitFor();
  await page.getByText(/We received your declaration on .+ at \d+:\d+:\d+/).waitFor();
  assert.equal((await withdrawals()).length, 1);
  await page.locator("main").getByRole("link", { name: `Order ${number}` }).click();
  await ordered(page);
  await end();
}

export async function a_withdrawal_is_declared_without_the_page_of_the_order() {
  const shop = await sample();
  const { page, end } = await buyer(shop);
  const number = await buy(page);
  await page.context().clearCookies();
  await page.goto(shop.url);
  await page.locator("footer").getByRole("link", { name: "Withdraw from a contract" }).click();
  page.allow.push(/status of 422/);
  await field(page, "Number of the order").fill(number);
  await press(page, "Go on");
  await page.getByRole("link", { name: "Enter your name." }).click();
  assert.equal(await page.evaluate(() => document.activeElement.id), "name");
  await field(page, "Name").fill("Ana Silva");
  await field(page, "E-mail").fill("ana@example.org");
  await press(page, "Go on");
  await page.getByText("This is what you are about to declare:").waitFor();
  await press(page, "Back");
  assert.equal(await field(page, "Number of the order").inputValue(), number);
  await press(page, "Go on");
  await press(page, "Confirm withdrawal");
  await at(page, "heading", "Your withdrawal has arrived").waitFor();
  const [order] = (await shop.call("GET", "/orders?limit=1")).data;
  assert.deepEqual([order.number, order.withdrawals.length], [number, 1]);
  await end();
}
