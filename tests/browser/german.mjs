// No English word in a German page: every view of the sample shop and of one that has nothing.

import assert from "node:assert/strict";
import { goTo } from "./looking.mjs";
import { germanReader, remember, textsOn } from "./only_german.mjs";
import { OWNER, PASSWORD, person, serve, signIn, tillbox } from "./shop.mjs";
import { EMPTY, VIEWS } from "./views.mjs";

async function inGerman(command, work) {
  const shop = await serve({ command });
  await tillbox(["staff", "add", OWNER, "--role", "owner", "--data", shop.data], PASSWORD);
  const page = await person(shop.url, { locale: "de-DE" });
  page.allow.push(/status of 404/);
  const told = remember(page);
  await signIn(page, shop.url);
  const foreign = await germanReader(page, told);
  await work({ shop, page, told, look: async (name) => foreign(await textsOn(page))
    .map((text) => `${name}: ${text}`) });
  assert.deepEqual(page.trouble, []);
  await page.context().close();
  await shop.stop();
}

const walk = (views) => async ({ shop, page, told, look }) => {
  const found = [];
  for (const [name, hash] of Object.entries(views)) {
    // What somebody looks for is shown as it was typed.
    told.add(new URLSearchParams(hash.split("?")[1]).get("q"));
    await goTo(page, shop.url, hash);
    found.push(...await look(name));
  }
  assert.deepEqual(found, []);
};

export const every_view_of_the_sample_shop_is_german = () => inGerman("demo", walk(VIEWS));
export const every_view_of_a_shop_that_has_nothing_is_german = () =>
  inGerman("serve", walk(EMPTY));

const WINDOWS = {
  ship: ["#/orders/56", /^Versenden/],
  cancel: ["#/orders/56", /^Stornieren/],
  refund: ["#/orders/28", /^Erstatten/],
  take_back: ["#/orders/28", /^Ware zurücknehmen/],
  payment: ["#/orders/28", /^Weitere Zahlung/],
  note: ["#/orders/28", /^Notiz hinzufügen/],
  parcel: ["#/orders/28", /^Sendungsnummer/],
  customer: ["#/customers", /^Neuer Kunde/],
  staff: ["#/settings/staff", /^Ändern: /],
  contact: ["#/orders/28", /^Kontakt ändern/],
  address: ["#/orders/56", /^Lieferadresse: Ändern/],
  delete: ["#/products/4", /^Löschen/],
  picture: ["#/products/4", /^Bild, /],
  bulk: ["#/products", /^Ändern …/, (page) => page.locator(".tick input").nth(1).check()],
};

export const every_window_over_a_view_is_german = () => inGerman("demo", async ({ shop, page, look }) => {
  const found = [];
  for (const [name, [hash, button, before]] of Object.entries(WINDOWS)) {
    await goTo(page, shop.url, hash);
    await before?.(page);
    await page.getByRole("button", { name: button }).first().click();
    await page.locator("dialog[open]").waitFor();
    found.push(...await look(name));
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
  }
  await page.keyboard.press("?");
  await page.locator("dialog[open]").waitFor();
  found.push(...await look("keys"));
  assert.deepEqual(found, []);
});
