// A list of small forms: added, taken out, put in order. Each control has the name of the JSON
// pointer where it stands now, so that a fault finds it.

import { t } from "../../texts.js";
import { fill, h, uid } from "../../ui.js";

/**
 * `pointer`: where the list stands; `draw(item)`: the fields of one, each control with the name of
 * its field as `data-field`; `title(item)`: what one is called; `order`: whether it can be moved;
 * `lines`: short ones, a line each. Answers the element, `add(item)`, and `rows()`, which are the
 * elements in order.
 */
export function rowList({ pointer, items, draw, title, order = false, lines = false }) {
  const place = h("div", { class: ["rows", lines && "lines"] });
  const rows = () => [...place.children];
  const changed = () => {
    number(rows(), pointer);
    place.dispatchEvent(new Event("rows", { bubbles: true }));
  };
  const make = (item) => {
    const id = uid("row");
    const row = h("fieldset", { id, tabindex: "-1" }, h("legend", {}, title(item)), draw(item));
    row.append(h("div", { class: "actions" },
      order && [step(row, -1, changed), step(row, 1, changed)],
      h("button", { type: "button", class: "link", onclick: () => takeOut(row, changed) },
        t("rows.remove"), h("span", { class: "hidden-text" }, " ", title(item)))));
    row.append(h("p", { class: "fault", id: `${id}-fault`, hidden: true }));
    return row;
  };
  fill(place, items.map(make));
  number(rows(), pointer);
  const add = (item) => {
    const row = make(item);
    place.append(row);
    changed();
    row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  };
  return { element: place, add, rows };
}

/** The names follow the order. */
function number(rows, pointer) {
  rows.forEach((row, index) => {
    row.name = `${pointer}/${index}`;
    for (const control of row.querySelectorAll("[data-field]")) {
      control.name = `${pointer}/${index}/${control.dataset.field}`;
    }
  });
}

/** A button that moves a row and keeps the focus, so that it can be pressed again. */
function step(row, by, changed) {
  const name = by < 0 ? "rows.up" : "rows.down";
  return h("button", { type: "button", class: "icon", "aria-label": t(name), title: t(name),
    onclick: ({ currentTarget }) => {
      const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
      if (!other) return;
      if (by < 0) other.before(row);
      else other.after(row);
      changed();
      currentTarget.focus();
    } }, by < 0 ? "↑" : "↓");
}

function takeOut(row, changed) {
  const place = row.parentElement;
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  changed();
  (next ?? place.closest("form").querySelector(".rows-add button"))?.focus();
}
