// Back is where one was: the place in a list, however much of it was shown, and the list of a page.

import assert from "node:assert/strict";
import { ADDRESS, BUYER, begun, field, follow, heading, press, until } from "./hands.mjs";

const MANY = 80;
const LISTS = {
  products: ["Loaf 7", "Loaf 7"], orders: ["1020", "Order 1020"], customers: ["Person 10", "Person 10"],
};

export async function the_step_back_leads_to_the_same_rows_at_the_same_height() {
  const { shop, call, page, end } = await begun(
    Array.from({ length: MANY }, (_, at) => ({ name: `Loaf ${at}`, price: "4.20" })),
    { viewport: { width: 1280, height: 700 } });
  for (let at = 0; at < MANY; at += 1) {
    await call("POST", "/customers", { name: `Person ${at}`, email: `p${at}@example.org` });
    await call("POST", "/orders", {
      items: [{ product_id: 1, quantity: 1 }], customer: BUYER, shipping_address: ADDRESS,
    });
  }
  const rows = () => page.locator("tr[data-row]").count();
  const height = () => page.evaluate(() => Math.round(scrollY));
  for (const [list, [name, title]] of Object.entries(LISTS)) {
    await page.goto(`${shop.url}/admin#/${list}`);
    await until(async () => await rows() === 25);
    for (const shown of [50, 75]) {
      await press(page, "Show more");
      await until(async () => await rows() === shown);
    }
    await page.getByRole("link", { name, exact: true }).evaluate((link) => link.scrollIntoView({ block: "center" }));
    const before = await height();
    assert.ok(before > 1500, `${list}: ${before}`);
    const ways = [() => page.goBack(), () => page.locator(".head .back").click()];
    for (const back of ways) {
      await follow(page, name);
      await heading(page, title);
      await back();
      await until(async () => await rows() === 75, `75 ${list}`);
      await until(async () => Math.abs(await height() - before) < 3, `${list} at ${before}`);
      await until(() => page.evaluate((said) => document.activeElement.innerText === said, name));
    }
  }
  // Another search is another list.
  await field(page, "Search name, e-mail, phone").fill("Person");
  await until(async () => await rows() === 25);
  await end();
}

export async function what_was_made_is_shown_and_back_is_the_list_and_not_the_form() {
  const { shop, page, end } = await begun([{ name: "Loaf", price: "4.20" }]);
  const make = async (list, open, fill, made) => {
    await page.goto(`${shop.url}/admin#/${list}`);
    await page.locator("main h1").waitFor();
    await open();
    await fill();
    await heading(page, made);
    assert.match(page.url(), new RegExp(`#/${list}/\\d+$`));
    await page.locator(".head .back").click();
    await until(() => page.url().endsWith(`#/${list}`));
  };
  await make("products", () => follow(page, "New product"), async () => {
    await field(page, "Name").fill("Roll");
    await field(page, "Price").fill("0.60");
    await press(page, "Create product");
  }, /^Roll/);
  await make("products/collections", () => page.getByRole("link", { name: "New collection" }).first().click(), async () => {
    await field(page, "Name").fill("Bread");
    await press(page, "Create collection");
  }, "Bread");
  await make("customers", () => page.getByRole("button", { name: "New customer" }).last().click(), async () => {
    await field(page, "Name").fill("Ana Silva");
    await field(page, "E-mail").fill("ana@example.org");
    await press(page, "Create customer");
  }, "Ana Silva");
  await make("discounts", () => page.getByRole("link", { name: "New discount" }).last().click(), async () => {
    await field(page, "Code").fill("HELLO");
    await page.locator("[name='/value']").fill("10");
    await press(page, "Create discount");
  }, /^HELLO/);
  await end();
}
