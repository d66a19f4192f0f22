// What the page looks like: every view on a phone, a small phone, a tablet and a desk, in light and dark,
// with nothing that axe finds wrong, nothing to scroll sideways, and nothing too small to hit.

import assert from "node:assert/strict";
import { goTo, look, picture, seen } from "./looking.mjs";
import { OWNER, PASSWORD, SHORT, ask, person, serve, signIn, tillbox } from "./shop.mjs";
import { EMPTY, VIEWS } from "./views.mjs";

const SIZES = { small: [320, 640], phone: [390, 844], tablet: [834, 1112], desk: [1440, 900] };
const SCHEMES = ["light", "dark"];
// In the short round each size has one scheme, and each scheme a size.
const SHORT_SCREENS = ["small light", "phone dark", "tablet light", "desk light"];
/** What opens over a view. */
const WINDOWS = {
  window_ship: ["#/orders/56", (page) => press(page, /^Ship/)],
  window_cancel: ["#/orders/56", (page) => press(page, /^Cancel/)],
  window_refund: ["#/orders/28", (page) => press(page, /^Refund/)],
  window_return: ["#/orders/28", (page) => press(page, /^Take goods back/)],
  window_payment: ["#/orders/28", (page) => press(page, /^Note another payment/)],
  window_note: ["#/orders/28", (page) => press(page, /^Add a note/)],
  window_undo: ["#/orders/28", (page) => press(page, /^Undo: /)],
  window_parcel: ["#/orders/28", (page) => press(page, /^Change the tracking number/)],
  window_customer: ["#/customers", (page) => press(page, /^New customer/)],
  window_keys: ["#/today", (page) => page.keyboard.press("?")],
  window_picture: ["#/products/4", choosePicture],
  window_bulk: ["#/products", changeMany],
  window_conflict: ["#/customers/3", conflict],
};

export async function every_view_is_fit_for_everybody_on_every_screen_in_light_and_dark() {
  const shop = await sample();
  const wrong = [];
  for await (const [page, where] of screens(shop, wrong)) {
    wrong.push(...await lookAt(VIEWS, page, shop, where));
  }
  await shop.stop();
  assert.deepEqual(wrong, []);
}

export async function every_window_over_a_view_is_fit_as_well() {
  const shop = await sample();
  const key = await adminKey(shop);
  const wrong = [];
  for await (const [page, where] of screens(shop, wrong)) {
    // The conflict is what the shop says no to.
    page.allow.push(/status of 412/);
    for (const [name, [hash, open]] of Object.entries(WINDOWS)) {
      await goTo(page, shop.url, hash);
      await open(page, shop, key);
      await page.locator("dialog[open]").waitFor();
      wrong.push(...await look(page, name, where));
      await page.keyboard.press("Escape");
      await page.locator("dialog").waitFor({ state: "detached" });
    }
    if (/^(small|phone)/.test(where)) wrong.push(...await more(page, where));
  }
  await shop.stop();
  assert.deepEqual(wrong, []);
}

