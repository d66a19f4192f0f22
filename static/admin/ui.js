// Elements, and the pieces that every view is made of: toasts, badges, buttons, a line that says
// that something is under way.

import { settle } from "./focus.js";
import { isAway, isMissingPart, look } from "./reach.js";
import { t } from "./texts.js";

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set([
  "svg", "path", "rect", "line", "g", "text", "title", "circle", "polyline",
]);

/**
 * Makes an element. `props`: attributes; `on…` are listeners, `class` may be a list, a value of
 * false, null or undefined leaves an attribute out, true sets it empty. Children: nodes, text,
 * numbers, lists of them; null and false are nothing.
 */
export function h(tag, props = {}, ...children) {
  const element = SVG_TAGS.has(tag)
    ? document.createElementNS(SVG, tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "disabled") element[name] = value;
    else element.setAttribute(name, value === true ? "" : textOf(value));
  }
  element.append(...nodes(children));
  return element;
}

const textOf = (value) => (Array.isArray(value) ? value.filter(Boolean).join(" ") : value);

/** Puts other children into an element. */
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
  return element;
}

function nodes(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : document.createTextNode(String(child))));
}

/** Text from people, which may run from right to left. */
export const words = (text, tag = "span") => h(tag, { dir: "auto" }, text);

let last = 0;
/** An id that no other element has. */
export const uid = (start = "x") => `${start}-${++last}`;

const TOAST_MILLIS = 8000;
const STAY_MILLIS = 100;
const shelf = h("div", { class: "toasts", role: "status", "aria-live": "polite" });
const progress = h("div", { class: "progress", hidden: true, "aria-hidden": "true" });

/** The elements that stay on the page whatever view is shown. */
export const fixtures = () => [shelf, progress];

/** Says something for a few seconds; `undo` may take it back meanwhile. */
export function toast(text, { undo, bad = false } = {}) {
  const gone = () => {
    const had = note.contains(document.activeElement);
    note.remove();
    if (had) settle();
  };
  // Whoever is about to take something back is not hurried.
  const later = () => (note.matches(":hover, :focus-within") ? wait() : gone());
  const wait = () => setTimeout(later, TOAST_MILLIS);
  const note = h("div", { class: ["toast", bad && "bad"] },
    h("span", {}, text),
    undo && h("button", { class: "link", onclick: () => { gone(); undo(); } }, t("undo")),
    h("button", { class: "icon", "aria-label": t("close"), onclick: gone }, "×"));
  // Said once more it is the same; but each way back is its own.
  const same = (one) => one.firstChild.textContent === text && !one.querySelector(".link");
  for (const one of [...shelf.children]) if (!undo && same(one)) one.remove();
  shelf.append(note);
  liftShelf();
  stay();
  wait();
}

let staying;
/** Keeps what is said above the bars at the bottom, which come, go and grow meanwhile. */
function stay() {
  const bars = [...document.querySelectorAll(".actions, .bulk, .main-nav")]
    .filter((bar) => /fixed|sticky/.test(getComputedStyle(bar).position))
    .map((bar) => bar.getBoundingClientRect())
    .filter(({ top, height }) => height && top > innerHeight / 2);
  const top = Math.min(innerHeight, ...bars.map((bar) => bar.top));
  shelf.style.bottom = `${innerHeight - top}px`;
  clearTimeout(staying);
  if (shelf.childElementCount) staying = setTimeout(stay, STAY_MILLIS);
}

/** Puts what is said into the window that is open, as everything else is out of reach meanwhile. */
export function liftShelf() {
  const place = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  if (shelf.parentElement !== place) place.append(shelf);
}

/** A sentence for whatever was thrown. Those of a browser are for nobody. */
export function problemText(error) {
  const isPart = isMissingPart(error);
  if (error.code === "offline" || (isPart && isAway())) return t("offline");
  return (isPart && t("part_missing")) || (error.status && error.message) || t("something_wrong");
}

/** Says what went wrong. `about`: what that was, where it could be something else. */
export async function sayProblem(error, about) {
  if (error.status === 401) return;
  if (isMissingPart(error)) await look();
  toast([about, problemText(error)].filter(Boolean).join(": "), { bad: true });
  if (!error.status && error.code !== "offline" && !isMissingPart(error)) console.error(error);
}

/** A window waits for somebody, not for the shop. */
const isAsking = () => Boolean(document.querySelector("dialog[open]"));

/** Runs something that takes a while; what goes wrong is said. Answers undefined then. */
export async function run(work) {
  const shown = setTimeout(() => { progress.hidden = isAsking(); }, 300);
  try {
    return await work();
  } catch (error) {
    sayProblem(error);
    return undefined;
  } finally {
    clearTimeout(shown);
    progress.hidden = true;
  }
}

/** A state of an order or a product, in a word and a colour. */
export const badge = (kind, value) => h("span", { class: ["badge", value] }, t(`${kind}.${value}`));

/** An empty list: one sentence and one thing to do. */
export const empty = (text, action) => h("div", { class: "empty" }, h("p", {}, text), action);

const SOON_MILLIS = 300;

/**
 * A module that a click needs: it comes when the view stands, or with the click. `load`: its
 * import. Answers what gives a function of it, by its name; once it is there, the function runs at
 * once.
 */
export function soon(load) {
  let module;
  const come = async () => { module = await load(); };
  // What did not come is asked for again with the click, which says what went wrong.
  setTimeout(() => come().catch(() => {}), SOON_MILLIS);
  return (name) => (...values) =>
    (module ? module[name](...values) : come().then(() => module[name](...values)));
}

/** Does something once at a time. A button that is really disabled would lose the focus. */
export async function once(element, work) {
  if (element.ariaDisabled) return;
  element.ariaDisabled = "true";
  await run(work);
  element.ariaDisabled = null;
}

/** A button that works once at a time. */
export function button(text, work, props = {}) {
  const onclick = () => once(element, work);
  const element = h("button", { type: "button", ...props, onclick }, text);
  return element;
}

/** Tabs that are links, the one that is open marked. `tabs`: [address, text, count]. */
export const tabs = (label, list, open) =>
  h("nav", { class: "tabs", "aria-label": label }, list.map(([address, text, count]) =>
    h("a", { href: address, "aria-current": address === open ? "page" : null }, text,
      count !== undefined && [" ", h("span", { class: "count" }, count)])));

/** The way back to a list, to where somebody was in it if they came from there. */
export const backTo = (href, text) => h("a", { class: "quiet back", href, onclick: (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (history.state?.from?.split("?")[0] !== href) return;
  event.preventDefault();
  history.back();
} }, text);

/** A part of a page with its heading. */
export const card = (title, ...children) =>
  h("section", { class: "card" }, title && h("h2", {}, title), ...children);

/** Copies text, and says so; over plain http a browser does not let a page do that. */
export function copyButton(text) {
  const onclick = async () => {
    await navigator.clipboard.writeText(text);
    toast(t("copied"));
  };
  return navigator.clipboard && h("button", { class: "link", type: "button", onclick }, t("copy"));
}
