// One picture of a product, with its words and its buttons; or one that is still on its way.

import { number, percent, t } from "../../texts.js";
import { fill, h } from "../../ui.js";
import { grip, mover } from "../shared/orderable.js";
import { small } from "../shared/thumb.js";

const ALT_MAX = 500;

/**
 * `acts`: `move(entry, by)`, `rename(entry, alt)`, `remove(entry)`, `again(entry)`. Answers the
 * element and `show(at, count)`, which brings it up to date and leaves alone what somebody types.
 */
export function tile(entry, acts) {
  const [frame, state, buttons] = [h("div", { class: "frame" }), h("div"), h("div")];
  buttons.className = "acts";
  const box = wordsOf(entry, acts);
  let shown = "";
  const show = (at, count) => {
    const name = t("pictures.nth", { n: number(at + 1) });
    const src = small(entry.image) ?? entry.src;
    const now = [src, entry.fault, entry.part, entry.image, at, count].join(" ");
    if (now === shown) return;
    shown = now;
    box.setAttribute("aria-label", `${t("pictures.alt")}, ${name}`);
    fill(frame,
      src && h("img", {
        src, alt: entry.alt || name, draggable: "false", loading: "lazy",
        // A file of a kind that this browser does not know.
        onerror: ({ target }) => target.remove(),
      }),
      count > 1 && grip());
    fill(state, stateOf(entry, acts));
    fill(buttons, count > 1 && [-1, 1].map((by) => step(by, name, entry, acts)), h("button", {
      type: "button", class: "icon", onclick: () => acts.remove(entry),
      title: t("pictures.delete"), "aria-label": `${t("pictures.delete")}: ${name}`,
    }, "×"));
  };
  return { element: h("li", {}, frame, box, state, buttons), show };
}

function step(by, name, entry, acts) {
  const button = mover(by, name, () => acts.move(entry, by), "←→");
  button.dataset.by = by;
  return button;
}

/** What is said of it to whoever does not see it. It is no field of the form around it. */
function wordsOf(entry, acts) {
  const box = h("input", {
    value: entry.alt, dir: "auto", autocomplete: "off", maxlength: ALT_MAX,
    placeholder: t("pictures.alt"),
    onchange: () => acts.rename(entry, box.value.trim()),
    onkeydown: (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      box.blur();
      box.focus();
    },
  });
  return box;
}

function stateOf(entry, acts) {
  if (entry.fault) {
    return h("div", { role: "alert" }, h("p", { class: "fault" }, entry.fault),
      h("button", { type: "button", class: "link", onclick: () => acts.again(entry) },
        t("try_again")));
  }
  if (entry.part === undefined) return null;
  const text = h("span", { class: "hint", role: "status" });
  const bar = h("progress", { max: 1, "aria-label": t("pictures.sending") });
  entry.told = (part) => {
    if (part && part < 1) bar.value = part;
    else bar.removeAttribute("value");
    fill(text, part && part < 1 ? `${t("pictures.sending")} ${percent(Math.round(part * 100))}`
      : t("pictures.shrinking"));
  };
  entry.told(entry.part);
  return [bar, text];
}
