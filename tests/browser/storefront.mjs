// The shop front that docs/storefront.md shows, as somebody would save and serve it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { ask, person, serve, tillbox } from "./shop.mjs";

const GUIDE = join(process.env.TESTS, "../../docs/storefront.md");
/** Both origins are on this machine; to anywhere else nothing must go. */
const HERE = "http://127.0.0.1";

export async function the_shop_front_of_the_documentation_sells_once() {
  const [, html] = readFileSync(GUIDE, "utf8").match(/```html\n([\s\S]*?)```/);
  assert.ok(html.split("\n").length <= 90, "it is told to be short");
  let shop = null;
  const front = createServer((_, answer) => {
    answer.setHeader("Content-Type", "text/html");
    answer.end(html.replace("http://127.0.0.1:8000", shop.url));
  });
  await new Promise((resolve) => front.listen(0, "127.0.0.1", resolve));
  const origin = `${HERE}:${front.address().port}`;
  shop = await serve({ command: "demo", env: { TILLBOX_CORS_ORIGINS: origin } });
  const key = await tillbox(["key", "create", "--role", "admin", "--data", shop.data]);
  const count = async () => (await ask(shop.url, key, "GET", "/orders?count=true&limit=1")).count;
  const before = await count();

  const page = await person(HERE);
  await page.goto(origin);
  const add = page.locator("#goods li", { hasText: "Picnic blanket" }).getByRole("button");
  await add.click();
  await page.locator("#total", { hasText: "54.00 EUR" }).waitFor();
  await add.click();
  await page.locator("#total", { hasText: "108.00 EUR" }).waitFor();
  await page.getByRole("button", { name: "one less" }).click();
  await page.locator("#total", { hasText: "54.00 EUR" }).waitFor();
  await page.getByLabel("Name").fill("Ana Silva");
  await page.getByLabel("E-mail").fill("ana@example.org");
  await page.getByRole("button", { name: "Order with obligation to pay" }).dblclick();
  await page.locator("#told", { hasText: /Your order is \d+\./ }).waitFor();
  assert.equal(await count(), before + 1);
  assert.deepEqual(page.trouble, []);
  await page.context().close();
  await shop.stop();
  front.close();
}
