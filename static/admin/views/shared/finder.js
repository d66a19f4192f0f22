// A box that finds as somebody types: arrows choose among what was found, Enter takes it.

import { fill, h, run, uid } from "../../ui.js";

const WAIT_MILLIS = 150;

/**
 * Makes `box` one. `look(words)` answers what fits; `show(found)` says it in nodes; `take(found)`
 * gets what was chosen. `eager`: Enter takes the first even before an arrow. Answers the list.
 */
export function finder(box, label, { look, show, take, eager = false }) {
  const list = listOf(box, label);
  const state = { found: [], at: -1, words: null };
  const mark = (at) => {
    state.at = at;
    markIn(list, at, box);
  };
  const offer = (found) => {
    state.found = found;
    fill(list, found.map((one, at) => h("li", {
      role: "option", id: `${list.id}-${at}`,
      // The box keeps the focus while somebody clicks.
      onmousedown: (event) => event.preventDefault(),
      onclick: () => pick(one),
    }, show(one))));
    list.hidden = !found.length;
    box.setAttribute("aria-expanded", String(found.length > 0));
    mark(eager && found.length ? 0 : -1);
  };
  const pick = (one) => {
    clearTimeout(waiting);
    offer([]);
    // A product that is chosen may open up into its variants.
    const more = take(one);
    state.words = more ? box.value.trim() : null;
    if (more) offer(more);
  };
  const search = async (words) => {
    const found = words ? await look(words) : [];
    // Somebody typed on meanwhile.
    if (words === box.value.trim()) offer(found);
  };
  /** Asking for the same words again is waiting for the same answer. */
  const find = () => {
    const words = box.value.trim();
    if (words !== state.words) {
      state.words = words;
      state.searching = run(() => search(words));
    }
    return state.searching;
  };

  let waiting;
  const later = () => { clearTimeout(waiting); waiting = setTimeout(find, WAIT_MILLIS); };
  const step = (by) => {
    const count = state.found.length;
    if (count) mark((state.at + by + count) % count);
  };
  const keys = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(state.at < 0 ? 0 : -1),
    Escape: () => offer([]),
    Enter: async () => {
      clearTimeout(waiting);
      if (eager) await find();
      if (state.found[state.at]) pick(state.found[state.at]);
    },
  };
  box.addEventListener("input", later);
  box.addEventListener("blur", () => { clearTimeout(waiting); offer([]); state.words = null; });
  box.addEventListener("keydown", (event) => {
    if (!keys[event.key] || (event.key === "Escape" && list.hidden)) return;
    event.preventDefault();
    // An open list closes; the page does not take the Escape for itself.
    event.stopPropagation();
    keys[event.key]();
  });
  return list;
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

function markIn(list, at, box) {
  [...list.children].forEach((option, which) =>
    option.setAttribute("aria-selected", String(which === at)));
  const option = list.children[at];
  if (option) box.setAttribute("aria-activedescendant", option.id);
  else box.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}
