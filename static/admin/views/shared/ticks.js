// Ticked rows of a list, and the bar that says what can be done with them.

import { t } from "../../texts.js";
import { h } from "../../ui.js";

/**
 * `texts`: the start of the keys of its texts; `name(item)`: what a row is called; `content(items,
 * clear)`: what stands in the bar. Answers `bar`; `box(item)`, a tick; `all`, a tick for all rows.
 */
export function ticks(body, { texts, name, content }) {
  const chosen = new Map();
  const bar = h("div", { class: "bulk", role: "region", "aria-label": t(`${texts}.bulk`) });
  let last = null;
  const boxes = () => [...body.querySelectorAll(".tick input")];
  const draw = () => {
    bar.hidden = !chosen.size;
    if (bar.hidden) return bar.replaceChildren();
    return bar.replaceChildren(
      h("strong", { role: "status" }, t(`${texts}.ticked`, { n: chosen.size })),
      h("button", { class: "link", type: "button", onclick: tickAll }, t(`${texts}.tick_all`)),
      h("button", { class: "link", type: "button", onclick: clear }, t(`${texts}.untick`)),
      ...content([...chosen.values()], clear));
  };
  const set = (boxes, checked) => {
    for (const box of boxes) if (box.checked !== checked) box.click();
  };
  const tickAll = () => {
    set(boxes(), true);
    boxes()[0]?.focus();
  };
  const all = h("input", {
    type: "checkbox", "aria-label": t(`${texts}.tick_all`),
    onchange: () => set(boxes(), all.checked),
  });
  const clear = () => {
    for (const tick of [all, ...boxes()]) tick.checked = false;
    chosen.clear();
    draw();
  };
  /** With Shift, all between this tick and the one before become as this one is. */
  const reach = (box, { shiftKey }) => {
    const [from, to] = [last, box].map((one) => boxes().indexOf(one));
    last = box;
    if (!shiftKey || from < 0 || from === to) return;
    set(boxes().slice(Math.min(from, to), Math.max(from, to) + 1), box.checked);
    last = box;
  };
  const box = (item) => {
    const tick = h("input", {
      type: "checkbox", "aria-label": t(`${texts}.tick`, { name: name(item) }),
      onclick: (event) => { if (event.isTrusted) reach(tick, event); },
      onchange: () => {
        if (tick.checked) chosen.set(item.id, item);
        else chosen.delete(item.id);
        all.checked = boxes().every(({ checked }) => checked);
        draw();
      },
    });
    return tick;
  };
  draw();
  return { bar, box, all };
}
