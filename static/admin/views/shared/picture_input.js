// Where pictures come from: files that are chosen, dropped on the page or pasted, and the camera.

import { t } from "../../texts.js";
import { h } from "../../ui.js";

/** `take(files)` gets what came, as long as the element is on the page. `multiple`: or one. */
export function pictureInput(take, { multiple = true } = {}) {
  // A camera in the hand, not the one that looks at a desk.
  const hasCamera = matchMedia("(pointer: coarse)").matches;
  const element = h("div", { class: "drop" },
    chooser(t(multiple ? "pictures.choose" : "pictures.choose_one"), take, { multiple }),
    hasCamera && chooser(t("pictures.take"), take, { capture: "environment" }),
    h("span", { class: "hint" }, t("pictures.drop")));
  listen(element, take);
  return element;
}

function chooser(text, take, props) {
  const box = h("input", {
    type: "file", accept: "image/*", hidden: true, ...props,
    onchange: () => {
      take([...box.files]);
      // The same file may be chosen again.
      box.value = "";
    },
  });
  return [box, h("button", { type: "button", onclick: () => box.click() }, text)];
}

/** A file that misses the area would otherwise open in the place of the page. */
function listen(element, take) {
  const listening = new AbortController();
  let shown = false;
  const on = (name, act) => document.addEventListener(name, (event) => {
    shown ||= element.isConnected;
    if (shown && !element.isConnected) listening.abort();
    else if (!document.querySelector("dialog[open]")) act(event);
  }, { signal: listening.signal });
  const mark = (isOver) => element.classList.toggle("over", isOver);
  on("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    mark(true);
  });
  on("dragleave", ({ relatedTarget: to }) => { if (!to) mark(false); });
  on("drop", (event) => {
    mark(false);
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
  on("paste", (event) => {
    const { files, types } = event.clipboardData;
    // Words come with a picture of themselves.
    const isText = event.target.matches("input, textarea") && types.includes("text/plain");
    if (!files.length || isText) return;
    event.preventDefault();
    take([...files]);
  });
}
