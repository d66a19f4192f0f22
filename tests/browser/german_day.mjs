// The day of a shop in Germany, on a telephone: set up, sold by telephone, taken back; no English word
// anywhere, and no more taps and keys than it may take.

import assert from "node:assert/strict";
import { heading, setupAddress, until } from "./hands.mjs";
import { germanReader, remember, textsOn } from "./only_german.mjs";
import { oneHand, speaker } from "./one_hand.mjs";
import { OWNER, PASSWORD, ask, person, serve, tillbox } from "./shop.mjs";

const PHONE = {
  locale: "de-DE", timezoneId: "Europe/Berlin", hasTouch: true, isMobile: true,
  viewport: { width: 390, height: 844 },
};
const SIZES = ["XS", "S", "M", "L", "XL", "XXL"];
/** What the set-up, and an order by telephone of two lines, may take. */
const SETUP_MOST = { taps: 20, keys: 120 };
const ORDER_TAPS_MOST = 10;

export async function the_day_of_a_shop_in_germany_on_a_telephone() {
  const shop = await serve();
  const page = await person(shop.url, PHONE);
  const told = remember(page);
  const say = await speaker("de");
  const hand = oneHand(page, say);
  const day = { shop, page, say, hand, told };
  await setsUp(day);
  day.foreign = await germanReader(page, told);
  day.found = [];
  for (const step of [saysWhoSells, makesAProduct, sellsByTelephone, handsOver, takesBack, invoices,
    makesADiscount, letsSomebodyIn, makesAKey, keepsACopy]) {
    await step(day);
    await reads(day, step.name);
  }
  assert.deepEqual(day.found, []);
  assert.deepEqual(page.trouble, []);
  await page.context().close();
  await shop.stop();
  assert.match(await tillbox(["verify", "--data", shop.data]), /restorable: 1 order/);
}

/** Notes every text of the view that is no German. */
async function reads({ page, found, foreign }, name) {
  const texts = foreign(await textsOn(page));
  found.push(...texts.map((text) => `${name}: ${text}`));
}

const goes = (page, shop, hash) => page.goto(`${shop.url}/admin${hash}`);

async function setsUp({ shop, page, say, hand }) {
  await page.goto(await setupAddress(shop));
  await heading(page, say("setup.title"));
  await hand.write("setup.shop_name", "Backstube Kern");
  assert.equal(await page.locator("[name='/country']").inputValue(), "DE");
  await hand.write("setup.email", OWNER);
  await hand.write("sign_in.password", PASSWORD);
  await hand.press("setup.action");
  await heading(page, say("section.today"));
  within(hand, SETUP_MOST, "to set up the shop");
}

function within(hand, most, what) {
  const { taps, keys } = hand.counted();
  console.log(`      ${taps} taps and ${keys} keys ${what}`);
  assert.ok(taps <= most.taps && keys <= (most.keys ?? Infinity), `${taps} taps, ${keys} keys`);
}

async function saysWhoSells({ shop, page, say, hand }) {
  await goes(page, shop, "#/settings/shop");
  await page.locator("[name='/tax_number']").waitFor();
  const said = {
    "/tax_number": "27/123/45678", "/address/name": "Frieda Kern", "/address/line1": "Hauptstraße 1",
    "/address/postal_code": "10115", "/address/city": "Berlin",
  };
  for (const [name, text] of Object.entries(said)) {
    await hand.type(page.locator(`[name="${name}"]`), text);
  }
  await hand.press("save");
  await page.locator(".toast", { hasText: say("settings.saved") }).last().waitFor();
}

/** A T-shirt in six sizes, all at one price and with as many on the shelf. */
async function makesAProduct({ shop, page, say, hand }) {
  await goes(page, shop, "#/products/new");
  await hand.type(page.locator("[name='/name']"), "Hemd");
  await hand.press("product.add_option");
  await hand.write("product.option_name", "Größe");
  await page.getByLabel(say("product.option_values"), { exact: true }).fill(SIZES.join("\n"));
  await page.getByLabel(say("product.option_values"), { exact: true }).blur();
  for (const [name, value] of [["price", "24,90"], ["stock", "5"]]) {
    await hand.choose(page.getByLabel(say("product.same"), { exact: true }), name);
    await hand.write("product.same_value", value);
    await hand.press("product.same_set");
  }
  await hand.press("product.create");
  await heading(page, /Hemd/);
}

