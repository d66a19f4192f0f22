// The shop is away, the session is over, somebody was faster: what was typed is still there.

import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { ADDRESS, BUYER, badges, field, follow, heading, inDialog, opened, press,
  setupAddress, toast, until } from "./hands.mjs";
import { CHROMIUM, OWNER, PASSWORD, ask, person, serve, signIn, tab } from "./shop.mjs";

const ENDED = "Your session has ended. What you typed stays as it is.";
/** The console tells by itself what the shop refuses for want of a session. */
const REFUSED = /status of 401/;

export async function a_restart_in_mid_edit_loses_nothing() {
  const { shop, page, call } = await ownerAt("#/products/1", "Linen shirt");
  await field(page, "Name").fill("Linen shirt, blue");
  page.allow.push(/ERR_/);
  await shop.stop();
  const banner = page.getByRole("alert").filter({ hasText: "The shop cannot be reached." });
  // The page finds out by itself, before anybody loses a word.
  await banner.waitFor();
  await press(page, "Save product");
  await page.getByText("The shop did not answer.").waitFor();
  assert.equal(await field(page, "Name").inputValue(), "Linen shirt, blue");

  const again = await serve({ folder: shop.data, port: new URL(shop.url).port });
  await banner.waitFor({ state: "hidden" });
  assert.equal(await field(page, "Name").inputValue(), "Linen shirt, blue");
  await press(page, "Save product");
  await toast(page, "Linen shirt, blue is saved.");
  assert.equal((await call("GET", "/products/1")).name, "Linen shirt, blue");
  // The news come again as well, over a connection of its own.
  const order = await until(async () => {
    const placed = await call("POST", "/orders", { items: [{ product_id: 1, quantity: 1 }],
      customer: BUYER, shipping_address: ADDRESS });
    const bar = page.locator(".bar", { hasText: /new order/i });
    return bar.waitFor({ timeout: 3000 }).then(() => placed, () => null);
  }, "the news of an order after the restart");
  assert.ok(order.number);
  await ends(page, again);
}

/** A view that could not be shown meanwhile comes by itself. */
export async function a_view_that_was_asked_for_while_the_shop_was_away_comes_by_itself() {
  const { shop, page } = await ownerAt("#/products", "Products");
  page.allow.push(/ERR_|dynamically imported/);
  await shop.stop();
  await page.getByRole("link", { name: "Customers", exact: true }).click();
  await heading(page, "The shop cannot be reached");
  await page.getByText("This page comes by itself when it is back.").waitFor();
  assert.equal(await page.locator(".toast", { hasText: "imported" }).count(), 0);
  const again = await serve({ folder: shop.data, port: new URL(shop.url).port });
  await heading(page, "Customers");
  await ends(page, again);
}

/** The browser keeps the page itself, which says what is the matter and goes on by itself. */
export async function a_page_that_is_opened_while_the_shop_is_away_says_so_and_begins_by_itself() {
  const { shop, page } = await ownerAt("#/products", "Products", { serviceWorkers: "allow" });
  page.allow.push(/ERR_|imported/);
  const isKept = async () => {
    const kept = await (await caches.open("page")).keys();
    return navigator.serviceWorker.controller && kept.some(({ url }) => url.endsWith("/events.js"));
  };
  await until(() => page.evaluate(isKept), "the page is kept");
  await shop.stop();
  await page.reload();
  await heading(page, "The shop cannot be reached");
  assert.equal(await page.getByRole("heading", { name: "Sign in" }).count(), 0);
  await page.getByRole("alert").filter({ hasText: "The shop cannot be reached." }).waitFor();
  const again = await serve({ folder: shop.data, port: new URL(shop.url).port });
  await heading(page, "Products");
  await page.getByRole("link", { name: "Linen shirt" }).first().waitFor();
  await page.locator(".banner").waitFor({ state: "hidden" });
  await ends(page, again);
}

