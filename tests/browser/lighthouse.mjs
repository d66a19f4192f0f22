// What Lighthouse says on a phone of the page of the API and of the shop window. How quick they
// are depends on the machine: that is printed, and asked for only with TILLBOX_SPEED=1. Not in the
// short round.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sample } from "./buying.mjs";
import { CHROMIUM, FLAGS, SHORT, serve } from "./shop.mjs";

const SCORE_MIN = 95;
const SPEED = process.env.TILLBOX_SPEED === "1";
const ROUNDS = SPEED ? 3 : 1;
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];

/** What buyers see has nothing left to mend. */
const WINDOW_MIN = { "performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100 };

export async function the_page_of_the_api_is_quick_and_fit_on_a_phone() {
  if (SHORT) return;
  const shop = await serve();
  const scores = measure(`${shop.url}/docs`);
  await shop.stop();
  const low = Object.entries(scores)
    .filter(([name, score]) => score < SCORE_MIN && (SPEED || name !== "performance"));
  assert.deepEqual(low, []);
}

export async function the_shop_window_is_quick_and_fit_on_a_phone() {
  if (SHORT) return;
  const shop = await sample();
  // Search engines are told the address of each page where the shop knows its own.
  await shop.call("PATCH", "/settings", { public_url: shop.url });
  const headers = JSON.stringify({ Cookie: await filledCart(shop.url) });
  const low = [];
  for (const [path, more] of [
    ["/", []], ["/p/linen-apron", []], ["/checkout", [`--extra-headers=${headers}`]],
  ]) {
    const scores = measure(shop.url + path, more);
    for (const [name, least] of Object.entries(WINDOW_MIN)) {
      // No search engine shall show a checkout.
      const isAsked = name === "performance" ? SPEED : name !== "seo" || path !== "/checkout";
      if (isAsked && scores[name] < least) low.push([path, name, scores[name]]);
    }
  }
  await shop.stop();
  assert.deepEqual(low, []);
}

/** The cookie of a cart with something in it. */
async function filledCart(url) {
  const answer = await fetch(`${url}/cart`, {
    method: "POST", redirect: "manual", headers: { Origin: url },
    body: new URLSearchParams({ product: "1", variant: "1", quantity: "1" }),
  });
  return answer.headers.get("set-cookie").split(";")[0];
}

/** The scores of the median round by its speed. */
function measure(url, more = []) {
  const rounds = Array.from({ length: ROUNDS }, () => ask(url, more));
  rounds.sort((one, other) => one.performance - other.performance);
  const { blocking, ...scores } = rounds[Math.floor(ROUNDS / 2)];
  console.log(`      ${new URL(url).pathname}: ${JSON.stringify(scores)}, busy for ${blocking} ms`);
  return scores;
}

function ask(url, more) {
  const path = join(process.env.FOLDER, "lighthouse.json");
  const flags = ["--headless=new", ...FLAGS].join(" ");
  const args = [
    url, "--quiet", "--no-enable-error-reporting", `--chrome-flags=${flags}`,
    `--only-categories=${CATEGORIES.join(",")}`, "--output=json", `--output-path=${path}`,
    ...more,
  ];
  const env = { ...process.env, CHROME_PATH: CHROMIUM };
  const { status, stderr } = spawnSync("node_modules/.bin/lighthouse", args, { env, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const { categories, audits } = JSON.parse(readFileSync(path, "utf8"));
  const scores = CATEGORIES.map((name) => [name, Math.round(categories[name].score * 100)]);
  const blocking = Math.round(audits["total-blocking-time"].numericValue);
  return { ...Object.fromEntries(scores), blocking };
}
