// The sections of the page: a line above it on a desk, a bar under the thumb on a phone.

import { fill, h, words } from "./dom.js";
import { current } from "./router.js";
import { shop } from "./session.js";
import { t } from "./texts.js";

const SECTIONS = [
  ["today", "M4 11l8-7 8 7v9h-5v-6H9v6H4z"],
  ["orders", "M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6"],
  ["products", "M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8"],
  ["customers", "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20c1-4 4-5 8-5s7 1 8 5"],
];
// What stands behind "More" where there is no room.
const REST = ["discounts", "sales", "settings", "account"];
const MORE = "M5 12h.01M12 12h.01M19 12h.01";

const brand = h("a", { class: "brand", href: "#/today" });
const nav = h("nav", { class: "main-nav", "aria-label": t("sections") });
export const header = h("header", { class: "top", hidden: true }, brand, nav);

const icon = (d) => h("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, h("path", { d }));

export function drawNav() {
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
