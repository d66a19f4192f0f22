// What an owner does beside the day's orders, each in a shop of its own.

import assert from "node:assert/strict";
import { ADDRESS, BUYER, badges, field, follow, heading, inDialog, opened, press, readNew,
  setupAddress, toast, until } from "./hands.mjs";
import { OWNER, PASSWORD, ask, person, serve, signIn, tillbox } from "./shop.mjs";

/** A shop with one product, somebody signed in, and a way to ask it as a program. */
async function inAShop(work) {
  const shop = await serve();
  const { call } = await opened(shop);
  await call("POST", "/products", { name: "Blue mug", price: "9.95", sku: "MUG-BLUE", stock: 50 });
  const page = await person(shop.url);
  await signedIn(page, shop.url);
  const order = (more = {}) => call("POST", "/orders", {
    items: [{ product_id: 1, quantity: 1 }], customer: BUYER, shipping_address: ADDRESS, ...more,
  });
  await work({ shop, page, call, order });
  assert.deepEqual(page.trouble, []);
  await page.context().close();
  await shop.stop();
}

async function signedIn(page, url, email) {
  await signIn(page, url, email);
  await heading(page, "Today");
}

const at = (page, url, hash) => page.goto(`${url}/admin${hash}`);

export const a_wrong_click_is_taken_back_from_the_toast_and_from_the_history = () =>
  inAShop(async ({ shop, page, call, order }) => {
    const { id } = await order();
    const state = async () => {
      const now = await call("GET", `/orders/${id}`);
      return `${now.payment_status} ${now.fulfillment_status}`;
    };
    const last = (name) => page.locator(".toast").getByRole("button", { name }).last().click();
    const history = () => page.locator(".timeline")
      .getByRole("button", { name: "Undo", exact: true }).click();
    await at(page, shop.url, `#/orders/${id}`);
    for (const undo of [() => last("Undo"), history]) {
      await press(page, "Mark as paid");
      await badges(page, "Paid · To pack");
      await undo();
      await badges(page, "Unpaid · To pack");
      assert.equal(await state(), "unpaid unfulfilled");
    }
    await press(page, "Mark as paid");
    for (const undo of [() => last("Undo"), history]) {
      await press(page, "Mark as packed");
      await badges(page, "Paid · Packed");
      await toast(page, "The order is packed.");
      await undo();
      await badges(page, "Paid · To pack");
      assert.equal(await state(), "paid unfulfilled");
    }
  });

export const five_ticked_orders_are_printed_and_packed_at_once = () =>
  inAShop(async ({ shop, page, call, order }) => {
    const orders = [];
    for (let n = 0; n < 6; n += 1) orders.push(await order());
    await at(page, shop.url, "#/orders");
    for (const { number } of orders.slice(0, 5)) await field(page, `Tick order ${number}`).check();
    await page.getByText("5 orders ticked").waitFor();
    const slips = await readNew(page, () => follow(page, "Packing slips"));
    for (const { number } of orders.slice(0, 5)) assert.match(slips, new RegExp(number));
    assert.ok(!slips.includes(orders[5].number));
    await press(page, "Mark packed (5)");
    await toast(page, "5 orders are packed.");
    await page.getByRole("link", { name: "To pack 1" }).waitFor();
    await page.getByRole("link", { name: "Packed 5" }).click();
    await until(async () => await page.locator("tr[data-row]").count() === 5);
    const { to_pack: left, packed } = await call("GET", "/orders/counts");
    assert.deepEqual([left, packed], [1, 5]);
    await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
    await page.getByRole("link", { name: "To pack 6" }).waitFor();
  });

export const a_backup_that_is_made_is_told_at_once = () => inAShop(async ({ shop, page }) => {
  const { last_backup: before } = await ask(shop.url, null, "GET", "/health");
  await at(page, shop.url, "#/settings/backups");
  const state = page.locator("main p[role=status]");
  await state.waitFor();
  if (!before) assert.equal(await state.textContent(), "There is no backup yet.");
  const [download] = await Promise.all([
    page.waitForEvent("download"), press(page, "Download a backup"),
  ]);
  assert.match(download.suggestedFilename(), /^shop-.*\.db$/);
  await state.filter({ hasText: /^The last good backup: .*\(this minute\)/ }).waitFor();
});

