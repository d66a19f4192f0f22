// What the shop refuses, in a German page: each at its field, in words of the page, and no sentence
// of the shop itself.

import assert from "node:assert/strict";
import { ADDRESS, BUYER, opened, setupAddress, until } from "./hands.mjs";
import { germanReader, remember, textsOn } from "./only_german.mjs";
import { OWNER, PASSWORD, person, serve, signIn } from "./shop.mjs";

/** A German page that remembers every sentence that the shop refused something with. */
async function german(url) {
  const page = await person(url, { locale: "de-DE" });
  page.allow.push(/status of 4\d\d/);
  page.said = [];
  page.told = remember(page);
  page.on("response", async (response) => {
    if (response.status() < 400) return;
    const problem = await response.json().catch(() => ({}));
    page.said.push(...[problem, ...problem.errors ?? []].map(({ detail }) => detail));
  });
  return page;
}

const visible = (page) => page.locator("body").innerText();

/** The page says this, and nothing of what the shop said. */
async function says(page, ...sentences) {
  for (const sentence of sentences) {
    await until(async () => (await visible(page)).includes(sentence), sentence)
      .catch(async (error) => { throw new Error(`${error.message}\n${page.said.join("\n")}`); });
  }
  const text = await visible(page);
  assert.deepEqual(page.said.filter((said) => said && text.includes(said)), []);
  page.foreign ??= await germanReader(page, page.told);
  assert.deepEqual(page.foreign(await textsOn(page)), []);
}

async function inAShop(work) {
  const shop = await serve();
  const { call } = await opened(shop);
  await call("POST", "/products",
    { name: "Becher", price: "9.95", sku: "BECHER", stock: 22, weight_grams: 300 });
  const page = await german(shop.url);
  // Names that this test gave, whether or not the page has heard of them before it says them.
  for (const name of ["BECHER", "test"]) page.told.add(name);
  await signIn(page, shop.url);
  const at = async (hash) => {
    await page.goto("about:blank");
    await page.goto(`${shop.url}/admin${hash}`);
    await page.locator("main h1").waitFor();
  };
  await work({ shop, call, page, at, set: setter(page) });
  assert.deepEqual(page.trouble, []);
  await page.context().close();
  await shop.stop();
}

/** Fills fields by the names that the shop has for them, and sends the form that they are in. */
const setter = (page) => async (values, place = "main") => {
  let control;
  for (const [name, value] of Object.entries(values)) {
    control = page.locator(`${place} [name="${name}"]`).last();
    if (await control.evaluate((one) => one.tagName === "SELECT")) await control.selectOption(value);
    else await control.fill(value);
  }
  await control.evaluate(({ form }) => form.querySelector("button.primary").click());
};

const faultOf = (page, name) => page.locator(`[name="${name}"]`).last()
  .evaluate((control) => document.getElementById(`${control.id}-fault`).textContent);

export const at_the_door_it_says_in_german_what_is_wrong = async () => {
  const shop = await serve();
  const page = await german(shop.url);
  const set = setter(page);
  await page.goto(`${shop.url}/admin#setup=0123456789abcdef0123456789abcdef`);
  await page.locator("main h1").waitFor();
  await set({ "/shop_name": "Laden", "/country": "DE", "/email": "x", "/password": "kurz" });
  await says(page, "Das ist keine E-Mail-Adresse.", "Mindestens 8 Zeichen.");
  await set({ "/email": OWNER, "/password": PASSWORD });
  await says(page, "Der Code ist falsch oder abgelaufen.");
  await page.goto("about:blank");
  await page.goto(await setupAddress(shop));
  await page.locator("main h1").waitFor();
  await set({ "/shop_name": "Laden", "/country": "DE", "/email": OWNER, "/password": PASSWORD });
  await page.locator("nav.main-nav").waitFor();
  await page.context().clearCookies();
  await page.goto("about:blank");
  await page.goto(`${shop.url}/admin`);
  await set({ "/email": OWNER, "/password": "falsch geraten" });
  await says(page, "Die E-Mail oder das Passwort ist falsch.");
  assert.deepEqual(page.trouble, []);
  await page.context().close();
  await shop.stop();
};

export const goods_and_their_stock_say_in_german_what_they_want = () =>
  inAShop(async ({ page, at, set, call }) => {
    await at("#/products/new");
    await set({ "/name": "", "/price": "viel", "/stock": "3,5", "/sku": "BECHER" });
    assert.equal(await faultOf(page, "/price"), "Tragen Sie einen Betrag ein, etwa 39,90.");
    assert.equal(await faultOf(page, "/stock"), "Tragen Sie eine ganze Zahl ein, etwa 3.");
    await set({ "/name": "", "/price": "9,955", "/stock": "3" });
    await says(page, "Bitte füllen Sie dieses Feld aus.",
      "Nach dem Komma höchstens so viele Stellen: 2.");
    await set({ "/name": "Tasse", "/price": "9,95" });
    await says(page, "„BECHER“ gibt es schon.");
    await at("#/products/1");
    await page.locator("details.adding summary").click();
    await set({ "/delta": "30" });
    await page.locator("main td", { hasText: "+30" }).waitFor();
    await page.locator("select[name=how]").selectOption("take");
    await set({ "/delta": "90" });
    await says(page, "Der Bestand kann nicht unter null fallen; da ist: 52.");
    await at("#/products");
    const stock = page.locator("main input[name=stock]");
    for (const typed of ["3,5", "+x", "--2"]) {
      await stock.fill(typed);
      await stock.press("Enter");
      await says(page, "Becher: Tragen Sie eine ganze Zahl ein, etwa +10, -2 oder 17.");
      assert.equal(await stock.inputValue(), typed);
      await page.locator(".toast button.icon").last().click();
    }
    const price = page.locator("main input[name=price]");
    await price.fill("teuer");
    await price.press("Enter");
    await says(page, "Becher: Tragen Sie einen Betrag ein, etwa 39,90.");
    await at("#/products/collections/new");
    await set({ "/name": "Brot", "/handle": "Brot & Co" });
    await says(page, "Kleine Buchstaben, Ziffern und Bindestriche");
  });