/** Away for a minute in the midst of four kinds of edits: a form, a cell, a window, the settings. */
export async function whatever_is_edited_while_the_shop_is_away_stays_and_is_saved_once() {
  const { shop, page, call } = await ownerAt("#/products", "Products");
  page.allow.push(/ERR_|imported/);
  const order = await call("POST", "/orders", { items: [{ product_id: 1, quantity: 2 }],
    customer: BUYER, shipping_address: ADDRESS });
  const edits = await Promise.all(Object.entries(EDITS).map(async ([name, edit]) => {
    const own = await tab(page, shop.url);
    await own.goto(`${shop.url}/admin${edit.at(order)}`);
    await own.locator("main h1").waitFor();
    await own.bringToFront();
    await edit.open?.(own);
    return { name, own, ...edit };
  }));
  // What a click needs has come by now, as it would have in a minute.
  await new Promise((resolve) => { setTimeout(resolve, 1500); });
  await shop.stop();
  for (const { own, fill, send, said } of edits) {
    await own.bringToFront();
    await fill(own);
    await send(own);
    await own.getByText(said).first().waitFor();
  }
  const again = await serve({ folder: shop.data, port: new URL(shop.url).port });
  for (const { name, own, typed, send, done } of edits) {
    await own.bringToFront();
    await own.locator(".banner").waitFor({ state: "hidden" });
    assert.equal(await typed(own), "kept", name);
    await send(own);
    await own.getByText(done).first().waitFor();
  }
  assert.equal((await call("GET", "/products/1")).name, "Linen shirt, blue");
  assert.equal((await call("GET", "/settings")).email, "kept@example.org");
  const { shipments } = await call("GET", `/orders/${order.id}`);
  assert.deepEqual(shipments.map(({ tracking_number: number }) => number), ["kept"]);
  const moved = (await call("GET", "/products/1/stock_movements")).data;
  assert.equal(moved.filter(({ reason }) => reason === "received").length, 1);
  await ends(page, again);
}

/** The shop did it, and its answer never arrived. */
export async function what_is_sent_again_after_a_lost_answer_counts_once() {
  const { shop, page, call } = await ownerAt("#/products", "Products");
  page.allow.push(/ERR_|status of 502/);
  const stock = page.locator("input[name=stock]");
  const lost = [(route) => route.abort(), (route) => route.fulfill({ status: 502, body: "away" })];
  for (const [at, lose] of lost.entries()) {
    await page.route("**/stock_movements", async (route) => {
      await route.fetch();
      await lose(route);
    }, { times: 1 });
    await stock.fill("+10");
    await stock.press("Enter");
    await toast(page, "not saved");
    await page.locator(".toast button.icon").first().click();
    await stock.press("Enter");
    const now = 9 + 10 * (at + 1);
    await toast(page, `Linen shirt: ${now} in stock.`);
    assert.equal((await call("GET", "/products/1")).stock, now);
  }
  await ends(page, shop);
}

const UNANSWERED = "The shop did not answer. What you typed is still here and not saved";
const EDITS = {
  form: {
    at: () => "#/products/1",
    fill: (page) => field(page, "Name").fill("Linen shirt, blue"),
    send: (page) => press(page, "Save product"),
    typed: async (page) => (await field(page, "Name").inputValue()).replace("Linen shirt, blue", "kept"),
    said: UNANSWERED, done: "Linen shirt, blue is saved.",
  },
  cell: {
    at: () => "#/products",
    fill: (page) => page.locator("input[name=stock]").fill("+10"),
    send: (page) => page.locator("input[name=stock]").press("Enter"),
    typed: async (page) => (await page.locator("input[name=stock]").inputValue()).replace("+10", "kept"),
    said: "What you type stays here and is not saved", done: /in stock\.$/,
  },
  window: {
    at: ({ id }) => `#/orders/${id}`,
    open: (page) => press(page, "Ship…"),
    fill: (page) => field(page, "Tracking number").fill("kept"),
    send: (page) => inDialog(page, "Ship"),
    typed: (page) => field(page, "Tracking number").inputValue(),
    said: UNANSWERED, done: "The parcel is on its way.",
  },
  settings: {
    at: () => "#/settings/shop",
    fill: (page) => field(page, "E-mail").fill("kept@example.org"),
    send: (page) => press(page, "Save"),
    typed: async (page) => (await field(page, "E-mail").inputValue()).replace("@example.org", ""),
    said: UNANSWERED, done: "Settings saved.",
  },
};

