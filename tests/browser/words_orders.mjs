// Whatever is typed of an order is text: on its page, in its windows, in the lists, and on paper.

import assert from "node:assert/strict";
import { ADDRESS, BUYER, field, heading, press, until } from "./hands.mjs";
import { GROUPS, clean, fillIn, inShop, isHarmless } from "./naughty.mjs";

/** Where the name of a buyer stands. */
const VIEWS = ["#/today", "#/orders?tab=all", "#/customers"];

export async function whatever_is_typed_of_an_order_is_shown_as_typed_also_on_paper() {
  await inShop(async ({ page, call, at, url }) => {
    await call("POST", "/products", { name: "Mug", price: "8" });
    for (const round of GROUPS.keys()) {
      const placed = await writesDown(page, at, round);
      const id = Number(new URL(page.url()).hash.split("/").pop());
      await shows(page, placed, "the order");
      const mended = await works(page, at, id, round);
      await shows(page, mended, "the order at the end");
      // The contact on the order was mended; the record of the customer stays as it was.
      for (const view of VIEWS) {
        const { "/customer/name": name } = view === "#/customers" ? placed : mended;
        await at(view);
        await shows(page, { name }, view);
      }
      await prints(page, call, url, id, mended);
      await cancels(page, call, at, round);
    }
    await page.setViewportSize({ width: 320, height: 640 });
    for (const view of [...VIEWS, ...GROUPS.map((_, at) => `#/orders/${2 * at + 1}`)]) {
      await at(view);
      await isHarmless(page, `${view} on a phone`);
    }
  });
}

/** An order by hand: what it is, who it is for, and where it goes. */
async function writesDown(page, at, round) {
  await at("#/orders/new");
  await page.getByRole("combobox", { name: "Product" }).fill("Mug");
  await page.getByRole("option", { name: /Mug/ }).click();
  await page.locator("[name='/shipping_address/city']").waitFor();
  const taken = await fillIn(page.locator("main form", { has: page.locator("button.primary") }),
    round, {
      "/items/0/quantity": "2", "/customer/email": `ana.${round}@example.org`,
      "/customer/phone": "",
      "/discount_code": "",
    });
  await heading(page, /^Order \d+$/);
  return without(taken, ["/discount_code", "/customer/phone", "/items/0/quantity"]);
}

/** Every window of an order that asks for text. */
async function works(page, at, id, round) {
  await at(`#/orders/${id}`);
  const address = await inWindow(page, "Delivery address: Change", round);
  const note = await inWindow(page, "Add a note", round);
  const contact = await inWindow(page, "Change the contact", round,
    { "/customer/email": `ana.${round}@example.org`, "/customer/phone": "" });
  const paid = await inWindow(page, "Other payment…", round, { "/amount": "" });
  const parcel = await inWindow(page, "Ship…", round);
  const mended = await inWindow(page, /^Change the tracking number/, round);
  const back = await inWindow(page, "Refund…", round, { "/amount": "1" }, async (box) => {
    await box.getByLabel("Another amount").check();
  });
  return Object.assign({}, ...[address, note, contact, paid, parcel, mended, back]
    .map((taken) => without(taken, ["/amount", "/customer/phone"])));
}

async function inWindow(page, name, round, tame, before) {
  await page.getByRole("button", { name, exact: true }).click();
  const box = page.getByRole("dialog");
  await box.waitFor();
  await before?.(box);
  const taken = await fillIn(box.locator("form"), round, tame);
  await box.waitFor({ state: "detached" });
  return taken;
}

async function cancels(page, call, at, round) {
  const { id } = await call("POST", "/orders", {
    items: [{ product_id: 1, quantity: 1 }], customer: BUYER, shipping_address: ADDRESS,
  });
  await at(`#/orders/${id}`);
  await shows(page, await inWindow(page, "Cancel…", round), "the cancelled order");
}

/** What the buyer and the packer read. */
async function prints(page, call, url, id, { "/staff_note": note, ...taken }) {
  const address = { name: "Bakery", line1: "Mill Lane 1", city: "Fieldton", country: "DE" };
  await call("PATCH", "/settings", { address, tax_number: "12/345" });
  const invoice = await call("POST", `/orders/${id}/invoices`);
  const lines = Object.fromEntries(Object.entries(taken)
    .filter(([name]) => name.startsWith("/shipping_address/")));
  // The number for VAT stands where the tax does.
  const parcel = without(lines, ["/shipping_address/vat_id"]);
  const papers = [["packing-slip", parcel], [`invoices/${invoice.id}`, lines]];
  for (const [path, texts] of papers) {
    await page.goto(`${url}/orders/${id}/${path}`);
    await shows(page, texts, path, "body");
  }
  assert.ok(note);
}

/** Every text stands there, letter for letter. */
async function shows(page, taken, where, place = "main") {
  const texts = Object.values(taken).map(clean).filter(Boolean);
  await until(async () => {
    const all = await page.locator(place).textContent();
    return texts.every((text) => all.includes(text));
  }, `${where} shows ${texts.join(" | ")}`).catch(async (error) => {
    const all = await page.locator(place).textContent();
    assert.deepEqual(texts.filter((text) => !all.includes(text)), [], `${where}: ${error.message}`);
  });
  await isHarmless(page, where);
}

const without = (taken, names) =>
  Object.fromEntries(Object.entries(taken).filter(([name]) => !names.includes(name)));
