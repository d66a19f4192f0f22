// Money, measures and percentages are typed and shown as the language of the page writes them.

import assert from "node:assert/strict";
import { begun, heading, press, toast, until } from "./hands.mjs";

const PRODUCTS = [
  { name: "Korb", price: "1234.50", stock: 5 },
  { name: "Hemd", options: [{ name: "Größe", values: ["S", "M"] }], variants: [
    { options: { Größe: "S" }, price: "20.00" }, { options: { Größe: "M" }, price: "22.00" }] },
];
const named = (page, name) => page.locator(`main [name="${name}"]`);
const shows = (page, name, text) =>
  until(async () => await named(page, name).inputValue() === text, `${name} shows ${text}`);
const faultOf = (page, name) => named(page, name)
  .evaluate((control) => document.getElementById(`${control.id}-fault`).textContent);

async function inGerman(work) {
  const { shop, call, page, end } = await begun(PRODUCTS, { locale: "de-DE" });
  page.allow.push(/status of 422/);
  const at = async (hash) => {
    await page.goto("about:blank");
    await page.goto(`${shop.url}/admin${hash}`);
    await page.locator("main h1").waitFor();
  };
  await work({ call, page, at });
  await end();
}

export const a_price_is_typed_and_shown_with_its_comma = () =>
  inGerman(async ({ call, page, at }) => {
    const price = async () => (await call("GET", "/products/1")).price;
    await at("#/products/1");
    await shows(page, "/price", "1.234,50");
    for (const [typed, wire, shown] of [
      ["1.299,90", "1299.90", "1.299,90"], ["1,234.50", "1234.50", "1.234,50"],
      ["2.000", "2000.00", "2.000,00"], ["39.9", "39.90", "39,90"], ["7,5", "7.50", "7,50"],
    ]) {
      await named(page, "/price").fill(typed);
      await press(page, "Artikel speichern");
      await toast(page, "Korb ist gespeichert.");
      assert.equal(await price(), wire, typed);
      await at("#/products/1");
      await shows(page, "/price", shown);
    }
    // What was typed and not saved stays as it was typed.
    await named(page, "/price").fill("39,9");
    await page.reload();
    await heading(page, /^Korb/);
    await shows(page, "/price", "39,9");
    for (const wrong of ["3,5,5", "neun"]) {
      await named(page, "/price").fill(wrong);
      await press(page, "Artikel speichern");
      await until(async () => await faultOf(page, "/price")
        === "Tragen Sie einen Betrag ein, etwa 39,90.", wrong);
    }
    assert.equal(await price(), "7.50");
    await at("#/products");
    const cell = page.locator("main input[name=price]").first();
    assert.equal(await cell.inputValue(), "7,50");
    await cell.fill("1.234,5");
    await cell.press("Enter");
    await toast(page, "kostet jetzt 1.234,50");
    assert.equal(await cell.inputValue(), "1.234,50");
    assert.equal(await price(), "1234.50");
  });

export const prices_of_variants_stay_what_was_typed_when_the_table_is_drawn_anew = () =>
  inGerman(async ({ call, page, at }) => {
    await at("#/products/2");
    await shows(page, "/variants/0/price", "20,00");
    await named(page, "/variants/0/price").fill("1.234");
    await named(page, "/options/0/values").fill("S\nM\nL");
    await named(page, "/options/0/values").blur();
    await shows(page, "/variants/2/price", "1.234");
    await shows(page, "/variants/0/price", "1.234");
    await press(page, "Artikel speichern");
    await shows(page, "/variants/2/price", "1.234,00");
    const { variants } = await call("GET", "/products/2");
    assert.deepEqual(variants.map(({ price }) => price), ["1234.00", "22.00", "1234.00"]);
  });

export const measures_and_percentages_have_commas_too = () =>
  inGerman(async ({ call, page, at }) => {
    await at("#/products/1");
    await page.locator("main details.card summary").first().click();
    await named(page, "/unit_price/unit").selectOption("kg");
    await named(page, "/unit_price/measure").fill("0,75");
    // That could be one and a quarter, or a thousand.
    await named(page, "/unit_price/per").fill("1.250");
    await press(page, "Artikel speichern");
    await until(async () => await faultOf(page, "/unit_price/per")
      === "Tragen Sie eine Menge ein, etwa 300 oder 0,75.", "two ways to read it");
    await named(page, "/unit_price/per").fill("1");
    await press(page, "Artikel speichern");
    await toast(page, "Korb ist gespeichert.");
    const { unit_price: unit } = await call("GET", "/products/1");
    assert.deepEqual([unit.measure, unit.per], ["0.75", "1"]);
    await shows(page, "/unit_price/measure", "0,75");
    await at("#/settings/tax");
    await press(page, "Satz hinzufügen");
    await named(page, "/tax_rates/0/rate").fill("7,5");
    await press(page, "Speichern");
    await toast(page, "Einstellungen gespeichert.");
    await shows(page, "/tax_rates/0/rate", "7,5");
    assert.equal((await call("GET", "/settings")).tax_rates[0].rate, "7.5");
    await at("#/discounts/new");
    await named(page, "/code").fill("HERBST");
    await named(page, "/value").fill("7,5");
    await named(page, "/min_subtotal").fill("1.000");
    await press(page, "Rabatt anlegen");
    await heading(page, /HERBST/);
    const { data: [discount] } = await call("GET", "/discounts");
    assert.deepEqual([discount.value, discount.min_subtotal], ["7.5", "1000.00"]);
  });

export async function in_english_the_comma_groups_and_the_point_parts() {
  const { shop, call, page, end } = await begun(PRODUCTS);
  await page.goto(`${shop.url}/admin#/products/1`);
  await heading(page, /^Korb/);
  await shows(page, "/price", "1,234.50");
  for (const [typed, wire, shown] of [
    ["2,000", "2000.00", "2,000.00"], ["1.299,90", "1299.90", "1,299.90"], ["7,5", "7.50", "7.50"],
  ]) {
    await named(page, "/price").fill(typed);
    await press(page, "Save product");
    await until(async () => (await call("GET", "/products/1")).price === wire, typed);
    await shows(page, "/price", shown);
  }
  await end();
}
