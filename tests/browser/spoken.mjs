// An order as it is spoken: on the telephone, without an e-mail, with a line of its own, another
// price, a discount, a time, and paid at once.

import assert from "node:assert/strict";
import { begun, field, heading, press } from "./hands.mjs";

const SHOTS = process.env.SHOTS;

export async function an_order_is_taken_as_it_is_spoken() {
  const { shop, call, page, end } = await begun([{ name: "Brot", price: "4.20", stock: 9 }], {
    locale: "de-DE", viewport: { width: 390, height: 844 },
  });
  await call("PATCH", "/settings", {
    time_zone: "Europe/Berlin",
    tax_rates: [{ rate: "19" }, { category: "Essen", rate: "7" }],
    shipping_methods: [{ code: "pickup", name: "Abholung", pickup: true }],
  });
  await page.goto(`${shop.url}/admin#/orders/new`);
  await page.reload();
  await page.getByRole("combobox", { name: "Artikel" }).pressSequentially("brot");
  await page.keyboard.press("Enter");
  await field(page, "Menge von Brot").fill("2");
  // Yesterday's costs less.
  await field(page, "Preis von Brot").fill("3,50");
  await press(page, "Freie Position hinzufügen");
  await field(page, "Bezeichnung").fill("Torte nach Wunsch");
  await page.locator("[name='/items/1/unit_price']").fill("39,90");
  await page.getByLabel("Steuerklasse").selectOption("Essen");
  await field(page, "Name").fill("Frieda Kern");
  await field(page, "Telefon").fill("030 1234");
  await page.getByText("Vereinbartes: Nachlass, bezahlt, Abholzeit").click();
  await field(page, "Vereinbarter Nachlass").fill("10 %");
  await field(page, "Grund des Nachlasses").fill("Stammkundin");
  await field(page, "Schon bezahlt").selectOption({ label: "Bar" });
  await field(page, "Abholung um").fill("2099-12-24T10:30");
  // 7.00 and 39.90, less 10 %.
  await page.locator(".totals").getByText("42,21 €").waitFor();
  await page.screenshot({ path: `${SHOTS}/spoken-order.png`, fullPage: true });
  await press(page, "Bestellung aufgeben");
  await heading(page, /^Bestellung 1001/);
  const order = await call("GET", "/orders/1");
  const [bread, cake] = order.items;
  assert.deepEqual([bread.unit_price, bread.reason, bread.quantity], ["3.50", "Vereinbart", 2]);
  assert.deepEqual([cake.name, cake.product_id, cake.tax_rate], ["Torte nach Wunsch", null, "7"]);
  assert.deepEqual(order.discounts.map(({ kind, amount, reason }) => [kind, amount, reason]),
    [["order", "4.69", "Stammkundin"]]);
  assert.deepEqual([order.customer.email, order.customer.phone], [null, "030 1234"]);
  assert.deepEqual([order.payment_status, order.pickup_at], ["paid", "2099-12-24T09:30:00Z"]);
  await page.getByText("Abholung: 24.12.2099, 10:30").waitFor();
  await page.screenshot({ path: `${SHOTS}/spoken-order-placed.png`, fullPage: true });
  await end();
}

export async function an_order_by_phone_of_two_lines_takes_ten_taps_at_most() {
  const { shop, call, page, end } = await begun([
    { name: "Brot", price: "4.20", stock: 9 }, { name: "Kuchen", price: "12.00", stock: 9 },
  ], { locale: "de-DE", viewport: { width: 390, height: 844 }, hasTouch: true });
  await call("PATCH", "/settings", {
    shipping_methods: [{ code: "pickup", name: "Abholung", pickup: true }],
  });
  let taps = 0;
  const tap = async (locator) => { await locator.tap(); taps += 1; };
  const writes = async (locator, text) => { await tap(locator); await page.keyboard.type(text); };
  await page.goto(`${shop.url}/admin#/orders`);
  await page.reload();
  await tap(page.getByRole("link", { name: "Neue Bestellung" }));
  const search = page.getByRole("combobox", { name: "Artikel" });
  for (const name of ["Brot", "Kuchen"]) {
    await writes(search, name.toLowerCase());
    await tap(page.getByRole("option", { name }));
  }
  await writes(field(page, "Name"), "Frieda Kern");
  await writes(field(page, "Telefon"), "030 1234");
  await page.locator(".totals").getByText("16,20 €").first().waitFor();
  await tap(page.getByRole("button", { name: "Bestellung aufgeben" }));
  await heading(page, /^Bestellung 1001/);
  assert.ok(taps <= 10, `${taps} taps`);
  // What a line of one's own is called has the whole row.
  await page.goto(`${shop.url}/admin#/orders/new`);
  await press(page, "Freie Position hinzufügen");
  const { width } = await field(page, "Bezeichnung").boundingBox();
  const row = await page.locator(".items.new tbody tr").boundingBox();
  assert.ok(width > row.width - 2, `${width} of ${row.width}`);
  await end();
}