export async function a_shop_that_has_nothing_yet_is_fit_as_well() {
  const shop = await serve();
  const setUp = shop.said.map((line) => line.match(/#setup=\S+/)?.[0]).find(Boolean);
  const wrong = [];
  for await (const [page, where] of pages(shop.url)) {
    await goTo(page, shop.url, setUp);
    wrong.push(...await look(page, "setup", where));
    await page.context().close();
  }
  await owner(shop);
  for await (const [page, where] of screens(shop, wrong)) {
    page.allow.push(/status of 404/);
    wrong.push(...await lookAt(EMPTY, page, shop, where));
  }
  await shop.stop();
  assert.deepEqual(wrong, []);
}

export async function long_german_words_fit_a_small_screen() {
  const shop = await sample();
  const wrong = [];
  for (const size of SHORT ? ["small"] : ["small", "phone"]) {
    const [width, height] = SIZES[size];
    const page = await person(shop.url, { locale: "de-DE", viewport: { width, height } });
    await signIn(page, shop.url);
    for (const [name, hash] of Object.entries(VIEWS)) {
      await goTo(page, shop.url, hash);
      assert.equal(await page.locator("html").getAttribute("lang"), "de");
      wrong.push(...(await seen(page)).map((what) => `${name} ${size}: ${what}`));
    }
    wrong.push(...page.trouble);
    await page.context().close();
  }
  await shop.stop();
  assert.deepEqual(wrong, []);
}

/** The three pictures of the README. */
export async function what_the_readme_shows() {
  const shop = await sample();
  const shots = [
    ["today", "#/today", { viewport: { width: 1280, height: 800 }, colorScheme: "light" }],
    ["order", "#/orders/56", { viewport: { width: 1280, height: 800 }, colorScheme: "light" }],
    ["phone", "#/orders", {
      viewport: { width: 390, height: 760 }, colorScheme: "dark", deviceScaleFactor: 2,
    }],
  ];
  for (const [name, hash, options] of shots) {
    const page = await person(shop.url, options);
    await signIn(page, shop.url);
    await page.mouse.move(0, 0);
    await goTo(page, shop.url, hash);
    await picture(page, `readme-${name}`, { all: false });
    assert.deepEqual(page.trouble, []);
    await page.context().close();
  }
  await shop.stop();
}

async function sample() {
  const shop = await serve({ command: "demo" });
  await owner(shop);
  return shop;
}

const adminKey = ({ data }) => tillbox(["key", "create", "--role", "admin", "--data", data]);

const owner = ({ data }) => tillbox(
  ["staff", "add", OWNER, "--role", "owner", "--data", data], PASSWORD);

/** Goes through views and answers what is wrong with them. */
async function lookAt(views, page, shop, where) {
  const wrong = [];
  for (const [name, hash] of Object.entries(views)) {
    await goTo(page, shop.url, hash);
    wrong.push(...await look(page, name, where));
  }
  return wrong;
}

/** A page for every size and scheme, made when it is its turn. */
async function* pages(url) {
  for (const colorScheme of SCHEMES) {
    for (const [size, [width, height]] of Object.entries(SIZES)) {
      const where = `${size} ${colorScheme}`;
      if (SHORT && !SHORT_SCREENS.includes(where)) continue;
      yield [await person(url, { colorScheme, viewport: { width, height } }), where];
    }
  }
}

/**
 * The same with somebody signed in; the view for that is looked at on the way, and what the page met
 * at the end.
 */
async function* screens({ url }, wrong) {
  for await (const [page, where] of pages(url)) {
    await goTo(page, url, "#/today");
    wrong.push(...await look(page, "sign_in", where));
    await signIn(page, url);
    yield [page, where];
    wrong.push(...page.trouble.map((what) => `${where}: ${what}`));
    await page.context().close();
  }
}

const press = (page, name) => page.getByRole("button", { name }).first().click();

/** Somebody else saves the same customer first. */
async function conflict(page, { url }, key) {
  await page.getByLabel("Phone").first().fill("+353 20 910 0100");
  await ask(url, key, "PATCH", "/customers/3", { phone: `+353 20 910 ${Date.now() % 10_000}` });
  await press(page, "Save customer");
}

/** On a phone the button lies in the line of its variant, which opens. */
async function choosePicture(page) {
  const more = page.getByRole("button", { name: /^All about / }).first();
  if (await more.isVisible()) await more.click();
  await press(page, /^Picture, /);
}

/** Prices of two products, before and after. */
async function changeMany(page) {
  for (const at of [0, 1]) await page.locator(".tick input").nth(at).click();
  await press(page, "Change…");
  await page.getByLabel("What to do").selectOption("price");
  await page.getByLabel("Percent").fill("5");
}

/** The rest of the sections, on a phone. */
async function more(page, where) {
  await press(page, "More");
  await page.getByRole("link", { name: "Settings" }).waitFor();
  return look(page, "more", where);
}