/** A new program has other files: the page that was open all the time becomes the new one's. */
export async function an_upgrade_under_an_open_page_brings_the_new_page() {
  const { shop, page } = await ownerAt("#/products", "Products");
  page.allow.push(/status of 404|dynamically imported/);
  await page.route(/views\/customers\/list\.js$/, (route) => route.fulfill({ status: 404 }), { times: 1 });
  // A file that is missing at once is no upgrade.
  await page.waitForFunction(() => performance.now() > 10_000);
  await page.evaluate(() => { window.isOld = true; });
  await page.getByRole("link", { name: "Customers", exact: true }).click();
  await heading(page, "Customers");
  assert.equal(await page.evaluate(() => window.isOld), undefined);
  await ends(page, shop);
}

export async function a_sign_out_in_another_tab_asks_to_sign_in_and_keeps_the_text() {
  const { shop, page, call } = await ownerAt("#/products/1", "Linen shirt");
  page.allow.push(REFUSED);
  await field(page, "Name").fill("Linen shirt, blue");
  const other = await tab(page, shop.url);
  await other.goto(`${shop.url}/admin#/account`);
  await press(other, "Sign out");
  await heading(other, "Sign in");
  // A wrong password is said, and nothing is lost by it.
  await press(page, "Save product");
  await signsInAgain(page, "not the right words");
  await page.getByRole("dialog").locator(".fault:not([hidden])").waitFor();
  assert.equal((await call("GET", "/products/1")).name, "Linen shirt");
  await signsInAgain(page, PASSWORD);
  // What was asked for is done, without another click.
  await toast(page, "Linen shirt, blue is saved.");
  assert.equal((await call("GET", "/products/1")).name, "Linen shirt, blue");
  assert.equal(await field(page, "Name").inputValue(), "Linen shirt, blue");
  await ends(page, shop);
}

export async function a_session_that_ends_while_a_window_is_open_loses_nothing_in_it() {
  const { shop, page, call } = await ownerAt("#/products/1", "Linen shirt");
  page.allow.push(REFUSED);
  const order = await call("POST", "/orders", { items: [{ product_id: 1, quantity: 1 }],
    customer: BUYER, shipping_address: ADDRESS });
  await page.goto(`${shop.url}/admin#/orders/${order.id}`);
  await withoutNews(page);
  await press(page, "Ship…");
  await field(page, "Tracking number").fill("CC 4711");
  await field(page, "Carrier").fill("Coast Courier");
  await page.context().clearCookies();
  await inDialog(page, "Ship");
  // Whoever does not want to sign in now finds the window as it was.
  await page.getByText(ENDED).waitFor();
  await page.getByRole("dialog").last().getByRole("button", { name: "Close", exact: true }).click();
  await page.getByText(ENDED).waitFor({ state: "detached" });
  assert.equal(await field(page, "Tracking number").inputValue(), "CC 4711");
  assert.deepEqual((await call("GET", `/orders/${order.id}`)).shipments, []);
  await inDialog(page, "Ship");
  await signsInAgain(page, PASSWORD);
  await badges(page, "Unpaid · Shipped");
  const { shipments } = await call("GET", `/orders/${order.id}`);
  assert.deepEqual([shipments[0].carrier, shipments[0].tracking_number],
    ["Coast Courier", "CC 4711"]);

  await withoutNews(page);
  await press(page, "Add a note");
  await page.getByRole("textbox", { name: "Note" }).fill("Leave it at the bakery.");
  await page.context().clearCookies();
  await inDialog(page, "Save");
  await signsInAgain(page, PASSWORD);
  await page.locator("main p.pre", { hasText: "Leave it at the bakery." }).waitFor();
  const { staff_note: note } = await call("GET", `/orders/${order.id}`);
  assert.equal(note, "Leave it at the bakery.");
  await ends(page, shop);
}

