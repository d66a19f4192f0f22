// The page: who is signed in, which view the address asks for, and what stays around every view.

import { onTrouble } from "./api.js";
import { fill, h, words } from "./dom.js";
import { listen } from "./events.js";
import { bindKeys } from "./keys.js";
import { current, onMove, start } from "./router.js";
import { forget, load, me, shop } from "./session.js";
import { t } from "./texts.js";
import { fixtures, run } from "./ui.js";

const main = h("main", { id: "main", tabindex: "-1" });
const banner = h("div", { class: "banner", role: "alert", hidden: true });
const fresh = h("div", { role: "status" });
const nav = h("nav", { class: "main-nav", "aria-label": t("sections") });

const SECTIONS = [
  ["today", "#/today"],
  ["orders", "#/orders"],
  ["products", "#/products"],
  ["customers", "#/customers"],
  ["discounts", "#/discounts"],
  ["sales", "#/sales"],
  ["settings", "#/settings"],
];

function drawNav() {
  const open = current().path.split("/")[0];
  fill(nav,
    h("a", { class: "brand", href: "#/today" }, words(shop().name)),
    SECTIONS.map(([name, href]) =>
      h("a", { href, "aria-current": name === open ? "page" : null }, t(`section.${name}`))),
    h("a", { class: "quiet", href: "#/account" }, t("section.account")));
}

/** Shows the view of the address. A view is a module whose `show` answers what stands in main. */
async function draw() {
  const { module, path } = current();
  const asked = location.hash;
  if (!me() && module !== "sign_in" && module !== "setup") {
    const view = await import("./views/sign_in.js");
    nav.parentElement.hidden = true;
    fill(main, await view.show());
    return;
  }
  nav.parentElement.hidden = !me();
  drawNav();
  const view = await run(async () => {
    const { show } = await import(`./views/${module}.js`);
    return show(current());
  });
  if (location.hash !== asked || !view) return;
  fill(main, view);
  const heading = main.querySelector("h1");
  document.title = `${heading?.textContent ?? t(`section.${path.split("/")[0]}`)} – ${shop().name}`;
  main.querySelector("[autofocus]")?.focus();
}

/** Starts, or starts again after somebody signed in or out. */
export async function begin() {
  await run(load);
  if (me()) listen(fresh);
  await draw();
}

onTrouble((what) => {
  if (what === "offline") fill(banner, t("offline")).hidden = false;
  if (what === "online") banner.hidden = true;
  if (what === "signed_out" && me()) {
    // What was typed is kept as a draft, and the view comes back after the sign-in.
    forget();
    draw();
  }
});

function warnOfPlainHttp() {
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
  return location.protocol === "http:" && !local && h("div", { class: "banner warn" }, t("plain_http"));
}

document.documentElement.lang = t("lang");
document.body.append(
  h("a", { class: "skip", href: "#main", onclick: (event) => { event.preventDefault(); main.focus(); } }, t("skip")),
  h("header", { class: "top" }, nav), ...[warnOfPlainHttp()].filter(Boolean), banner, fresh, main, ...fixtures());
onMove(draw);
bindKeys();
start();
begin();
