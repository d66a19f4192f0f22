// Room for everything: at every width between a small phone and a desk, with text twice as large, and
// with names and sums that are longer than others. What is said lies on nothing that can be pressed.

import assert from "node:assert/strict";
import { begun, press, toast, until } from "./hands.mjs";
import { drawn, goTo, seen } from "./looking.mjs";
import { OWNER, PASSWORD, ask, person, serve, signIn, tillbox } from "./shop.mjs";
import { VIEWS } from "./views.mjs";

/** Phones, tablets in both ways, a desk of 1,280 at 150 %, and desks. */
const WIDTHS = [1440, 1280, 1024, 853, 834, 768, 600, 390, 320];
/** For text of 200 %, set in the browser: a desk, a tablet, and phones, whose pixels are as many. */
const LARGE_WIDTHS = [1280, 834, 640, 390];
const HEIGHT = 900;

/** The same page is made wider and narrower, as a tablet that is turned or a window that is pulled. */
export async function nothing_is_pushed_sideways_at_any_width() {
  await everywhere(WIDTHS);
}

export async function nothing_is_pushed_sideways_by_text_twice_as_large() {
  await everywhere(LARGE_WIDTHS, async (page) => {
    const browser = await page.context().newCDPSession(page);
    await browser.send("Page.setFontSizes", { fontSizes: { standard: 32, fixed: 26 } });
  });
}

export async function what_is_said_lies_on_nothing_that_can_be_pressed_and_is_said_once() {
  const loaves = Array.from({ length: 30 }, (_, at) => ({ name: `Loaf ${at}`, price: "4.20" }));
  const { shop, page, end } = await begun(loaves);
  for (const width of [1280, 820, 390]) {
    await page.setViewportSize({ width, height: 800 });
    await goTo(page, shop.url, "#/products/1");
    for (const _ of [1, 2]) {
      await press(page, "Save product");
      await toast(page, "Nothing was changed.");
    }
    assert.equal(await page.locator(".toast").count(), 1);
    await isFree(page, ["form > .actions button", ".main-nav > *"]);
    await goTo(page, shop.url, "#/products");
    await page.getByLabel("Tick Loaf 29", { exact: true }).check();
    await page.getByText("1 product ticked").waitFor();
    await isFree(page, [".bulk button", ".main-nav > *"]);
    await press(page, "Close");
  }
  await end();
}

/** All of them, as far as they are seen, stand beside what is said. */
async function isFree(page, selectors) {
  await until(() => page.evaluate((selector) => {
    const [said] = [...document.querySelectorAll(".toast")].map((one) => one.getBoundingClientRect());
    const others = [...document.querySelectorAll(selector)].map((one) => one.getBoundingClientRect());
    return said && others.every(({ top, bottom, left, right }) =>
      bottom <= said.top || top >= said.bottom || right <= said.left || left >= said.right);
  }, selectors.join()), `nothing lies on ${selectors}`);
}

async function everywhere(widths, before = () => {}) {
  const shop = await serve({ command: "demo" });
  await tillbox(["staff", "add", OWNER, "--role", "owner", "--data", shop.data], PASSWORD);
  const views = { ...VIEWS, ...await lengthen(shop) };
  const wrong = [];
  // The longer of the languages.
  const page = await person(shop.url, { locale: "de-DE" });
  await before(page);
  await signIn(page, shop.url);
  for (const [name, hash] of Object.entries(views)) {
    await page.setViewportSize({ width: widths[0], height: HEIGHT });
    await goTo(page, shop.url, hash);
    for (const width of widths) {
      await page.setViewportSize({ width, height: HEIGHT });
      await drawn(page);
      wrong.push(...(await seen(page)).map((what) => `${name} at ${width}: ${what}`));
      wrong.push(...(await page.evaluate(cut)).map((what) => `${name} at ${width}: cut off ${what}`));
    }
  }
  wrong.push(...page.trouble);
  await page.context().close();
  await shop.stop();
  assert.deepEqual(wrong, []);
}

/** What of a chart does not stand in it. */
function cut() {
  return [...document.querySelectorAll(".chart")].flatMap((chart) => {
    const { left, right, top, bottom } = chart.getBoundingClientRect();
    return [...chart.querySelectorAll("text")].filter((text) => {
      const box = text.getBoundingClientRect();
      return box.left < left - 1 || box.right > right + 1 || box.top < top - 3 || box.bottom > bottom + 1;
    }).map(({ textContent }) => textContent);
  });
}

/** Gives the shop a product, a buyer and an order that are longer than others; answers their views. */
async function lengthen(shop) {
  const key = await tillbox(["key", "create", "--role", "admin", "--data", shop.data]);
  const post = (path, body) => ask(shop.url, key, "POST", path, body);
  const long = "Donaudampfschifffahrtsgesellschaftskapitänsmützenständer";
  await ask(shop.url, key, "PATCH", "/settings", { name: `${long} & Töchter` });
  const sizes = ["Kleinkindgröße", "Übergröße"];
  const { id, variants } = await post("/products", {
    name: long, tags: [long], vendor: long,
    options: [{ name: "Ausführungsbezeichnung", values: sizes }],
    variants: sizes.map((value) => ({
      options: { Ausführungsbezeichnung: value }, price: "123456.78", stock: 1_000_000, sku: `${long.slice(0, 30)}-${value}`,
    })),
  });
  const email = `${"vorname-nachname-".repeat(3)}x@unterabteilung.beispielunternehmen.example`;
  const name = "Maximiliane-Alexandrina Freifrau von Hohenlohe-Waldenburg-Schillingsfürst";
  const customer = await post("/customers", { name, email });
  const order = await post("/orders", {
    items: [{ product_id: id, variant_id: variants[0].id, quantity: 9 }], customer_id: customer.id,
    shipping_address: { name, line1: long, postal_code: "74638", city: long, country: "DE" },
  });
  await post(`/orders/${order.id}/payments`, { method: "bank_transfer", amount: "5.00" });
  return {
    long_product: `#/products/${id}`, long_customer: `#/customers/${customer.id}`,
    long_order: `#/orders/${order.id}`, long_unpaid: "#/orders?tab=unpaid",
  };
}
