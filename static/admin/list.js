// Lists that go on: a search box, and a button for more, all in the address.

import { api, query } from "./api.js";
import { h } from "./dom.js";
import { address, go } from "./router.js";
import { t } from "./texts.js";
import { button } from "./ui.js";

const WAIT_MILLIS = 250;

/** A search box that goes to the same view with another `q`, a moment after the last key. */
export function search(path, values, label = t("search")) {
  let waiting;
  const box = h("input", { type: "search", "aria-label": label, placeholder: label, value: values.q ?? "" });
  const find = () => go(address(path, { ...values, q: box.value.trim(), after: "" }), { replace: true });
  box.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(find, WAIT_MILLIS); });
  return h("form", { class: "search", role: "search", onsubmit: (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    find();
  } }, box);
}

/** Gives the focus back to the search box after a view was drawn for what was typed in it. */
export function keepFocus(view, q) {
  const had = document.activeElement?.closest("form.search");
  const box = view.querySelector(".search [type=search]");
  // The view is put into the page after this; only then can something in it have the focus.
  if (had && box) setTimeout(() => { box.focus(); box.setSelectionRange(q.length, q.length); });
  return view;
}

/**
 * The rows of a list, and a button that adds more of them. `row(object)` makes a row; `into`: the
 * element that they go into. Answers the objects of the first page.
 */
export async function rows(path, values, into, row) {
  const page = await api.get(query(path, values));
  into.append(...page.data.map(row));
  const more = h("p", { class: "more" });
  let next = page.next_cursor;
  const load = button(t("more"), async () => {
    const page = await api.get(query(path, { ...values, after: next }));
    into.append(...page.data.map(row));
    next = page.next_cursor;
    more.hidden = !next;
  });
  more.append(load);
  more.hidden = !next;
  return { page, more };
}
