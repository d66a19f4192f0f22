// Lets the browser keep the page, so that it opens while the shop is away. A browser does so over
// https and on the shop's own machine, and else not.

import { script } from "./scripts.js";

const BASE = new URL(".", import.meta.url).href;

export async function keepPage() {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  await workers.register(script("worker"), { scope: "/admin" });
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const files = loaded.filter((name) => name.startsWith(BASE));
  (await workers.ready).active.postMessage({ base: BASE, files });
}
