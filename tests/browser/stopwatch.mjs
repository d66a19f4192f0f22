// A browser to measure with: a person's has no tool that listens to its network and its styles, so
// this one is spoken to over its own pipe, and says no more than what the page itself says.
// https://chromedevtools.github.io/devtools-protocol/

import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { CHROMIUM, FLAGS } from "./shop.mjs";

const SIZE = { width: 1440, height: 900 };
const CALM_MILLIS = 1000;
const LONGEST_MILLIS = 30_000;

/** Starts the browser; answers `view`, which measures one view, and `close`. */
export function stopwatch() {
  const folder = mkdtempSync(join(process.env.FOLDER, "browser-"));
  const child = spawn(CHROMIUM,
    [...FLAGS, "--headless=new", "--lang=en-GB", "--remote-debugging-pipe", `--user-data-dir=${folder}`],
    { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const end = () => child.kill("SIGTERM");
  process.on("exit", end);
  const pipe = over(child.stdio[3], child.stdio[4]);
  const close = () => new Promise((resolve) => {
    process.off("exit", end);
    child.on("exit", resolve);
    pipe.send("Browser.close");
  });
  return { view: (asked) => view(pipe, asked), close };
}

/**
 * Milliseconds from the navigation to the frame in which `there` stands on the page, by the page's
 * own clock, on a processor `slower` times as slow, in a browser that has never been here but for
 * `before`, a script that signs in.
 */
async function view(pipe, { url, path, there, before, slower }) {
  const { browserContextId } = await pipe.send("Target.createBrowserContext");
  const { targetId } = await pipe.send("Target.createTarget",
    { url: "about:blank", browserContextId, ...SIZE });
  const { sessionId } = await pipe.send("Target.attachToTarget", { targetId, flatten: true });
  const page = (method, params) => pipe.send(method, params, sessionId);
  await page("Runtime.enable");
  await page("Page.enable");
  await page("Page.navigate", { url: `${url}/health` });
  await page("Page.addScriptToEvaluateOnNewDocument", { source: `(${watch})(${JSON.stringify(there)})` });
  const { exceptionDetails } = await page("Runtime.evaluate", { expression: before, awaitPromise: true });
  if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
  await page("Emulation.setCPUThrottlingRate", { rate: slower });
  // What it takes a browser to begin, and to end what was before, is not the page's.
  await pause(CALM_MILLIS);
  const said = heard(pipe, sessionId);
  await page("Page.navigate", { url: url + path });
  const millis = await said;
  await pipe.send("Target.disposeBrowserContext", { browserContextId });
  return Math.round(millis);
}

/** Runs in the page. Nothing is asked of it meanwhile, which would take its time as well. */
function watch(there) {
  const seen = () => document.querySelector("main h1") && document.querySelector(there);
  // After what was drawn for it: the frame in which a person sees it.
  const say = () => console.info("there", performance.now());
  const observer = new MutationObserver(() => {
    if (!seen()) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(say));
  });
  observer.observe(document, { childList: true, subtree: true });
}

/** The time the page says; an error of the page or a view that never comes is an error here. */
function heard(pipe, sessionId) {
  return new Promise((resolve, reject) => {
    const never = setTimeout(() => done(reject, new Error("the view never came")), LONGEST_MILLIS);
    const forget = pipe.hear((message) => {
      if (message.sessionId !== sessionId) return;
      const { method, params } = message;
      if (method === "Runtime.exceptionThrown") done(reject, new Error(JSON.stringify(params)));
      if (method !== "Runtime.consoleAPICalled") return;
      const [word, millis] = params.args.map(({ value }) => value);
      if (params.type === "error") done(reject, new Error(String(word)));
      if (word === "there") done(resolve, millis);
    });
    function done(how, what) {
      clearTimeout(never);
      forget();
      how(what);
    }
  });
}

/** Messages are JSON, each ended by a zero byte. */
function over(input, output) {
  const waiting = new Map();
  const hearers = new Set();
  let last = 0;
  let rest = "";
  output.setEncoding("utf8").on("data", (data) => {
    const messages = (rest + data).split("\0");
    rest = messages.pop();
    messages.map((text) => JSON.parse(text)).forEach(take);
  });
  function take(message) {
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (!asked) hearers.forEach((hear) => hear(message));
    else if (message.error) asked.reject(new Error(message.error.message));
    else asked.resolve(message.result);
  }
  const send = (method, params = {}, sessionId = undefined) => new Promise((resolve, reject) => {
    last += 1;
    waiting.set(last, { resolve, reject });
    input.write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
  });
  const hear = (hearer) => {
    hearers.add(hearer);
    return () => hearers.delete(hearer);
  };
  return { send, hear };
}
