// A box that finds as somebody types: arrows choose among what was found, Enter takes it.

import { fill, h, run, uid } from "../../ui.js";

const WAIT_MILLIS = 150;

/**
 * Makes `box` one. `look(words)` answers what fits; `show(found)` says it in nodes; `take(found)`
 * gets what was chosen. `eager`: Enter takes the first even before an arrow. Answers the list.
 */
export function finder(box, label, { look, show, take, eager = false }) {
  const list = listOf(box, label);
  const it = { box, list, look, show, take, eager, found: [], at: -1, words: null };
  box.addEventListener("input", () => {
    clearTimeout(it.waiting);
    it.waiting = setTimeout(find, WAIT_MILLIS, it);
  });
  box.addEventListener("blur", () => {
    clearTimeout(it.waiting);
    offer(it, []);
    it.words = null;
  });
  box.addEventListener("keydown", (event) => press(it, event));
  return list;
}

function press(it, event) {
  const act = KEYS[event.key];
  if (!act || (event.key === "Escape" && it.list.hidden)) return;
  event.preventDefault();
  // An open list closes; the page does not take the Escape for itself.
  event.stopPropagation();
  act(it);
}

const KEYS = {
  ArrowDown: (it) => step(it, 1),
  ArrowUp: (it) => step(it, it.at < 0 ? 0 : -1),
  Escape: (it) => offer(it, []),
  Enter: async (it) => {
    clearTimeout(it.waiting);
    if (it.eager) await find(it);
    if (it.found[it.at]) pick(it, it.found[it.at]);
  },
};

function step(it, by) {
  const count = it.found.length;
  if (count) mark(it, (it.at + by + count) % count);
}

/** Asking for the same words again is waiting for the same answer. */
function find(it) {
  const words = it.box.value.trim();
  if (words !== it.words) {
    it.words = words;
    it.searching = run(() => search(it, words));
  }
  return it.searching;
}

async function search(it, words) {
  const found = words ? await it.look(words) : [];
  // Somebody typed on meanwhile.
  if (words === it.box.value.trim()) offer(it, found);
}

function offer(it, found) {
  const { box, list } = it;
  it.found = found;
  fill(list, found.map((one, at) => h("li", {
    role: "option", id: `${list.id}-${at}`,
    // The box keeps the focus while somebody clicks.
    onmousedown: (event) => event.preventDefault(),
    onclick: () => pick(it, one),
  }, it.show(one))));
  list.hidden = !found.length;
  box.setAttribute("aria-expanded", String(found.length > 0));
  mark(it, it.eager && found.length ? 0 : -1);
}

function pick(it, one) {
  clearTimeout(it.waiting);
  offer(it, []);
  // A product that is chosen may open up into its variants.
  const more = it.take(one);
  it.words = more ? it.box.value.trim() : null;
  if (more) offer(it, more);
}

function mark(it, at) {
  it.at = at;
  [...it.list.children].forEach((option, which) =>
    option.setAttribute("aria-selected", String(which === at)));
  const option = it.list.children[at];
  if (option) it.box.setAttribute("aria-activedescendant", option.id);
  else it.box.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

/** The list under a box, which then says of itself that it has one. */
function listOf(box, label) {
  const id = uid("found");
  Object.entries({
    role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-controls": id,
    "aria-expanded": "false",
  }).forEach(([name, value]) => box.setAttribute(name, value));
  return h("ul", { id, class: "found", role: "listbox", "aria-label": label, hidden: true });
}
