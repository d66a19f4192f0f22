// Choosing which of the pictures shows a variant.

import { dialog } from "../../dialog.js";
import { number, t } from "../../texts.js";
import { h } from "../../ui.js";
import { small } from "../shared/thumb.js";

/** Answers the id of a picture, null for none, undefined where it stays as it was. */
export const choosePicture = (title, images, chosen) =>
  dialog(t("pictures.of", { title }), (close) => h("div", {},
    h("div", { class: "pictures" }, images.map((image, at) => h("button", {
      type: "button", class: "frame", "aria-pressed": String(image.id === chosen),
      autofocus: image.id === chosen, onclick: () => close(image.id),
    }, h("img", {
      src: small(image), alt: image.alt || t("pictures.nth", { n: number(at + 1) }),
    })))),
    h("div", { class: "actions" },
      h("button", { type: "button", onclick: () => close(null) }, t("pictures.none")),
      h("button", { type: "button", onclick: () => close() }, t("cancel")))));