export const a_discount_is_made_and_used_by_an_order_by_phone = () =>
  inAShop(async ({ shop, page, call }) => {
    const pickup = { code: "pickup", name: "Pickup", pickup: true };
    await call("PATCH", "/settings", { shipping_methods: [pickup] });
    await at(page, shop.url, "#/discounts");
    await page.getByRole("link", { name: "New discount" }).first().click();
    await field(page, "Code").fill("SPRING10");
    await field(page, "Percent off").fill("10");
    await press(page, "Create discount");
    await toast(page, "The code SPRING10 is created.");
    await at(page, shop.url, "#/orders/new");
    await field(page, "Product").pressSequentially("mug");
    await page.keyboard.press("Enter");
    await field(page, "Quantity of Blue mug").fill("2");
    await page.keyboard.press("Enter");
    await field(page, "Name").fill(BUYER.name);
    await field(page, "E-mail").fill(BUYER.email);
    await field(page, "Discount").fill("spring10");
    await field(page, "Note from the customer").fill("Rang at nine");
    await page.getByText("-€1.99").waitFor();
    await press(page, "Place the order");
    await heading(page, /^Order 1001/);
    const { total, discount_code: code, note } = await call("GET", "/orders/1");
    assert.deepEqual([total, code, note], ["17.91", "SPRING10", "Rang at nine"]);
    await follow(page, "Discounts");
    await page.getByRole("row", { name: /SPRING10/ }).waitFor();
    assert.equal((await call("GET", "/discounts")).data[0].usage_count, 1);
  });

export const a_customer_is_deleted_and_what_that_does_is_said = () =>
  inAShop(async ({ shop, page, call, order }) => {
    const customer = await call("POST", "/customers", BUYER);
    const { id } = await order({ customer: undefined, customer_id: customer.id });
    await at(page, shop.url, `#/customers/${customer.id}`);
    await press(page, "Delete…");
    // What is under way comes first.
    page.allow.push(/status of 409/);
    await inDialog(page, "Delete customer");
    await page.getByText("There are open orders").waitFor();
    await page.getByRole("dialog").getByRole("link", { name: /^Order/ }).click();
    await press(page, "Cancel…");
    await field(page, "Reason").fill("Sold out");
    await inDialog(page, "Cancel these units");
    await page.locator(".badge", { hasText: "Cancelled" }).waitFor();
    page.allow.length = 0;
    await at(page, shop.url, `#/customers/${customer.id}`);
    await press(page, "Delete…");
    await page.getByText("On past orders the name, e-mail, phone and addresses are blanked")
      .waitFor();
    await inDialog(page, "Delete customer");
    await toast(page, "The customer is deleted.");
    await heading(page, "Customers");
    assert.equal((await call("GET", "/customers")).data.length, 0);
    assert.equal((await call("GET", `/orders/${id}`)).customer.name, null);
    await at(page, shop.url, `#/orders/${id}`);
    await page.getByText("Deleted customer").first().waitFor();
  });

export const somebody_else_signs_in_without_what_is_the_owners = () =>
  inAShop(async ({ shop, page, order }) => {
    const { number } = await order();
    await at(page, shop.url, "#/settings/staff");
    await field(page, "E-mail").fill("rui@example.org");
    await field(page, "Password").fill(PASSWORD);
    await press(page, "Add");
    await toast(page, "rui@example.org can sign in now.");
    const rui = await person(shop.url);
    await signedIn(rui, shop.url, "rui@example.org");
    assert.equal(await rui.getByText("Before you sell").count(), 0);
    await follow(rui, number);
    await press(rui, "Mark as paid");
    await badges(rui, "Paid · To pack");
    await at(rui, shop.url, "#/settings/keys");
    await rui.getByText("Only the owner of the shop can see and change the settings.").waitFor();
    assert.equal(await rui.getByRole("button", { name: "Create key" }).count(), 0);
    assert.deepEqual(rui.trouble, []);
    await rui.context().close();
  });

export const one_search_finds_orders_by_everything = () =>
  inAShop(async ({ shop, page, call, order }) => {
    const { id, number } = await order();
    await call("POST", "/products", { name: "Teapot", price: "30", sku: "POT-1" });
    await order({
      items: [{ product_id: 2, quantity: 1 }],
      customer: { name: "Rui Costa", email: "rui@example.org" },
    });
    await call("POST", `/orders/${id}/shipments`, { carrier: "DHL", tracking_number: "JJD0001" });
    await at(page, shop.url, "#/today");
    await heading(page, "Today");
    await follow(page, "Orders");
    for (const words of [number, "silva", "ana@example", "MUG-BLUE", "JJD0001"]) {
      await page.getByRole("searchbox").fill(words);
      await until(async () => page.url().includes(`q=${encodeURIComponent(words)}`));
      const found = () => page.locator("tr[data-row] a").allInnerTexts();
      await until(async () => (await found()).join() === number, `${words} finds ${number} alone`);
    }
    await page.getByRole("searchbox").fill("nobody at all");
    await page.getByText("“nobody at all”").waitFor();
  });

