// Windows over the page, which wait for an answer.

import { settle } from "./focus.js";
import { t } from "./texts.js";
import { h, liftShelf, uid } from "./ui.js";

/**
 * A window over the page. `content(close)` makes what is in it; answers what it was closed with,
 * undefined for Escape.
 */
export function dialog(title, content) {
  return new Promise((resolve) => {
    let answer;
    const close = (value) => { answer = value; box.close(); };
    const id = uid("title");
    const opener = document.activeElement;
    const box = h("dialog", { "aria-labelledby": id },
      h("header", {},
        h("h2", { id }, title),
        h("button", {
          class: "icon", type: "button", "aria-label": t("close"), onclick: () => close(),
        }, "×")));
    box.append(content(close));
    box.addEventListener("close", () => {
      box.remove();
      liftShelf();
      // What opened it may be gone by now.
      settle(opener);
      resolve(answer);
    });
    document.body.append(box);
    box.showModal();
    liftShelf();
  });
}

/** Asks before something that cannot be undone; `text` says plainly what it does. */
export const confirm = (title, text, action) =>
  dialog(title, (close) => h("div", {},
    h("p", {}, text),
    h("div", { class: "actions" },
      h("button", { class: "danger", onclick: () => close(true) }, action),
      h("button", { onclick: () => close(false) }, t("cancel")))));