export const orders_say_in_german_what_is_not_possible = () =>
  inAShop(async ({ page, at, set, call }) => {
    const order = await call("POST", "/orders", {
      items: [{ product_id: 1, quantity: 2 }], customer: BUYER, shipping_address: ADDRESS,
    });
    await call("POST", `/orders/${order.id}/payments`, { method: "cash" });
    await at(`#/orders/${order.id}`);
    const open = (name) => page.getByRole("button", { name }).first().click();
    await open("Erstatten …");
    await page.getByLabel("Ein anderer Betrag").check();
    await set({ "/amount": "100", "/reason": "Kratzer" }, "dialog");
    await says(page, "So lassen sich noch 19,90\u00a0€ erstatten.");
    await set({ "/amount": "zwei" }, "dialog");
    await says(page, "Tragen Sie einen Betrag ein, etwa 39,90.");
    await page.keyboard.press("Escape");
    await open("Stornieren …");
    await page.getByLabel("Einen Teil").check();
    await page.locator("dialog fieldset.units input").fill("0");
    await set({ "/reason": "Ausverkauft" }, "dialog");
    await says(page, "Wählen Sie mindestens eines.");
    await page.locator("dialog fieldset.units input").fill("7");
    await page.locator("dialog button.primary").click();
    await says(page, "Übrig von „Becher“: 2.");
    await page.keyboard.press("Escape");
    await call("POST", `/orders/${order.id}/shipments`,
      { carrier: "DHL", tracking_number: "JJD000390" });
    await at(`#/orders/${order.id}`);
    await page.getByRole("button", { name: /^Sendungsnummer/ }).click();
    await set({ "/tracking_number": "JJD000391", "/expected_delivery_date": "2020-01-01" }, "dialog");
    await says(page, "Bestellt wurde erst am");
    await at("#/orders/new");
    await page.locator("main button.primary").click();
    await says(page, "Nennen Sie mindestens einen Artikel.");
    await at("#/sales?from=2026-05-02&to=2026-05-01&interval=day");
    await says(page, "Das Ende liegt vor dem Anfang.");
  });

export const people_and_codes_say_in_german_what_they_want = () =>
  inAShop(async ({ page, at, set, call }) => {
    await call("POST", "/customers", BUYER);
    await call("POST", "/discounts", { code: "SOMMER10", type: "percent", value: "10" });
    await at("#/customers/1");
    await set({ "/name": "", "/email": "ana", "/phone": "x" });
    await says(page, "Bitte füllen Sie dieses Feld aus.", "Das ist keine E-Mail-Adresse.",
      "Tragen Sie eine Telefonnummer ein");
    await at("#/settings/staff");
    await set({ "/email": OWNER, "/password": PASSWORD });
    await says(page, "Diese E-Mail hat schon jemand.");
    await page.getByRole("button", { name: /^Ändern: / }).first().click();
    await set({ "/role": "staff" }, "dialog");
    await says(page, "Das ist der einzige Inhaber.");
    await at("#/discounts/new");
    await set({ "/code": "zwei Worte", "/value": "101" });
    await says(page, "Der Code hat keine Leerzeichen", "Tragen Sie 0 bis 100 ein.");
    await set({ "/code": "sommer10", "/value": "7,5" });
    await says(page, "Diesen Code gibt es schon.");
    await set({ "/code": "HERBST", "/value": "7,5", "/starts_at": "2026-05-02",
      "/ends_at": "2026-05-01" });
    await says(page, "Der letzte Tag liegt vor dem ersten.");
  });

export const settings_say_in_german_what_they_want = () =>
  inAShop(async ({ page, at, set }) => {
    const wrong = [
      ["shop", { "/public_url": "laden" }, "Tragen Sie eine ganze Adresse ein"],
      ["shop", { "/order_number_prefix": "R1" }, "am Ende keine Ziffer"],
      ["shop", { "/order_number_start": "viele" }, "Tragen Sie eine ganze Zahl ein, etwa 3."],
      ["payments", { "/bank_account/iban": "DE00 1" }, "Das ist keine IBAN."],
      ["shipping", {
        "/shipping_methods/0/delivery_days_min": "9", "/shipping_methods/0/delivery_days_max": "2",
      }, "Das sind mehr Tage als die höchstens."],
      ["window", { "/window/accent": "#eeeeee" }, "Weiße Schrift darauf ist schlecht zu lesen."],
      ["card", { "/card/secret_key": "pk_1" }, "Das ist kein geheimer Schlüssel."],
      ["mail", { "/mail/host": "a b", "/mail/from": "x" }, "Tragen Sie den Namen eines Servers ein"],
      ["documents", { "/retention_years": "999" }, /Tragen Sie \d+ bis \d+ ein\./],
      ["mail_texts?kind=order_paid", { "/text": "{% if %}" }, "Zeile 1 lässt sich nicht ausfüllen."],
    ];
    for (const [part, values, sentence] of wrong) {
      await at(`#/settings/${part}`);
      await set(values);
      if (sentence instanceof RegExp) {
        await until(async () => sentence.test(await visible(page)), String(sentence));
      }
      await says(page, ...(sentence instanceof RegExp ? [] : [sentence]));
    }
  });
