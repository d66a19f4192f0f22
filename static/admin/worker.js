// Stands between the page and the shop, so that the page opens while the shop is away. Its address
// is asked of the shop first; its files have the hash of the program in theirs and never change.

const NAME = "page";
const PAGE = "/admin";
// The list of the page's icons has the name of the shop, which changes.
const FIXED = /^\/admin\/[0-9a-f]+\//;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", (event) => event.waitUntil(keep(event.data)));
addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.method !== "GET") return;
  if (pathname === PAGE) event.respondWith(latest(event.request));
  else if (FIXED.test(pathname)) event.respondWith(kept(event.request));
});

/** The page as the shop sends it, or as it was when the shop was last there. */
async function latest(request) {
  const cache = await caches.open(NAME);
  try {
    return await stored(cache, PAGE, await fetch(request));
  } catch (error) {
    return await cache.match(PAGE) ?? Promise.reject(error);
  }
}

async function kept(request) {
  const cache = await caches.open(NAME);
  return await cache.match(request) ?? stored(cache, request, await fetch(request));
}

async function stored(cache, key, response) {
  if (response.ok) await cache.put(key, response.clone());
  return response;
}

/** Keeps what was loaded before this worker was there, and nothing of another program. */
async function keep({ base, files }) {
  const cache = await caches.open(NAME);
  for (const { url } of await cache.keys()) {
    if (new URL(url).pathname !== PAGE && !url.startsWith(base)) await cache.delete(url);
  }
  await cache.addAll([PAGE, ...files]);
}
