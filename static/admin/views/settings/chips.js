// A handful of values, each with a button to take it out: the countries of a shipping method, the
// days on which the shop is closed.

import { t } from "../../texts.js";
import { fill, h } from "../../ui.js";

/**
 * `control`: the select or date field that adds a value, which holds the values for whoever reads
 * the form; `text(value)`: how one is shown; `none`: what is said where there is none.
 */
export function chips({ control, values, text, none, sort = false }) {
  const place = h("ul", { class: "chips" });
  let all = [...values];
  const draw = () => {
    control.dataset.values = JSON.stringify(all);
    fill(place, all.length ? all.map(chip) : h("li", { class: "quiet" }, none));
  };
  const change = (next) => {
    all = sort ? next.sort() : next;
    draw();
    control.dispatchEvent(new Event("rows", { bubbles: true }));
  };
  const chip = (value) => h("li", { class: "chip" }, text(value),
    h("button", {
      type: "button", class: "icon", "aria-label": t("order_new.remove_of", { name: text(value) }),
      onclick: () => { change(all.filter((other) => other !== value)); control.focus(); },
    }, "×"));
  const add = () => {
    const value = control.value;
    if (!value) return;
    control.value = "";
    if (!all.includes(value)) change([...all, value]);
  };
  draw();
  return { list: place, add };
}

/** The values that a control holds. */
export const chipsOf = (control) => JSON.parse(control.dataset.values);
