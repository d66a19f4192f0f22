// A shop for a test: the program in a folder of its own, and a browser that watches for what must
// never happen: an error in the console, a request to somewhere else, a report of the policy, a
// dialog.

import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const PROGRAM = process.env.PROGRAM;
/** The browser, and how it is started. */
export const CHROMIUM = "/usr/bin/chromium";
export const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
const NO_LIMITS = ["LOGINS", "SIGN_UPS", "ORDERS", "QUOTES"].map((name) => [`TILLBOX_LIMITS_${name}`, "0"]);

/** Whether this is the round that is made often: fewer words, screens and repetitions. */
export const SHORT = process.env.TILLBOX_SHORT === "1";
export const OWNER = "owner@example.org";
export const PASSWORD = "a loaf of rye, sliced";

// A test that fails does not come to its end; its shop does.
const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill("SIGTERM")));

/** Starts the program; answers its address, what it said after that, and how to stop it. */
export async function serve({ command = "serve", folder, port = 0, more = [], env: own = {} } = {}) {
  const data = folder ?? mkdtempSync(join(process.env.FOLDER, "shop-"));
  const args = [command, "--data", data, "--port", String(port), ...more];
  const env = { ...process.env, ...Object.fromEntries(NO_LIMITS), TILLBOX_LOG: "quiet", ...own };
  const child = spawn(PROGRAM, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  running.add(child);
  const said = [];
  const url = await new Promise((resolve, reject) => {
    child.on("exit", (code) => reject(new Error(`the shop ended with ${code}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      said.push(line);
      const found = line.match(/is listening on (http\S+)/);
      if (found) setTimeout(() => resolve(found[1]), 200);
    });
  });
  const stop = () => new Promise((resolve) => {
    child.removeAllListeners("exit");
    child.on("exit", resolve);
    child.kill("SIGTERM");
    running.delete(child);
  });
  return { url, said, stop, data };
}

/** Runs a command of the program to its end. */
export function tillbox(args, input = "") {
  return new Promise((resolve, reject) => {
    const child = spawn(PROGRAM, args, { stdio: ["pipe", "pipe", "inherit"] });
    let out = "";
    child.stdout.on("data", (data) => { out += data; });
    child.on("exit", (code) => (code === 0 ? resolve(out.trim()) : reject(new Error(`${args} ended with ${code}`))));
    // One that reads nothing may be through before.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

let browser = null;

export async function open() {
  browser ??= await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  return browser;
}

export const close = () => browser?.close();

/** A page of a person, and what it must not see; `expected` are errors that the test brings about. */
export async function person(url, options = {}) {
  const context = await (await open()).newContext({
    // What a worker keeps is asked for behind the back of a test.
    locale: "en-GB", viewport: { width: 1440, height: 900 }, serviceWorkers: "block", ...options,
  });
  // Over plain http, pages of this machine alone may have it.
  const isHere = url.includes("//127.0.0.1");
  if (isHere) await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: url });
  return watched(await context.newPage(), url, [], []);
}

/** One more tab of the same browser, whose trouble is that of the first. */
export const tab = async (page, url) =>
  watched(await page.context().newPage(), url, page.trouble, page.allow);

function watched(page, url, trouble, allow) {
  page.setDefaultTimeout(15000);
  page.allow = allow;
  const allowed = (text) => page.allow.some((pattern) => pattern.test(text));
  page.on("console", (message) => {
    const text = `${message.text()} ${message.location().url}`;
    if (message.type() === "error" && !allowed(text)) trouble.push(text);
  });
  page.on("pageerror", (error) => trouble.push(String(error)));
  page.on("dialog", (dialog) => { trouble.push(`a dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => {
    const there = request.url();
    if (!there.startsWith(url) && !there.startsWith("data:") && !there.startsWith("blob:")) trouble.push(`asked ${there}`);
  });
  page.trouble = trouble;
  return page;
}

/** Signs in through the page. */
export async function signIn(page, url, email = OWNER) {
  await page.goto(`${url}/admin`);
  await page.locator('input[type="email"]').fill(email);
  await page.locator('input[type="password"]').fill(PASSWORD);
  await page.locator("main button.primary").click();
  await page.locator("nav.main-nav").waitFor();
}

/** Asks the shop as a program does. */
export async function ask(url, key, method, path, body) {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(key ? { Authorization: `Bearer ${key}` } : {}),
      ...(body ? { "Content-Type": "application/json" } : {}),
    },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : null;
}
