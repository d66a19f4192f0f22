// A list that is put in order: its items are dragged, or moved by their buttons.

import { t } from "../../texts.js";
import { h } from "../../ui.js";

/** Near the edges of the window a drag moves the page along. */
const EDGE = 60;
const STEP = 14;

/**
 * What an item is dragged by: with a mouse also by what has the class `frame`. A finger that lies
 * elsewhere scrolls.
 */
export const grip = () => h("span", { class: "grip", "aria-hidden": "true" }, "⠿");

/**
 * A button that moves an item; `signs`: back and forth. After the list is drawn anew it is found by
 * its name, which says the item.
 */
export const mover = (by, name, move, signs = "↑↓") => {
  const key = signs === "↑↓" ? ["rows.up", "rows.down"] : ["rows.left", "rows.right"];
  const label = t(key[by < 0 ? 0 : 1]);
  return h("button", {
    type: "button", class: "icon", title: label, "aria-label": `${label}: ${name}`,
    onclick: () => move(by),
  }, signs[by < 0 ? 0 : 1]);
};

/** Lets the items of a list be dragged; `moved(from, to)` is told the places. */
export function orderable(list, moved) {
  const place = (item) => [...list.children].indexOf(item);
  list.addEventListener("pointerdown", (event) => {
    const handle = event.pointerType === "touch" ? ".grip" : ".grip, .frame";
    const item = event.target.closest(handle) && itemAt(list, event.target);
    if (!item || event.button) return;
    event.preventDefault();
    drag(list, item, event.pointerId, (from) => {
      const to = place(item);
      if (to !== from) moved(from, to);
    }, place(item));
  });
}

const itemAt = (list, element) => {
  const item = element?.closest("li");
  return item?.parentElement === list ? item : null;
};

function drag(list, item, pointer, done, from) {
  const listening = new AbortController();
  const on = (name, act) => list.addEventListener(name, act, { signal: listening.signal });
  const end = () => {
    listening.abort();
    item.classList.remove("dragged");
  };
  item.classList.add("dragged");
  list.setPointerCapture(pointer);
  on("pointermove", ({ clientX, clientY }) => {
    if (clientY < EDGE) scrollBy(0, -STEP);
    if (clientY > innerHeight - EDGE) scrollBy(0, STEP);
    const other = itemAt(list, document.elementFromPoint(clientX, clientY));
    if (!other || other === item) return;
    const follows = item.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
    other[follows ? "after" : "before"](item);
  });
  on("pointerup", () => { end(); done(from); });
  on("pointercancel", () => {
    end();
    const rest = [...list.children].filter((one) => one !== item);
    list.insertBefore(item, rest[from] ?? null);
  });
}
