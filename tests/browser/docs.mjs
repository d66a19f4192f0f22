// The page of the API: every command that it shows is answered as it says by a sample shop, it can
// be read without a script, it is drawn when it is looked at, and it is fit for every screen.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "./hands.mjs";
import { look, picture } from "./looking.mjs";
import { SHORT, open, person, serve } from "./shop.mjs";

const SIZES = { phone: [360, 740], tablet: [820, 1180], desk: [1440, 900] };
const SHORT_SCREENS = ["phone light", "desk dark"];
/** What is looked at; all of it is drawn then. */
const PLACES = ["page", "checkout-errors", "checkout-limits", "credentials", "place_order", "object-Order"];
const SETTLED_MS = 300;
const OPERATIONS_MIN = 90;
/** Nodes of the page before anybody reads on; all of it drawn has five times as many. */
const NODES_MAX = 5000;
/** The wait for the commands; the feed of events takes two seconds of it. */
const COMMANDS_MS = 50_000;

export async function every_command_is_answered_by_the_sample_shop_as_the_page_says() {
  const shop = await serve({ command: "demo" });
  const page = await person(shop.url);
  await go(page, shop.url);
  await page.keyboard.press("Control+f");
  const blocks = await page.locator("figure.code").evaluateAll((figures) => figures.map((figure) => ({
    title: figure.querySelector("figcaption span").textContent,
    text: figure.querySelector("code").textContent,
    of: figure.closest("[id]").id,
  })));
  const operations = await page.locator(".operation").evaluateAll((all) => all.map(({ id }) => id));
  assert.ok(operations.length >= OPERATIONS_MIN, `${operations.length} operations`);
  const commands = blocks.filter(({ title }) => /^Shell($| ·)/.test(title));
  assert.deepEqual(operations.filter((id) => commands.filter(({ of }) => of === id).length !== 1), []);

  const answers = run(commands.map(({ text }) => filled(text, shop.said)));
  const told = commands.filter(({ title }) => title.includes("answers"));
  const wrong = commands.flatMap(({ title, of }, i) => {
    const said = title.match(/answers (\d+)/)?.[1];
    const { statuses } = answers[i];
    const is = said ? statuses.length && statuses.every((status) => status === said) : !statuses.length;
    return is ? [] : [`${of}: ${title}, and was answered ${statuses.join(", ")} ${answers[i].body.slice(0, 300)} ${answers[i].said.slice(-400)}`];
  });
  console.log(`      ${told.length - wrong.length} of ${told.length} commands`);
  assert.deepEqual(wrong, []);
  // What the page shows of an answer is what came.
  for (const { text } of blocks.filter(({ title, of }) => of === "checkout" && title.startsWith("Answer"))) {
    const shown = JSON.parse(text);
    const came = answers.map(({ body }) => parsed(body)).find((it) => it?.code === shown.code);
    assert.deepEqual(came, shown);
  }
  assert.deepEqual(page.trouble, []);
  await page.context().close();
  await shop.stop();
}

export async function the_page_can_be_read_without_a_script() {
  const shop = await serve();
  const context = await (await open()).newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${shop.url}/docs#track_order`);
  const text = await page.locator("main").textContent();
  const description = await (await fetch(`${shop.url}/openapi.json`)).json();
  const operations = Object.entries(description.paths).flatMap(([path, item]) =>
    Object.entries(item).filter(([, it]) => it.operationId).map(([method, it]) => [path, method, it]));
  assert.ok(operations.length >= OPERATIONS_MIN);
  for (const [path, method, { summary, operationId }] of operations) {
    const own = await page.locator(`#${operationId}`).textContent();
    for (const part of [summary, `${method.toUpperCase()} ${path}`, "Who:", "Answers:"]) {
      assert.ok(own.includes(part), `${operationId} tells ${part}: ${own}`);
    }
  }
  assert.ok(text.includes("A checkout, step by step") && text.includes("expected_total"));
  await until(() => page.locator("#track_order h3").evaluate(isSeen), "the operation of the address");
  await context.close();
  await shop.stop();
}

