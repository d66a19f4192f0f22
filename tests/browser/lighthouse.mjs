// What Lighthouse says of the page of the API on a phone. How quick it is depends on the machine: that
// is printed, and asked for only with TILLBOX_SPEED=1. Not in the short round.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CHROMIUM, FLAGS, SHORT, serve } from "./shop.mjs";

const SCORE_MIN = 95;
const SPEED = process.env.TILLBOX_SPEED === "1";
const ROUNDS = SPEED ? 3 : 1;
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];

export async function the_page_of_the_api_is_quick_and_fit_on_a_phone() {
  if (SHORT) return;
  const shop = await serve();
  const rounds = Array.from({ length: ROUNDS }, () => ask(`${shop.url}/docs`));
  await shop.stop();
  // The median round by its speed.
  rounds.sort((one, other) => one.performance - other.performance);
  const { blocking, ...scores } = rounds[Math.floor(ROUNDS / 2)];
  console.log(`      ${JSON.stringify(scores)}, busy for ${blocking} ms`);
  const low = Object.entries(scores)
    .filter(([name, score]) => score < SCORE_MIN && (SPEED || name !== "performance"));
  assert.deepEqual(low, []);
}

function ask(url) {
  const path = join(process.env.FOLDER, "lighthouse.json");
  const flags = ["--headless=new", ...FLAGS].join(" ");
  const args = [
    url, "--quiet", "--no-enable-error-reporting", `--chrome-flags=${flags}`,
    `--only-categories=${CATEGORIES.join(",")}`, "--output=json", `--output-path=${path}`,
  ];
  const env = { ...process.env, CHROME_PATH: CHROMIUM };
  const { status, stderr } = spawnSync("node_modules/.bin/lighthouse", args, { env, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const { categories, audits } = JSON.parse(readFileSync(path, "utf8"));
  const scores = CATEGORIES.map((name) => [name, Math.round(categories[name].score * 100)]);
  const blocking = Math.round(audits["total-blocking-time"].numericValue);
  return { ...Object.fromEntries(scores), blocking };
}
