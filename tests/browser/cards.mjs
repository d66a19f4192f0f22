// A buyer pays by card: from the window to the provider's page and back, and with the tab closed
// there.

import assert from "node:assert/strict";
import { at, fillIn, ordered, sample, toCheckout } from "./buying.mjs";
import { until } from "./hands.mjs";
import { pay, provider } from "./provider.mjs";
import { person } from "./shop.mjs";

const KEY = "sk_test_0123456789abcdef";

/** The sample shop, which takes cards at a provider of this machine, and a buyer in it. */
async function taking() {
  const cards = await provider();
  const shop = await sample({ env: { TILLBOX_STRIPE_URL: cards.url } });
  await shop.call("PATCH", "/settings", { card: { secret_key: KEY }, public_url: shop.url });
  const page = await person(shop.url);
  await page.goto(shop.url);
  const end = async () => {
    const trouble = page.trouble.filter((it) => !it.startsWith(`asked ${cards.url}/pay/`));
    assert.deepEqual(trouble, []);
    await page.context().close();
    await shop.stop();
    cards.end();
  };
  return { cards, shop, page, end };
}

/** From the first page to that of the provider. */
async function orderByCard(page) {
  await toCheckout(page, "Canvas bag");
  await fillIn(page);
  await page.getByRole("radio", { name: /^Card/ }).check();
  await at(page, "button", "Order with obligation to pay").click();
  await page.getByRole("heading", { name: /^Pay \d+$/ }).waitFor();
}

export async function a_buyer_pays_on_the_page_of_the_provider_and_comes_back() {
  const { shop, page, end } = await taking();
  await orderByCard(page);
  await at(page, "button", "Back").click();
  await ordered(page);
  await at(page, "heading", "Still to be paid").waitFor();
  await at(page, "button", "Pay by card").click();
  await at(page, "button", "Pay").click();
  const number = await ordered(page);
  await page.locator("[aria-current=step]", { hasText: "Confirmed" }).waitFor();
  assert.equal(await at(page, "button", "Pay by card").count(), 0);
  const { data: [order] } = await shop.call("GET", `/orders?q=${number}`);
  assert.deepEqual([order.payment_status, order.payments.length], ["paid", 1]);
  await end();
}

export async function a_tab_that_is_closed_at_the_provider_does_not_lose_the_payment() {
  const { cards, shop, page, end } = await taking();
  await orderByCard(page);
  const [session] = cards.sessions.values();
  pay(session);
  await page.goto("about:blank");
  // Nobody comes back: the shop asks by itself, a minute after the buyer was led away.
  const isPaid = async () => (await shop.call("GET", "/orders?limit=1")).data[0].payment_status === "paid";
  await until(isPaid, "the payment", 90_000);
  await end();
}
