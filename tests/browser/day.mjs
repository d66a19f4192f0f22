// The whole day of a shop, as its owner clicks it.

import assert from "node:assert/strict";
import { ADDRESS, BUYER, badges, field, follow, heading, inDialog, press, readNew,
  setupAddress, toast, until } from "./hands.mjs";
import { OWNER, PASSWORD, ask, person, serve, tab, tillbox } from "./shop.mjs";

export async function the_whole_day_of_a_shop_is_clicked() {
  const shop = await serve();
  const page = await person(shop.url);
  await setsUp(page, await setupAddress(shop));
  await saysWhoSells(page);
  await chargesTax(page);
  await makesAProduct(page);
  const key = await makesAKey(page);
  const call = (...rest) => ask(shop.url, key, ...rest);
  const order = await hearsOfAnOrder(page, shop, key);
  await sells(page, order);
  await invoices(page);
  await takesBack(page);
  await isRightAtTheEnd(page, call);
  assert.deepEqual(page.trouble, []);
  await page.context().close();
  await shop.stop();
  assert.match(await tillbox(["verify", "--data", shop.data]), /restorable: 1 order/);
}

async function setsUp(page, address) {
  await page.goto(address);
  await heading(page, "Set up your shop");
  await field(page, "Name of the shop").fill("Rua Nova");
  await proposesTheMoneyOfTheCountry(page);
  await field(page, "Your e-mail").fill(OWNER);
  await field(page, "Password").fill(PASSWORD);
  await press(page, "Open the shop");
  await heading(page, "Today");
  const list = await page.locator(".checklist").innerText();
  assert.match(list, /Done\s+Give the shop its name/);
  assert.match(list, /To do\s+Add a product/);
}

/** Once the currency is chosen by hand, the country moves it no more. */
async function proposesTheMoneyOfTheCountry(page) {
  const currency = field(page, "Currency");
  assert.equal(await currency.inputValue(), "GBP", "of a browser that reads British English");
  for (const [country, usual] of [["NO", "NOK"], ["PL", "PLN"], ["", "PLN"], ["PT", "EUR"]]) {
    await field(page, "Country").selectOption(country);
    assert.equal(await currency.inputValue(), usual);
  }
  await currency.selectOption("CHF");
  await field(page, "Country").selectOption("NO");
  assert.equal(await currency.inputValue(), "CHF");
  await currency.selectOption("EUR");
  await field(page, "Country").selectOption("PT");
}

/** Without that there is no invoice. */
async function saysWhoSells(page) {
  await follow(page, "Say where the shop is, and its tax number; invoices need them");
  await heading(page, "Settings: Shop");
  const said = {
    "/tax_number": "123456789", "/address/name": "Rua Nova", "/address/line1": "Rua Nova 1",
    "/address/postal_code": "1100-048", "/address/city": "Lisboa",
  };
  for (const [name, text] of Object.entries(said)) {
    await page.locator(`[name="${name}"]`).fill(text);
  }
  await press(page, "Save");
  await toast(page, "Settings saved.");
  await follow(page, "Today");
}

/** The rate that the set-up proposed. */
async function chargesTax(page) {
  await page.locator(".checklist", { hasText: /Done\s+Say which tax you charge/ }).waitFor();
  await follow(page, "Say which tax you charge");
  await heading(page, "Settings: Tax");
  assert.equal(await field(page, "Prices include tax").isChecked(), true);
  assert.equal(await field(page, "Percent").inputValue(), "23");
  await follow(page, "Today");
}

async function makesAProduct(page) {
  await follow(page, "Add a product");
  await heading(page, "New product");
  await field(page, "Name").fill("Linen shirt");
  await press(page, "Add an option");
  await field(page, "Name of the option").fill("Size");
  await field(page, "Values").fill("S\nM");
  await field(page, "Values").blur();
  // A comma counts as a point.
  for (const [size, price, stock] of [["S", "24.90", "5"], ["M", "29,90", "3"]]) {
    await field(page, `Price, ${size}`).fill(price);
    await field(page, `SKU, ${size}`).fill(`SHIRT-${size}`);
    await field(page, `Stock, ${size}`).fill(stock);
  }
  await press(page, "Create product");
  await toast(page, "Linen shirt is created.");
  await heading(page, /Linen shirt/);
}

async function makesAKey(page) {
  await follow(page, "Settings");
  await follow(page, "Keys");
  await heading(page, "Settings: Keys");
  await field(page, "Name").fill("Shop front");
  await field(page, "May do").selectOption("admin");
  await press(page, "Create key");
  await page.getByText("It is shown only this once.").waitFor();
  const key = await page.locator("code", { hasText: /^tb_/ }).innerText();
  await press(page, "I have kept it");
  assert.equal(await page.getByText(key).count(), 0);
  return key;
}

