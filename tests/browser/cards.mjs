// A buyer pays by card: from the window to the provider's page and back, and with the tab closed
// there; and the staff gives it back.

import assert from "node:assert/strict";
import { at, fillIn, ordered, sample, toCheckout } from "./buying.mjs";
import { badges, inDialog, press, toast, until } from "./hands.mjs";
import { mailSettings, mailbox } from "./mailbox.mjs";
import { pay, provider } from "./provider.mjs";
import { OWNER, PASSWORD, person, signIn, tillbox } from "./shop.mjs";

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

export async function whoever_paid_by_card_is_told_by_a_mail() {
  const { shop, page, end } = await taking();
  const box = await mailbox();
  await shop.call("PATCH", "/settings", { mail: mailSettings(box) });
  await orderByCard(page);
  await at(page, "button", "Pay").click();
  const number = await ordered(page);
  await page.locator("[aria-current=step]", { hasText: "Confirmed" }).waitFor();
  const about = (subject) => box.mails.find((mail) => subject.test(mail.subject));
  const paid = await until(() => about(/payment/i), "the mail of the payment");
  assert.ok(about(/Your order/), JSON.stringify(box.mails.map(({ subject }) => subject)));
  const { data: [order] } = await shop.call("GET", `/orders?q=${number}`);
  assert.deepEqual(paid.to, [order.customer.email]);
  assert.ok(paid.subject.includes(number), paid.subject);
  assert.ok(paid.text.includes(order.total), paid.text);

  // Its link leads to the order, also in a browser that knows nothing of it.
  const link = paid.text.match(/http:\S+/)[0];
  const other = await person(shop.url);
  await other.goto(link);
  assert.equal(await ordered(other), number);
  assert.deepEqual(other.trouble, []);
  await other.context().close();
  await end();
  box.end();
}

export async function money_goes_back_to_the_card_and_the_order_says_how_far_it_is() {
  const { cards, shop, page, end } = await taking();
  await orderByCard(page);
  await at(page, "button", "Pay").click();
  const number = await ordered(page);
  const { data: [{ id, total }] } = await shop.call("GET", `/orders?q=${number}`);
  await tillbox(["staff", "add", OWNER, "--role", "owner", "--data", shop.data], PASSWORD);
  const owner = await person(shop.url);
  await signIn(owner, shop.url);
  await owner.goto(`${shop.url}/admin#/orders/${id}`);
  const money = owner.locator(".card", { has: owner.getByRole("heading", { name: "Payments" }) });
  const led = money.locator("li", { hasText: "Until" });
  await led.getByText("Paid", { exact: true }).waitFor();
  // The provider has the money: nobody undoes that with a click.
  assert.equal(await owner.getByRole("button", { name: /^Undo/ }).count(), 0);

  owner.allow.push(/status of 409/);
  await refund(owner, "999");
  await owner.locator("dialog .fault:visible").first().waitFor();
  await owner.keyboard.press("Escape");
  await refund(owner, "2");
  await toast(owner, "The refund is on its way to the card.");
  assert.equal(await owner.locator(".toast").getByRole("button", { name: "Undo" }).count(), 0);
  await money.getByText("Under way").waitFor();
  await badges(owner, "Partly refunded · To pack");
  await until(() => cards.refunds.length === 1, "the refund at the provider");
  assert.equal(cards.refunds[0].amount, 200);
  // The shop asks a minute later what became of it.
  cards.refunds[0].status = "failed";
  await money.getByText("did not go back").waitFor({ timeout: 90_000 });
  await badges(owner, "Paid · To refund · To pack");

  await press(owner, "Refund…");
  await owner.getByLabel(/^By hand/).check();
  await owner.getByLabel("Reason").fill("Sent it by transfer.");
  await inDialog(owner, "Refund");
  await toast(owner, "The refund is noted.");
  const order = await shop.call("GET", `/orders/${id}`);
  assert.deepEqual(order.refunds.map(({ via, status }) => [via, status]),
    [["card", "failed"], [null, "done"]]);
  assert.equal(Number(order.refunded_total), 2);
  assert.ok(Number(total) > 2);
  assert.deepEqual(owner.trouble, []);
  await owner.context().close();
  await end();
}

/** Some of it goes back by card, which is the first of the ways where a card paid. */
async function refund(page, amount) {
  await press(page, "Refund…");
  await page.getByLabel(/^By card/).check();
  await page.getByLabel("Another amount").check();
  await page.getByLabel("Amount", { exact: true }).fill(amount);
  await page.getByLabel("Reason").fill("The handle was chipped.");
  await inDialog(page, "Refund");
}
