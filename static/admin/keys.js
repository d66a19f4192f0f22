// The keyboard: one key to search, two to go somewhere, j and k through a list, ? for help.

import { go } from "./address.js";
import { dialog } from "./dialog.js";
import { t } from "./texts.js";
import { h } from "./ui.js";

const GO = {
  t: "#/today", o: "#/orders", p: "#/products", c: "#/customers", d: "#/discounts", s: "#/sales",
  n: "#/orders/new",
};
const HELP = [
  ["/", "key.search"], ["g t", "section.today"], ["g o", "section.orders"],
  ["g p", "section.products"], ["g c", "section.customers"], ["g d", "section.discounts"],
  ["g s", "section.sales"], ["g n", "new_order"], ["j k", "key.move"], ["x", "key.tick"],
  ["Enter", "key.open"], ["n", "key.next"], ["u", "undo"], ["Esc", "key.close"], ["?", "key.help"],
];

const FIELDS = "input:not([type=checkbox], [type=radio]), textarea, select, dialog";
const isTyping = (element) => element.closest(FIELDS);
const off = () => localStorage.getItem("keys") === "off";

/** Single keys do something unless they are switched off (WCAG 2.1.4). */
export const keysOn = () => !off();
export const switchKeys = (on) => localStorage.setItem("keys", on ? "on" : "off");

const WAIT_MILLIS = 1500;
let waiting = 0;

/** Listens to the keys; more than once is once. */
export const bindKeys = () => addEventListener("keydown", press);

function press(event) {
  if (event.key === "Escape" && isTyping(event.target)) event.target.blur();
  if (off() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (waiting) {
    waiting = clearTimeout(waiting);
    if (GO[event.key]) {
      event.preventDefault();
      go(GO[event.key]);
    }
    return;
  }
  const act = ACTS[event.key];
  if (act && act() !== false) event.preventDefault();
}

const ACTS = {
  g: () => { waiting = setTimeout(() => { waiting = 0; }, WAIT_MILLIS); },
  "/": () => {
    const box = document.querySelector("main [type=search]");
    box?.focus();
    box?.select();
  },
  j: () => move(1),
  k: () => move(-1),
  x: () => document.activeElement.closest("[data-row]")
    ?.querySelector("input[type=checkbox]")?.click(),
  // The one button that is next.
  n: () => document.querySelector("main .primary[data-next]")?.click(),
  // What was said last offers the way back.
  u: () => [...document.querySelectorAll(".toast .link")].at(-1)?.click(),
  "?": help,
};

/**
 * Goes up or down through the rows of a list; a row has `data-row`, and its link gets the focus.
 */
function move(step) {
  const rows = [...document.querySelectorAll("main [data-row]")];
  if (!rows.length) return false;
  const at = rows.indexOf(document.activeElement.closest("[data-row]"));
  const row = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  row.querySelector("a")?.focus();
  return true;
}

function help() {
  dialog(t("key.help"), () => h("dl", { class: "keys" }, HELP.map(([key, text]) =>
    h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, t(text))))));
}