/** An order comes in while two tabs are open: both say so within a second, over one connection. */
async function hearsOfAnOrder(page, shop, key) {
  const asked = [];
  page.context().on("request", (request) => {
    if (request.url().endsWith("/events")) asked.push(request.url());
  });
  await page.reload();
  const other = await tab(page, shop.url);
  await other.goto(`${shop.url}/admin#/orders`);
  await heading(other, "Orders");
  await follow(page, "Today");
  await heading(page, "Today");
  const { variants } = (await ask(shop.url, key, "GET", "/products")).data[0];
  const order = await ask(shop.url, key, "POST", "/orders", {
    items: [
      { product_id: 1, variant_id: variants[0].id, quantity: 2 },
      { product_id: 1, variant_id: variants[1].id, quantity: 1 },
    ],
    customer: BUYER, shipping_address: ADDRESS, payment_method: "bank_transfer",
  });
  const placed = Date.now();
  for (const one of [page, other]) {
    await one.locator(".bar", { hasText: `New order ${order.number}` }).waitFor({ timeout: 1000 });
  }
  console.log(`      two tabs hear of an order ${Date.now() - placed} ms after it`);
  assert.equal(asked.length, 1);
  // The numbers follow without a click; the other tab shows it where it was.
  await page.locator(".tile", { hasText: /^1\s*to pack/ }).waitFor();
  await other.getByRole("button", { name: "Show", exact: true }).click();
  await other.getByRole("link", { name: order.number, exact: true }).waitFor();
  await other.close();
  await follow(page, `New order ${order.number}`);
  await heading(page, `Order ${order.number}`);
  assert.equal(await page.locator(".bar").count(), 0);
  return order;
}

async function sells(page, order) {
  await badges(page, "Unpaid · To pack");
  await press(page, "Mark as paid");
  await badges(page, "Paid · To pack");
  await press(page, "Mark as packed");
  await badges(page, "Paid · Packed");
  await press(page, "Ship…");
  await field(page, "Tracking number").fill("00340434161094015902");
  assert.equal(await field(page, "Carrier").inputValue(), "DHL");
  await inDialog(page, "Ship");
  await badges(page, "Paid · Shipped");
  const parcel = page.getByRole("link", { name: "00340434161094015902" });
  assert.match(await parcel.getAttribute("href"), /^https:\/\/www\.dhl\./);
  await press(page, "Mark as delivered");
  await badges(page, "Paid · Delivered");
  assert.equal(order.total, "79.70");
}

async function invoices(page) {
  await press(page, "Issue the invoice");
  await toast(page, /Invoice .+ is issued/);
  const invoice = page.getByRole("link", { name: /^Invoice/ });
  assert.match(await readNew(page, () => invoice.click()), /Linen shirt[\s\S]*79\.70/);
}

async function takesBack(page) {
  await press(page, "Take goods back…");
  await field(page, "Linen shirt – S (of 2)").fill("1");
  await field(page, "Linen shirt – M (of 1)").fill("0");
  assert.equal(await field(page, "Why it came back").inputValue(), "other");
  await field(page, "Why it came back").selectOption("withdrawal");
  assert.equal(await field(page, "Note the refund for it as well").isChecked(), true);
  await inDialog(page, "Take back");
  await badges(page, "Partly refunded · Delivered");
  const text = await page.locator("main").innerText();
  assert.match(text, /€24\.90 refunded/);
  assert.match(text, /1 unit came back[\s\S]*The customer withdrew/);
  assert.match(text, /Credit note[^\n]*\n+[^\n]*€24\.90 · for a return/);
  const note = page.getByRole("link", { name: /^Credit note/ });
  assert.match(await readNew(page, () => note.click()), /24\.90/);
}

async function isRightAtTheEnd(page, call) {
  await page.getByRole("link", { name: "Linen shirt", exact: true }).first().click();
  await heading(page, /Linen shirt/);
  assert.equal(await field(page, "Stock, S").inputValue(), "4");
  assert.equal(await field(page, "Stock, M").inputValue(), "2");
  const { variants } = await call("GET", "/products/1");
  assert.deepEqual(variants.map(({ stock }) => stock), [4, 2]);

  const { total } = await call("GET", "/reports/sales");
  const { orders, units, gross, reductions, revenue, net, tax, received, refunded } = total;
  // 23 % of 54.80 are 10.25: 79.70 were ordered, and 24.90 came back.
  assert.deepEqual([orders, units, gross, reductions, revenue, net, tax, received, refunded],
    [1, 3, "79.70", "24.90", "54.80", "44.55", "10.25", "79.70", "24.90"]);
  await follow(page, "Sales");
  await heading(page, "Sales");
  assert.equal(await page.locator(".figure").innerText(), "€54.80");
  const sums = await page.locator(".sum-cards").innerText();
  for (const [name, value] of [["Units", "3"], ["Orders, gross", "€79.70"],
    ["Cancelled, returned, reduced", "-€24.90"], ["Net", "€44.55"], ["Tax", "€10.25"],
    ["Money received", "€79.70"], ["Money refunded", "€24.90"]]) {
    assert.match(sums, new RegExp(`${name}\\s+${value.replace(".", "\\.")}`));
  }
  assert.match(sums, /Portugal\s+23%\s+€44\.55\s+€10\.25/);
}
