// The page: who is signed in, which view the address asks for, and what stays around every view.

import { current, onMove, start } from "./address.js";
import { begin, me, onBegin, onRefusal, onSignedOut, randomKey, shop } from "./api.js";
import { again, settle, toHeading } from "./focus.js";
import { isAway, isMissingPart, look, onTrouble } from "./reach.js";
import { loaded, viewOf } from "./router.js";
import { t } from "./texts.js";
import { fill, fixtures, h, run, words } from "./ui.js";

const SECTIONS = [
  ["today", "M4 11l8-7 8 7v9h-5v-6H9v6H4z"],
  ["orders", "M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6"],
  ["products", "M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8"],
  ["customers", "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20c1-4 4-5 8-5s7 1 8 5"],
];
// The sections behind "More" where there is no room.
const REST = ["discounts", "sales", "settings", "account"];
const MORE = "M5 12h.01M12 12h.01M19 12h.01";

const brand = h("a", { class: "brand", href: "#/today" });
const nav = h("nav", { class: "main-nav", "aria-label": t("sections") });
const header = h("header", { class: "top", hidden: true }, brand, nav);
const main = h("main", { id: "main", tabindex: "-1" });
const banner = h("div", { class: "banner", role: "alert", hidden: true });
const skip = h("a", {
  class: "skip", href: "#main", onclick: (event) => { event.preventDefault(); main.focus(); },
}, t("skip"));
const fresh = h("div", { role: "status" });

const OLD_MILLIS = 10_000;
// So long the page waits for its first view, as both together are laid out in the time of one.
const PATIENCE_MILLIS = 400;
const LATER_MILLIS = 100;
let turns = 0;
let drawn = { places: new Map() };

/** Shows the view of the address. A view is a module whose `show` answers what stands in main. */
async function draw() {
  const { module, path } = current();
  const turn = ++turns;
  if (!me() && module !== "sign_in" && module !== "setup/setup") {
    // While the shop is away nobody knows who is here.
    fill(main, isAway() ? failed() : await (await viewOf("sign_in")).show());
    appear();
    return;
  }
  // It asks the shop for what it shows, which takes longer than all that is done meanwhile.
  const showing = run(() => viewOf(module).then(({ show }) => show(current())).catch(outdated));
  drawNav();
  const waiting = setTimeout(appear, PATIENCE_MILLIS);
  const view = await showing;
  clearTimeout(waiting);
  // Another address was asked for meanwhile, or the same once more.
  if (turn !== turns) return;
  replace(view ?? failed());
  const heading = main.querySelector("h1");
  document.title = `${heading?.textContent ?? t(`section.${path.split("/")[0]}`)} – ${shop().name}`;
}

/** The sections of the page: a line above it on a desk, a bar under the thumb on a phone. */
function drawNav() {
  const open = current().path.split("/")[0];
  const link = (name, ...mark) => h("a", {
    href: `#/${name}`, "aria-current": name === open ? "page" : null,
  }, mark, t(`section.${name}`));
  const show = (on) => more.setAttribute("aria-expanded", String(on));
  const more = h("button", {
    class: ["nav-more", REST.includes(open) && "open"], type: "button",
    "aria-expanded": "false", "aria-controls": "nav-rest",
    onclick: () => show(more.getAttribute("aria-expanded") !== "true"),
  }, icon(MORE), t("sections.more"));
  const rest = h("div", { id: "nav-rest" }, REST.map((name) => link(name)));
  const box = h("div", {
    class: "nav-box",
    onfocusout: ({ relatedTarget: to }) => { if (!box.contains(to)) show(false); },
    onkeydown: ({ key }) => {
      if (key !== "Escape") return;
      show(false);
      more.focus();
    },
  }, more, rest);
  fill(brand, words(shop().name));
  fill(nav, SECTIONS.map(([name, d]) => link(name, icon(d))), box);
}

const icon = (d) => h("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, h("path", { d }));

/** Puts what stays around every view into the page. */
function appear() {
  header.hidden = !me();
  if (main.isConnected) return;
  document.body.append(skip, header, ...warning(), banner, fresh, main, ...fixtures());
}

/** A page that is older than the shop finds its modules no more; its address brings the new one. */
async function outdated(error) {
  if (isMissingPart(error)) {
    await look();
    if (!isAway() && performance.now() > OLD_MILLIS) location.reload();
  }
  throw error;
}

const failed = () => [
  h("h1", { "data-failed": true }, t(isAway() ? "view_away" : "something_wrong")),
  isAway() && h("p", {}, t("view_away_text")),
  h("p", {}, h("button", { onclick: retry }, t("try_again"))),
];

const retry = () => (me() ? draw() : begin());

/** Puts another view into the page, and the eye and the keyboard where they go on. */
function replace(view) {
  const { hash: from, id: before, places } = drawn;
  const lost = document.activeElement;
  places.set(before, scrollY);
  fill(main, view);
  appear();
  // On a phone the tabs are a row that is longer than the screen.
  main.querySelector(".tabs [aria-current]")
    ?.scrollIntoView({ block: "nearest", inline: "center" });
  // A step in the history keeps its number; a new one has none yet, and begins where this one was.
  const id = history.state?.id ?? randomKey();
  history.replaceState({ from, ...history.state, id }, "");
  drawn = { hash: location.hash, id, places };
  if (id !== before) scrollTo(0, places.get(id) ?? 0);
  if (lost !== document.body && lost.isConnected) return;
  const next = (id === before ? again(lost) : followed(from)) || main.querySelector("[autofocus]");
  // Whoever opens the page begins at its top.
  if (next) next.focus({ preventScroll: id !== before && places.has(id) });
  else if (before && id !== before) toHeading();
  else if (lost !== document.body) settle(lost);
}

/** The row of a list that was open before. */
const followed = (from) => from && [...main.querySelectorAll("[data-row] a")]
  .find((link) => link.getAttribute("href") === from);

onBegin(async () => {
  await run(loaded);
  await draw();
  setTimeout(() => run(follow), LATER_MILLIS);
});

/** Fetches what the first view does without: the keys, the news, and what keeps the page. */
async function follow() {
  const coming = [import("./keys.js"), import("./events.js")];
  const [{ bindKeys }, { listen }] = await Promise.all(coming);
  bindKeys();
  if (me()) listen(fresh);
  // A browser that keeps no page goes on without.
  await import("./keeping.js").then(({ keepPage }) => keepPage()).catch(() => {});
}

onTrouble((what) => {
  if (what === "offline") fill(banner, t("offline")).hidden = false;
  if (what !== "online" || banner.hidden) return;
  banner.hidden = true;
  if (main.querySelector("[data-failed]")) retry();
});
onRefusal(async (...refusal) => (await import("./refusals.js")).inWords(...refusal));
onSignedOut(async () => Boolean(me()) && (await import("./views/sign_in.js")).signInAgain());

/** Over plain http anybody on the way can read what is typed here. */
function warning() {
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
  const open = location.protocol === "http:" && !local;
  return open ? [h("div", { class: "banner warn" }, t("plain_http"))] : [];
}

document.documentElement.lang = t("lang");
onMove(draw);
history.scrollRestoration = "manual";
start();
begin();