export async function sample_goods_stand_on_the_shelves_where_they_are_wanted() {
  const shop = await serve();
  const page = await person(shop.url);
  await page.goto(await setupAddress(shop));
  await field(page, "Name of the shop").fill("Rua Nova");
  await field(page, "Country").selectOption("PT");
  await field(page, "Your e-mail").fill(OWNER);
  await field(page, "Password").fill(PASSWORD);
  assert.equal(await field(page, "Put sample goods on the shelves").isChecked(), false);
  await field(page, "Put sample goods on the shelves").check();
  await press(page, "Open the shop");
  await heading(page, "Today");
  await follow(page, "Products");
  await until(async () => await page.locator("tr[data-row]").count() > 10);
  assert.deepEqual(page.trouble, []);
  await page.context().close();
  await shop.stop();
}

export async function a_currency_that_was_chosen_before_stays() {
  const named = await serve({ more: ["--currency", "SEK"] });
  assert.equal(await proposed(named), "SEK");
  // Whoever tries the shop out from a terminal first has a product, which fixes the currency.
  const tried = await serve();
  assert.equal(await proposed(tried), "NOK");
  const key = await tillbox(["key", "create", "--role", "admin", "--data", tried.data]);
  await ask(tried.url, key, "POST", "/products", { name: "Blue mug", price: "9.95" });
  assert.equal(await proposed(tried), "EUR");
  await Promise.all([named.stop(), tried.stop()]);
}

/** What the set-up has as the currency of a shop in Norway. */
async function proposed(shop) {
  const page = await person(shop.url);
  await page.goto(await setupAddress(shop));
  await field(page, "Country").selectOption("NO");
  const currency = await field(page, "Currency").inputValue();
  assert.deepEqual(page.trouble, []);
  await page.context().close();
  return currency;
}

export const today_tells_what_came_in_what_sold_best_and_rings_for_a_new_order = () =>
  inAShop(async ({ shop, page, call, order }) => {
    const weekAgo = new Date(Date.now() - 7 * 86_400_000);
    for (let n = 0; n < 2; n += 1) await order({ order_date: weekAgo.toISOString() });
    const today = await order();
    await page.addInitScript(() => {
      globalThis.notes = 0;
      const { start } = AudioScheduledSourceNode.prototype;
      AudioScheduledSourceNode.prototype.start = function (...when) {
        globalThis.notes += 1;
        return start.apply(this, when);
      };
    });
    // News come only once the page listens.
    const again = async (hash) => {
      await at(page, shop.url, hash);
      await Promise.all([page.waitForResponse(/\/events$/), page.reload()]);
    };
    await again("#/today");
    const tile = page.locator(".tile").first();
    const day = new Intl.DateTimeFormat("en-GB", { weekday: "long", timeZone: (await call("GET", "/settings")).time_zone });
    const money = (text) => `€${text}`;
    await until(async () => (await tile.innerText()).replace(/\s+/g, " ") ===
      `${money(today.total)} today, 1 order ${day.format(weekAgo)} a week ago: ${
        money((2 * today.total).toFixed(2))}, 2 orders`, "the takings of today");
    const best = page.getByRole("table", { name: "Best sellers of 30 days" });
    await until(async () => (await best.locator("tbody tr").first().innerText()).includes("Blue mug"));

    // A new order is heard, and counted in the title until somebody looks.
    const heard = (n) => until(() => page.evaluate((n) => globalThis.notes === n, n), `${n} notes`);
    await page.locator("h1").click();
    await order();
    await until(async () => /^\(1\) Today/.test(await page.title()));
    await heard(2);
    await press(page, "Sound off");
    await page.getByRole("button", { name: "Sound on" }).waitFor();
    await order();
    await until(async () => /^\(2\) Today/.test(await page.title()));
    await follow(page, "2 new orders");
    await until(async () => /^Orders/.test(await page.title()));
    // It stays as it was left, and is turned on again in the account.
    await again("#/account");
    assert.equal(await field(page, "A tone for new orders").isChecked(), false);
    await field(page, "A tone for new orders").check();
    await toast(page, "New orders are heard.");
    await order();
    await until(async () => /^\(1\) Account/.test(await page.title()));
    await heard(2);
  });
