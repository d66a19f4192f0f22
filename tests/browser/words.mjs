// Whatever is typed is text: it is kept as it was typed, shown as it is, and becomes nothing else.

import assert from "node:assert/strict";
import { ADDRESS, BUYER, field, heading, press, setupAddress, until } from "./hands.mjs";
import { GROUPS, clean, fillIn, holds, inShop, isHarmless, watched } from "./naughty.mjs";
import { OWNER, PASSWORD, serve } from "./shop.mjs";

const ROUNDS = [...GROUPS.keys()];
const MAIL = (round) => ({ "/email": `ben.${round}@example.org` });

export async function whatever_is_typed_of_goods_and_people_is_shown_as_typed() {
  await inShop(async ({ page, call, at }) => {
    await call("POST", "/products", { name: "Mug", price: "8", stock: 50 });
    await call("POST", "/products", { name: "Cap", price: "9", variants: [
      { options: { Size: "S" } }, { options: { Size: "M" } }] });
    await call("POST", "/customers", { ...BUYER, addresses: [ADDRESS] });
    for (const round of ROUNDS) {
      await edits(page, at, "#/products/1", round, tagged);
      await edits(page, at, "#/products/2", round, tagged);
      await moves(page, at, round);
      await edits(page, at, "#/customers/1", round);
      await meets(page, at, round);
      await seen(page, at, "#/products", await call("GET", "/products"));
      await seen(page, at, "#/customers", await call("GET", "/customers"));
    }
    await fits(page, at, ["#/products", "#/products/1", "#/products/2", "#/customers",
      "#/customers/1", `#/customers/${ROUNDS.length}`]);
  });
}

export async function whatever_is_typed_in_the_settings_is_shown_as_typed() {
  await inShop(async ({ page, call, at }) => {
    const parts = ["shop", "window", "tax", "shipping", "payments"];
    await call("PATCH", "/settings", { tax_rates: [{ country: "PT", rate: "23" }] });
    for (const round of ROUNDS) {
      for (const part of parts) await edits(page, at, `#/settings/${part}`, round);
      await adds(page, at, round);
      assert.equal(await page.locator(".brand").textContent(), (await call("GET", "/shop")).name);
    }
    await fits(page, at, [...parts, "staff", "keys"].map((part) => `#/settings/${part}`));
    await fits(page, at, ["#/discounts", "#/discounts/1"]);
  });
}

export async function whatever_is_searched_is_shown_as_typed() {
  await inShop(async ({ page, at }) => {
    for (const view of ["orders", "products", "customers"]) {
      await at(`#/${view}`);
      for (const text of GROUPS) {
        await page.getByRole("searchbox").fill(text);
        await until(async () => (await page.locator("main .empty").textContent()).includes(text),
          `${view} says what was not found: ${text}`);
        assert.equal(await page.getByRole("searchbox").inputValue(), text);
        await isHarmless(page, view);
      }
      await page.setViewportSize({ width: 320, height: 640 });
      await isHarmless(page, `${view} on a phone`);
      await page.setViewportSize({ width: 1440, height: 900 });
    }
  });
}

export async function whatever_is_typed_before_anybody_is_signed_in_is_shown_as_typed() {
  const shop = await serve();
  const page = await watched(shop.url);
  page.allow.push(/status of 4(01|22|29)/);
  await page.goto(await setupAddress(shop));
  await heading(page, "Set up your shop");
  await field(page, "Country").selectOption("PT");
  await field(page, "Password").fill(PASSWORD);
  const { "/shop_name": name } = await fillIn(page.locator("main form"), 0, { "/email": OWNER });
  await heading(page, "Today");
  assert.equal(await page.locator(".brand").textContent(), clean(name));
  await isHarmless(page, "Today");
  await page.context().clearCookies();
  await page.reload();
  await heading(page, "Sign in");
  await field(page, "E-mail").fill(GROUPS[0]);
  await field(page, "Password").fill(GROUPS[0]);
  await press(page, "Sign in");
  await page.locator(".fault:not([hidden])").waitFor();
  assert.equal(await field(page, "E-mail").inputValue(), GROUPS[0]);
  await isHarmless(page, "Sign in");
  assert.deepEqual(page.trouble, []);
  await page.context().close();
  await shop.stop();
}

/** What fields take that take no words. */
const TAME = {
  "/bank_account/iban": "DE89 3704 0044 0532 0130 00", "/bank_account/bic": "COBADEFFXXX",
  "/window/accent": "#aa0000",
};

const forms = (page) => page.locator("main form", { has: page.locator("button.primary") });
/** Tags are told apart by commas, whatever stands around them, and have an order of their own. */
const tagged = (text) => clean(text).split(/\s*,\s*/).filter(Boolean).toSorted().join(",");

/** Changes all texts of the one form in a view, and finds them in it after that. */
async function edits(page, at, hash, round, same) {
  await at(hash);
  const taken = await fillIn(forms(page).first(), round, TAME);
  await isHarmless(page, hash);
  await at(hash);
  await holds(forms(page).first(), taken, same);
}

async function moves(page, at, round) {
  await at("#/products/1");
  await page.getByText("Add a stock movement").click();
  const taken = await fillIn(forms(page).last(), round, { "/delta": "1" });
  await page.locator("main td", { hasText: clean(taken["/note"]).slice(0, 40) }).first().waitFor();
  await seen(page, at, "#/products/1", { data: [{ name: taken["/note"] }] });
}

async function meets(page, at, round) {
  await at("#/customers");
  await press(page, "New customer");
  const taken = await fillIn(page.locator("dialog form"), round, MAIL(round));
  await until(async () => (await page.locator("main h1").textContent()) === clean(taken["/name"]),
    "the new customer");
  await holds(forms(page).first(), taken);
}

/** Staff, keys and discounts, which are made by a form of their own. */
async function adds(page, at, round) {
  await at("#/settings/staff");
  await field(page, "Password").fill(PASSWORD);
  await fillIn(forms(page).first(), round, MAIL(round));
  await page.getByRole("cell", { name: MAIL(round)["/email"], exact: true }).waitFor();
  await at("#/settings/keys");
  const key = await fillIn(forms(page).first(), round);
  await page.getByText("It is shown only this once.").waitFor();
  await seen(page, at, "#/settings/keys", { data: [{ name: key["/name"] }] });
  await at("#/discounts/new");
  const { "/code": code } = await fillIn(forms(page).first(), round,
    { "/code": `CODE-${round}`, "/value": "10" });
  await seen(page, at, "#/discounts", { data: [{ name: code }] });
}

/** A view that shows all these names, letter for letter. */
async function seen(page, at, hash, { data }) {
  await at(hash);
  await until(async () => {
    const text = await page.locator("main").textContent();
    return data.every(({ name }) => text.includes(clean(name)));
  }, `${hash} shows ${data.map(({ name }) => name).join(" | ")}`);
  await isHarmless(page, hash);
}

async function fits(page, at, hashes) {
  await page.setViewportSize({ width: 320, height: 640 });
  for (const hash of hashes) {
    await at(hash);
    await isHarmless(page, `${hash} on a phone`);
  }
}
