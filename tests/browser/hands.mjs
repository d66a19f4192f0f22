// What a person does on the page, and how a test sees that it has been done.

import assert from "node:assert/strict";
import { OWNER, PASSWORD, ask, person, serve, signIn } from "./shop.mjs";

export const BUYER = { name: "Ana Silva", email: "ana@example.org" };
export const ADDRESS = {
  name: "Ana Silva", line1: "Rua Nova 7", postal_code: "1100-048", city: "Lisboa", country: "PT",
};

/** Waits until `check` answers something true, or tells what it answered last. */
export async function until(check, what = String(check), patience = 15000) {
  const end = Date.now() + patience;
  let last;
  while (Date.now() < end) {
    last = await check();
    if (last) return last;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`waited in vain for: ${what} (${JSON.stringify(last)})`);
}

/** The address of a fresh shop for whoever is to be its owner. */
export const setupAddress = (shop) =>
  until(() => shop.said.join("\n").match(/Set up: (\S+)/)?.[1], "the address of the set-up");

/** A shop with an owner and a key, without a click. */
export async function opened(shop) {
  const code = (await setupAddress(shop)).split("setup=")[1];
  const { token } = await ask(shop.url, null, "POST", "/setup", {
    code, email: OWNER, password: PASSWORD, shop_name: "Rua Nova", country: "PT", currency: "EUR",
  });
  const { key } = await ask(shop.url, token, "POST", "/api_keys", { name: "test", role: "admin" });
  return { key, token, call: (...rest) => ask(shop.url, key, ...rest) };
}

/** A shop with these products and its owner before the page; `end` sees that nothing went wrong. */
export async function begun(products, options) {
  const shop = await serve();
  const { call } = await opened(shop);
  for (const product of products) await call("POST", "/products", product);
  const page = await person(shop.url, options);
  await signIn(page, shop.url);
  const end = async () => {
    assert.deepEqual(page.trouble, []);
    await page.context().close();
    await shop.stop();
  };
  return { shop, call, page, end };
}

export const heading = (page, name) => page.getByRole("heading", { level: 1, name }).waitFor();
export const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
export const follow = (page, name) => page.getByRole("link", { name, exact: true }).click();
export const field = (page, name) => page.getByLabel(name, { exact: true });
export const toast = (page, text) => page.locator(".toast", { hasText: text }).last().waitFor();

/** What the order on the page says of its money and its goods. */
export const badges = (page, wanted) => until(async () => {
  const all = await page.locator(".badges .badge").allInnerTexts();
  return all.join(" · ") === wanted;
}, `the order is ${wanted}`).catch(async (error) => {
  throw new Error(`${error.message}\n${await page.locator("body").innerText()}`);
});

export const inDialog = (page, name) =>
  page.getByRole("dialog").getByRole("button", { name, exact: true }).click();

/** A link that opens a page of its own, which is read and closed. */
export async function readNew(page, click) {
  const [opened] = await Promise.all([page.context().waitForEvent("page"), click()]);
  await opened.waitForLoadState();
  const text = await opened.locator("body").innerText();
  await opened.close();
  return text;
}
