// The same day without a mouse: the focus is always somewhere sensible, and always to be seen.

import assert from "node:assert/strict";
import { focus, goesAround, hit, keys, lands, pressed, tabTo, write } from "./fingers.mjs";
import { badges, setupAddress, toast, until } from "./hands.mjs";
import { OWNER, PASSWORD, person, serve } from "./shop.mjs";

export async function the_same_day_by_keyboard_alone() {
  const shop = await serve();
  const page = await person(shop.url);
  await setsUp(page, await setupAddress(shop));
  await saysWhoSells(page);
  await makesAProduct(page);
  await takesAnOrder(page);
  await sells(page);
  await takesBack(page);
  await movesAround(page);
  const { total } = await page.evaluate(async () => (await fetch("/reports/sales")).json());
  assert.deepEqual([total.orders, total.revenue, total.refunded], [1, "54.80", "24.90"]);
  assert.deepEqual(page.trouble, []);
  await page.context().close();
  await shop.stop();
}

async function setsUp(page, address) {
  page.allow.push(/status of 422/);
  await page.goto(address);
  await lands(page, "Name of the shop");
  await page.keyboard.type("Rua Nova");
  await tabTo(page, "Country");
  await page.keyboard.type("Portugal");
  await write(page, "Your e-mail", OWNER);
  await write(page, "Password", "short");
  await page.keyboard.press("Enter");
  // What is wrong is said at its field, which gets the focus.
  await until(() => page.evaluate(() => document.activeElement.getAttribute("aria-invalid")));
  await page.keyboard.press("Control+A");
  await page.keyboard.type(PASSWORD);
  await hit(page, "Open the shop");
  await lands(page, "Today");
  page.allow.length = 0;
}

/** Without that there is no invoice. */
async function saysWhoSells(page) {
  await hit(page, "Say where the shop is, and its tax number; invoices need them");
  await lands(page, /^Settings/);
  await write(page, "Tax number", "123456789");
  await write(page, "Legal name", "Rua Nova");
  await write(page, "Street and number", "Rua Nova 1");
  await write(page, "Postal code", "1100-048");
  await write(page, "City", "Lisboa");
  await page.keyboard.press("Enter");
  await toast(page, "Settings saved.");
}

async function makesAProduct(page) {
  await keys(page, "g p");
  await lands(page, "Products");
  await hit(page, "New product");
  await lands(page, "Name");
  await page.keyboard.type("Linen shirt");
  await hit(page, "Add an option");
  await lands(page, "Name of the option");
  await page.keyboard.type("Size");
  await tabTo(page, "Values");
  await page.keyboard.type("S\nM");
  for (const [size, price, stock] of [["S", "24.90", "5"], ["M", "29.90", "3"]]) {
    await write(page, `Price, ${size}`, price);
    await write(page, `SKU, ${size}`, `SHIRT-${size}`);
    await write(page, `Stock, ${size}`, stock);
  }
  await hit(page, "Create product");
  await lands(page, /^Linen shirt/);
}

async function takesAnOrder(page) {
  await keys(page, "g n");
  await lands(page, "Product");
  await page.keyboard.type("shirt s");
  await page.keyboard.press("Enter");
  await lands(page, "Quantity of Linen shirt – S");
  await page.keyboard.type("2");
  await page.keyboard.press("Enter");
  await lands(page, "Product");
  await page.keyboard.type("shirt m");
  await page.keyboard.press("Enter");
  await lands(page, "Quantity of Linen shirt – M");
  await write(page, "Name", "Ana Silva");
  await write(page, "E-mail", "ana@example.org");
  await write(page, "Street and number", "Rua Nova 7");
  await write(page, "City", "Lisboa");
  await page.keyboard.press("Control+Enter");
  await lands(page, /^Order 1001/);
  assert.match(await page.locator("main").innerText(), /Ana Silva[\s\S]*Rua Nova 7/);
}

async function sells(page) {
  await hit(page, "Mark as paid");
  await lands(page, "Steps");
  await badges(page, "Paid · To pack");
  // A wrong click: one key takes it back, as long as the toast is there.
  await page.keyboard.press("u");
  await badges(page, "Unpaid · To pack");
  await lands(page, "Steps");
  await hit(page, "Mark as paid");
  await badges(page, "Paid · To pack");
  await page.keyboard.press("n");
  await badges(page, "Paid · Packed");
  await hit(page, "Undo");
  await badges(page, "Paid · To pack");
  await lands(page, "Steps");
  await hit(page, "Mark as packed");
  await badges(page, "Paid · Packed");
  await hit(page, "Ship…");
  await lands(page, "Tracking number");
  await page.keyboard.press("Escape");
  await closed(page);
  await lands(page, "Ship…");
  await pressed(page);
  await lands(page, "Tracking number");
  await page.keyboard.type("RR123456785PT");
  await write(page, "Carrier", "CTT");
  // A window keeps the focus until it is closed.
  await tabTo(page, "Tracking number");
  await page.keyboard.press("Enter");
  await badges(page, "Paid · Shipped");
  await lands(page, "Steps");
  await hit(page, "Mark as delivered");
  await badges(page, "Paid · Delivered");
  await lands(page, "Steps");
}

async function takesBack(page) {
  await hit(page, "Issue the invoice");
  await until(() => page.getByRole("link", { name: /^Invoice/ }).count());
  await lands(page, "Steps");
  await hit(page, "Take goods back…");
  await page.getByRole("dialog").waitFor();
  await write(page, "Linen shirt – S (of 2)", "1");
  await write(page, "Linen shirt – M (of 1)", "0");
  await hit(page, "Take back");
  await badges(page, "Partly refunded · Delivered");
  await lands(page, "Take goods back…");
  assert.equal(await page.getByRole("link", { name: /^Credit note/ }).count(), 1);
  assert.ok(await goesAround(page) > 20);
}

const closed = (page) => until(async () => await page.getByRole("dialog").count() === 0);

async function movesAround(page) {
  await keys(page, "g o");
  await lands(page, "Orders");
  await hit(page, /^All/);
  await lands(page, "Orders");
  await page.keyboard.press("j");
  await lands(page, "1001");
  await page.keyboard.press("x");
  assert.match(await page.locator(".bulk strong").innerText(), /1 order ticked/);
  await page.keyboard.press("x");
  await page.keyboard.press("Enter");
  await lands(page, /^Order 1001/);
  await page.goBack();
  await lands(page, "1001");
  await page.keyboard.press("/");
  await page.keyboard.type("nobody");
  await until(() => page.getByText("No order under this tab fits").count()
    .then(async (n) => n || page.getByText("No order fits").count()));
  await lands(page, "Number, name, e-mail, SKU, tracking");
  await page.keyboard.press("Escape");
  assert.equal((await focus(page)).name, "nothing");
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await closed(page);
  for (const name of ["Today", "Customers", "Discounts", "Sales"]) {
    await keys(page, `g ${name[0].toLowerCase()}`);
    await lands(page, name);
  }
}