/** Two lines and a time, for somebody without an e-mail. */
async function sellsByTelephone({ shop, page, say, hand }) {
  await goes(page, shop, "#/orders");
  hand.counted();
  await hand.follow("new_order");
  await page.getByRole("combobox", { name: say("order_new.find") }).pressSequentially("hemd m");
  const hits = page.locator("[role=listbox]:visible [role=option]");
  await hand.tap(hits.filter({ hasText: "Hemd" }).first());
  await hand.press("order_new.free");
  await page.getByLabel(say("order_new.free_name"), { exact: true }).pressSequentially("Besticken");
  await hand.type(page.locator("[name='/items/1/unit_price']"), "12,50");
  await hand.write("customer.name", "Erika Muster");
  await hand.write("customer.phone", "030 123456");
  const { taps } = hand.counted();
  await hand.choose(page.locator("[name='/shipping_method']"), "pickup");
  await hand.tap(page.locator(".totals summary"));
  await hand.tap(page.locator("[name='/pickup_at']"));
  await page.locator("[name='/pickup_at']").fill("2099-12-24T10:30");
  console.log(`      ${hand.counted().taps} taps for its hour`);
  hand.taps += taps;
  await page.locator(".totals").getByText("37,40 €").first().waitFor();
  await hand.press("order_new.place");
  await heading(page, say("order.title", { number: "1001" }));
  within(hand, { taps: ORDER_TAPS_MOST }, "for an order by telephone of two lines");
}

async function handsOver({ page, say, hand }) {
  await hand.press("order.do_payments");
  await badge(page, say("payment.paid"));
  await hand.press("order.do_handover");
  await badge(page, say("fulfillment.delivered"));
}

const badge = (page, text) => page.locator(".badges .badge", { hasText: text }).waitFor();

/** The shirt comes back, its embroidery does not. */
async function takesBack({ page, say, hand }) {
  await hand.press("order.do_returns");
  const box = page.getByRole("dialog");
  await box.waitFor();
  const numbers = box.locator("input[inputmode='numeric'], input[type='number']");
  await hand.type(numbers.first(), "1");
  await hand.tap(box.getByRole("button", { name: say("order.go_returns"), exact: true }));
  await badge(page, say("payment.partially_refunded"));
  await until(async () => /24,90\s€/.test(await page.locator("main").innerText()), "the refund");
}

async function invoices({ page, say, hand }) {
  await hand.press("order.issue");
  await page.getByRole("link", { name: new RegExp(`^${say("order.invoice", { number: "" }).trim()}`) })
    .first().waitFor();
}

async function makesADiscount({ shop, page, say, hand }) {
  await goes(page, shop, "#/discounts/new");
  await hand.type(page.locator("[name='/code']"), "FEST10");
  await hand.type(page.locator("[name='/value']"), "10");
  await page.locator("main button.primary").first().tap();
  await heading(page, /FEST10/).catch(() => page.getByText("FEST10").first().waitFor());
}

async function letsSomebodyIn({ shop, page, say, hand }) {
  await goes(page, shop, "#/settings/staff");
  await hand.type(page.locator("[name='/email']"), "kasse@example.org");
  await hand.type(page.locator("[name='/password']"), "ein Laib Roggenbrot");
  await hand.press("staff.add");
  await page.getByText("kasse@example.org").first().waitFor();
}

async function makesAKey({ shop, page, say, hand }) {
  await goes(page, shop, "#/settings/keys");
  await hand.type(page.locator("[name='/name']"), "Webseite");
  await hand.press("keys.make");
  await page.locator("code", { hasText: /^tb_/ }).waitFor();
  await hand.press("keys.kept");
}

async function keepsACopy({ shop, page, say, hand }) {
  await goes(page, shop, "#/settings/backups");
  const download = page.waitForEvent("download");
  await hand.press("backups.make");
  await download;
  await page.locator(".toast", { hasText: say("backups.made") }).last().waitFor();
}