export async function an_operation_is_drawn_when_it_is_looked_at() {
  const shop = await serve();
  const page = await person(shop.url);
  await go(page, shop.url);
  const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
  console.log(`      ${nodes} nodes`);
  assert.ok(nodes <= NODES_MAX, `${nodes} nodes`);
  assert.equal(await page.locator("#void_return .samples").count(), 0);
  // By a link, by the search, and by scrolling.
  await page.getByRole("navigation").getByRole("link", { name: "Track" }).first().click();
  await there(page, "track_order");
  await page.keyboard.press("/");
  await page.keyboard.type("expected_total");
  await page.locator("#results a").first().waitFor();
  const found = (await page.locator("#results a").first().getAttribute("href")).slice(1);
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/docs#${found}`);
  await there(page, found);
  await page.locator("#read_docs").scrollIntoViewIfNeeded();
  await page.locator("#read_docs .samples").waitFor();
  await page.goto(`${shop.url}/docs#object-Order`);
  await page.locator("#object-Order[open] .fields").first().waitFor();
  // Paper shows all of it.
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  assert.equal(await page.locator(".waiting").count(), 0);
  assert.equal(await page.locator(".operation:not(:has(.samples))").count(), 0);
  assert.deepEqual(page.trouble, []);
  await page.context().close();
  await shop.stop();
}

export async function the_page_is_fit_for_everybody_on_every_screen() {
  const shop = await serve();
  const wrong = [];
  for (const colorScheme of ["light", "dark"]) {
    for (const [size, [width, height]] of Object.entries(SIZES)) {
      const where = `${size} ${colorScheme}`;
      if (SHORT && !SHORT_SCREENS.includes(where)) continue;
      const page = await person(shop.url, { colorScheme, viewport: { width, height } });
      await go(page, shop.url);
      for (const id of SHORT ? PLACES.slice(-2) : PLACES) {
        await page.goto(`${shop.url}/docs#${id}`);
        await page.waitForTimeout(SETTLED_MS);
        await picture(page, `docs-${id}-${size}-${colorScheme}`, { all: false });
      }
      const found = await look(page, "docs", where, { all: false });
      // The names of fields look like the keys of missing texts.
      wrong.push(...found.filter((what) => !what.includes("no text for")));
      wrong.push(...page.trouble);
      await page.context().close();
    }
  }
  await shop.stop();
  assert.deepEqual([...new Set(wrong)], []);
}

async function go(page, url) {
  await page.goto(`${url}/docs`);
  await page.locator(".operation.waiting").first().waitFor();
}

/** Waits until the operation is drawn, and sees that it is where the reader looks. */
async function there(page, id) {
  await page.locator(`#${id} .samples`).waitFor();
  await page.waitForTimeout(500);
  assert.ok(await page.locator(`#${id} h3`).evaluate(isSeen), `${id} is seen`);
}

function isSeen(element) {
  const { top } = element.getBoundingClientRect();
  return top >= 0 && top < innerHeight;
}

/** The command with what the shop printed when it was started. */
function filled(text, said) {
  const lines = said.map((line) => line.trim());
  const key = lines.find((line) => line.startsWith("tb_admin_"));
  const password = lines.find((line) => /^demo-\w+$/.test(line));
  return text.replace("tb_admin_…", key).replace("demo-…", password);
}

/** Runs the commands in one shell, as somebody pastes them; curl says the status of each answer. */
function run(commands) {
  const folder = mkdtempSync(join(process.env.FOLDER, "commands-"));
  writeFileSync(join(folder, ".curlrc"), 'silent\nshow-error\nwrite-out = "%{stderr}\\n%{http_code}\\n"\n');
  const mark = (i) => `printf '\\n== ${i}\\n'; printf '\\n== ${i}\\n' >&2`;
  const script = commands.map((text, i) => `${mark(i)}\n${text}\n`).join("");
  const env = { ...process.env, CURL_HOME: folder, no_proxy: "*" };
  const done = spawnSync("bash", ["-c", script],
    { cwd: folder, env, encoding: "utf8", timeout: COMMANDS_MS, maxBuffer: 64 * 1024 * 1024 });
  const parts = (text) => text.split(/\n== \d+\n/).slice(1);
  const bodies = parts(done.stdout);
  return parts(done.stderr).map((text, i) =>
    ({ statuses: text.match(/^\d{3}$/gm) ?? [], body: bodies[i].trim(), said: text.trim() }));
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
