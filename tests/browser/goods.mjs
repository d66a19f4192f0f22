// Goods that change their form.

import assert from "node:assert/strict";
import { heading, opened, press, toast } from "./hands.mjs";
import { person, serve, signIn } from "./shop.mjs";

export async function the_last_option_goes_and_its_first_variant_stays_with_its_stock() {
  const shop = await serve();
  const { call } = await opened(shop);
  const shirt = await call("POST", "/products", {
    name: "Shirt", options: [{ name: "Size", values: ["S", "M"] }],
    variants: [
      { options: { Size: "S" }, price: "20.00", sku: "SHIRT-S", stock: 3 },
      { options: { Size: "M" }, price: "22.00", sku: "SHIRT-M", stock: 4 },
    ],
  });
  const page = await person(shop.url);
  await signIn(page, shop.url);
  await page.goto(`${shop.url}/admin#/products/${shirt.id}`);
  await heading(page, "Shirt");
  await page.getByRole("button", { name: /^Remove option/ }).click();
  assert.equal(await page.getByLabel("Price", { exact: true }).inputValue(), "20.00");
  await press(page, "Save product");
  await toast(page, "saved");
  const { options, variants } = await call("GET", `/products/${shirt.id}`);
  assert.deepEqual(options, []);
  assert.deepEqual(variants.map(({ id, sku, stock }) => [id, sku, stock]),
    [[shirt.variants[0].id, "SHIRT-S", 3]]);
  assert.deepEqual(page.trouble, []);
  await page.context().close();
  await shop.stop();
}