/** Somebody else who signs in there sees nothing of what the first one typed. */
export async function somebody_else_who_signs_in_begins_anew() {
  const { shop, page, token, call } = await ownerAt("#/products/1", "Linen shirt");
  page.allow.push(REFUSED);
  await ask(shop.url, token, "POST", "/staff",
    { email: "ben@example.org", password: PASSWORD, role: "staff" });
  await field(page, "Name").fill("My secret name");
  await page.context().clearCookies();
  await press(page, "Save product");
  await page.getByRole("dialog").getByLabel("E-mail", { exact: true }).fill("ben@example.org");
  await signsInAgain(page, PASSWORD);
  await until(async () => await field(page, "Name").inputValue() === "Linen shirt", "a new page");
  assert.equal((await call("GET", "/products/1")).name, "Linen shirt");
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  await ends(page, shop);
}

export async function plain_http_beyond_loopback_is_warned_of_and_works() {
  const shop = await serve();
  const far = await chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP shop.test 127.0.0.1"],
  });
  const page = await far.newPage();
  const trouble = [];
  page.on("pageerror", (error) => trouble.push(String(error)));
  const warning = page.getByText("This page came over plain http.");
  // As from a telephone in the same house, which the code on the terminal leads there.
  await page.goto((await setupAddress(shop)).replace("127.0.0.1", "shop.test"));
  await warning.waitFor();
  await field(page, "Name of the shop").fill("Rua Nova");
  await field(page, "Your e-mail").fill(OWNER);
  await field(page, "Password").fill(PASSWORD);
  await press(page, "Open the shop");
  await heading(page, "Today");
  await follow(page, "Customers");
  await page.getByRole("button", { name: "New customer" }).first().click();
  await field(page, "Name").fill("Ana Silva");
  await field(page, "E-mail").fill("ana@example.org");
  await page.getByRole("dialog").locator("button.primary").click();
  await heading(page, "Ana Silva");
  assert.deepEqual(trouble, []);
  await page.goto(`${shop.url}/admin`);
  await heading(page, "Sign in");
  assert.equal(await warning.count(), 0);
  await far.close();
  await shop.stop();
}

export async function two_who_set_up_at_once_make_one_owner() {
  const shop = await serve();
  const address = await setupAddress(shop);
  const both = [await person(shop.url), await person(shop.url)];
  for (const [at, page] of both.entries()) {
    page.allow.push(/status of 409/);
    await page.goto(address);
    await field(page, "Name of the shop").fill(`Shop ${at}`);
    await field(page, "Country").selectOption("PT");
    await field(page, "Your e-mail").fill(`owner.${at}@example.org`);
    await field(page, "Password").fill(PASSWORD);
  }
  await Promise.all(both.map((page) => press(page, "Open the shop")));
  const saw = await Promise.all(both.map((page) => Promise.any([
    heading(page, "Today").then(() => "owner"),
    page.getByText("This shop has an owner already.").waitFor().then(() => "told"),
  ])));
  assert.deepEqual(saw.toSorted(), ["owner", "told"]);
  const winner = saw.indexOf("owner");
  assert.equal((await ask(shop.url, null, "GET", "/shop")).name, `Shop ${winner}`);
  for (const page of both) {
    assert.deepEqual(page.trouble, []);
    await page.context().close();
  }
  await shop.stop();
}

/** The owner of a shop with one product, signed in and at a view. */
async function ownerAt(hash, title, options) {
  const shop = await serve();
  const { call, token } = await opened(shop);
  await call("POST", "/products", { name: "Linen shirt", price: "24.90", stock: 9 });
  const page = await person(shop.url, options);
  await signIn(page, shop.url, OWNER);
  await page.goto(`${shop.url}/admin${hash}`);
  await heading(page, title);
  return { shop, page, call, token };
}

/** News of what happened before are asked after at once, and would ask to sign in before a click. */
async function withoutNews(page) {
  await page.reload();
  await heading(page, /^Order/);
}

async function signsInAgain(page, password) {
  const box = page.getByRole("dialog").filter({ hasText: ENDED });
  await box.getByLabel("Password", { exact: true }).fill(password);
  await box.getByRole("button", { name: "Sign in", exact: true }).click();
}

async function ends(page, shop) {
  assert.deepEqual(page.trouble, []);
  await page.context().close();
  await shop.stop();
}
