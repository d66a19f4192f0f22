// Lists that go on: a search box, headings to sort by, and a button for more, all in the address.

import { address, go } from "./address.js";
import { api, query } from "./api.js";
import { t } from "./texts.js";
import { button, h } from "./ui.js";

const WAIT_MILLIS = 250;

/** A search box that goes to the same view with another `q`, a moment after the last key. */
export function search(path, values, label = t("search")) {
  let waiting;
  const box = h("input", {
    type: "search", "aria-label": label, placeholder: label, value: values.q ?? "",
    oninput: () => {
      clearTimeout(waiting);
      waiting = setTimeout(find, WAIT_MILLIS);
    },
  });
  const find = () =>
    go(address(path, { ...values, q: box.value.trim(), after: "" }), { replace: true });
  return h("form", { class: "search", role: "search", onsubmit: (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    find();
  } }, box);
}

/**
 * The heading of a column that sorts its table: a link, so that the order is in the address too.
 * `path`, `values`: the view and its state; `name`: the field that the column sorts by. `most`: the
 * highest comes first at the first press.
 */
export function sortHeading(path, values, name, text, { kind, most = false } = {}) {
  const up = values.sort === name;
  const down = values.sort === `-${name}`;
  const next = up || (most && !down) ? `-${name}` : name;
  const order = up ? "ascending" : "descending";
  return h("th", { scope: "col", class: kind, "aria-sort": up || down ? order : null },
    h("a", { class: "sort", href: address(path, { ...values, sort: next }) },
      text, (up || down) && h("span", { "aria-hidden": "true" }, up ? " ↑" : " ↓")));
}

/** Gives the focus back to the search box after a view was drawn for what was typed in it. */
export function keepFocus(view, q) {
  const had = document.activeElement?.closest("form.search");
  const box = view.querySelector(".search [type=search]");
  // The view is put into the page after this; only then can something in it have the focus.
  if (had && box) setTimeout(() => { box.focus(); box.setSelectionRange(q.length, q.length); });
  return view;
}

/** The most rows that the shop answers at once. */
const LIMIT_MAX = 100;

/** How many rows of a list stood there when somebody left it, which the step back remembers. */
const rowsBefore = (path) => history.state?.rows?.[path] ?? 0;

function keepRows(path, into) {
  if (!into.isConnected) return;
  const rows = { ...history.state?.rows, [path]: into.children.length };
  history.replaceState({ ...history.state, rows }, "");
}

/**
 * The rows of a list, and a button that adds more of them. `row(object)` makes a row; `into`: the
 * element that they go into. Answers the objects of the first page.
 */
export async function rows(path, values, into, row) {
  const before = rowsBefore(path);
  const more = h("p", { class: "more" });
  let next;
  const load = async (limit) => {
    const page = await api.get(query(path, { ...values, ...(limit && { limit }), after: next }));
    into.append(...page.data.map(row));
    next = page.next_cursor;
    more.hidden = !next;
    return page;
  };
  const left = () => Math.min(before - into.children.length, LIMIT_MAX);
  const page = await load(before && left());
  while (next && left() > 0) await load(left());
  more.append(button(t("more"), async () => {
    await load();
    keepRows(path, into);
  }));
  return { page, more };
}

const PAGE = 25;
const ORDERS = "/orders";

/**
 * Orders that fit one of several filters, the latest first. The shop answers one filter at a time,
 * so the lists are read side by side and dealt out like two stacks of cards. Puts rows into `body`;
 * answers how many the first page has, and the button for more.
 */
export async function latest(filters, q, body, row) {
  const before = rowsBefore(ORDERS);
  const limit = before > PAGE ? LIMIT_MAX : PAGE;
  const stacks = filters.map((filter) => ({ filter: { ...filter, q, limit }, cards: [] }));
  const more = h("p", { class: "more" });
  const load = async () => {
    const orders = await deal(stacks);
    body.append(...orders.map(row));
    more.hidden = stacks.every(isEmpty);
    return orders.length;
  };
  const count = await load();
  while (!more.hidden && body.children.length < before) await load();
  more.append(button(t("more"), async () => {
    await load();
    keepRows(ORDERS, body);
  }));
  return { count, more };
}

const isEmpty = ({ cards, next }) => !cards.length && next === null;

async function deal(stacks) {
  const dealt = [];
  while (dealt.length < PAGE) {
    await Promise.all(stacks.map(refill));
    const [first] = stacks.filter(({ cards }) => cards.length).sort(later);
    if (!first) break;
    dealt.push(first.cards.shift());
  }
  return dealt;
}

const later = ({ cards: [one] }, { cards: [other] }) =>
  other.order_date.localeCompare(one.order_date) || other.id - one.id;

/** `next` is undefined before the first page and null after the last. */
async function refill(stack) {
  if (stack.cards.length || stack.next === null) return;
  const page = await api.get(query(ORDERS, { ...stack.filter, after: stack.next }));
  stack.cards = page.data;
  stack.next = page.next_cursor;
}
