// A shop front on another origin buys from the shop with nothing but a browser's fetch.

import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { ask, person, serve, tillbox } from "./shop.mjs";

const FILES = { "/": ["index.html", "text/html"], "/front.js": ["front.js", "text/javascript"] };
const METHODS = [
  { code: "parcel", name: "Parcel", countries: ["DE"], price: "4.90", needs_address: true },
  { code: "abroad", name: "Abroad", countries: ["FR", "US"], price: "14.90", needs_address: true },
];
/** Both origins are on this machine; to anywhere else nothing must go. */
const HERE = "http://127.0.0.1";

export async function a_shop_front_on_another_origin_lists_filters_quotes_buys_and_tracks() {
  await withFront(async (origin) => {
    const shop = await serve({ command: "demo", env: { TILLBOX_CORS_ORIGINS: origin } });
    const key = await tillbox(["key", "create", "--role", "admin", "--data", shop.data]);
    await ask(shop.url, key, "PATCH", "/settings", { shipping_methods: METHODS });
    const page = await person(HERE);
    await page.goto(`${origin}/?shop=${shop.url}`);
    const goods = page.locator("#goods li");
    await goods.first().waitFor();
    assert.equal(await goods.count(), 5);
    const price = (text) => Number(text.match(/, ([\d.]+) /)[1]);
    const prices = async () => (await goods.allTextContents()).map(price);
    // The dearest of them goes, and others come that are cheaper.
    const most = Math.max(...await prices()) - 0.01;
    await page.getByLabel("At most").fill(most.toFixed(2));
    await page.getByRole("button", { name: "Show" }).click();
    await page.waitForFunction((most) => [...document.querySelectorAll("#goods li")]
      .every((it) => parseFloat(it.textContent.split(", ").at(-1)) <= most), most);
    assert.equal(await goods.count(), 5);

    // Each has its picture, which the browser gets from the shop.
    const pictures = page.locator("#goods img");
    assert.equal(await pictures.count(), 5);
    await page.waitForFunction(() => [...document.images].every((it) => it.complete && it.naturalWidth >= 160));
    await page.getByLabel("At most").fill("");
    const show = async (names) => {
      await page.getByRole("button", { name: "Show" }).click();
      await page.waitForFunction((names) => names.join() ===
        [...document.querySelectorAll("#goods li")].map((it) => it.textContent.split(", ")[0]).join(), names);
    };
    await page.getByLabel("From").selectOption("– Coffee and tea");
    await show(["Earl Grey tea", "Ground coffee"]);
    await page.getByLabel("Search").fill("groun cof");
    await show(["Ground coffee"]);
    await page.getByLabel("From").selectOption("everything");
    await page.getByLabel("Search").fill("STONEW");
    await show(["Stoneware mug"]);
    await page.getByLabel("Search").fill("mug \" OR *");
    await show([]);
    await page.getByLabel("Search").fill("");
    await page.getByRole("button", { name: "Show" }).click();
    await goods.nth(4).waitFor();

    await goods.first().getByRole("button").click();
    await goods.first().getByRole("button").click();
    const [sum, said, track] = ["#sum", "#said", "#track"].map((id) => page.locator(id));
    await sum.filter({ hasText: "Parcel 4.90" }).waitFor();
    await page.getByLabel("Country").selectOption("US");
    await sum.filter({ hasText: "Abroad 14.90" }).waitFor();
    assert.ok(!(await sum.textContent()).includes("Parcel"));

    // What is missing is told in sentences that the buyer reads as they are.
    page.allow.push(/status of 422/);
    await page.getByRole("button", { name: "Buy" }).click();
    await said.filter({ hasText: "Enter an e-mail address." }).waitFor();
    for (const sentence of ["Enter a name.", "Enter a street and number.", "Enter a town or city."]) {
      assert.ok((await said.textContent()).includes(sentence), sentence);
    }
    for (const [label, text] of Object.entries({
      Name: "Ana Silva", "E-mail": "ana@example.org", Street: "Cais 1", Town: "Lisboa",
    })) {
      await page.getByLabel(label).fill(text);
    }
    await page.getByRole("button", { name: "Buy" }).click();
    await said.filter({ hasText: /Your order is \d+\./ }).waitFor();
    const number = (await said.textContent()).match(/\d+/)[0];
    await track.filter({ hasText: `${number}: We have your order.` }).waitFor();
    assert.deepEqual(page.trouble, []);
    await page.context().close();
    await shop.stop();
  });
}

export async function a_page_of_an_origin_that_was_not_named_reads_nothing() {
  await withFront(async (origin) => {
    const shop = await serve({ command: "demo", env: { TILLBOX_CORS_ORIGINS: "https://shop.example" } });
    const page = await person(HERE);
    page.allow.push(/CORS policy|ERR_FAILED/);
    const refused = page.waitForEvent("requestfailed", (request) => request.url().includes("/products"));
    await page.goto(`${origin}/?shop=${shop.url}`);
    await refused;
    assert.equal(await page.locator("#goods li").count(), 0);
    await page.context().close();
    await shop.stop();
  });
}

/** Serves the files of the front while `use` runs, at an origin of their own. */
async function withFront(use) {
  const server = createServer((request, response) => {
    const [file, type] = FILES[new URL(request.url, HERE).pathname] ?? [];
    if (!file) return response.writeHead(404).end();
    response.writeHead(200, { "Content-Type": type });
    return createReadStream(join(process.env.TESTS, "front", file)).pipe(response);
  });
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  try {
    await use(`${HERE}:${server.address().port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
