// The one picture of something; that of what is new waits until it is made.

import { api, query } from "../../api.js";
import { confirm } from "../../dialog.js";
import { field, input } from "../../form.js";
import { percent, t } from "../../texts.js";
import { button, card, fill, h, problemText, run, sayProblem } from "../../ui.js";
import { pictureInput } from "./picture_input.js";
import { shrunk } from "./shrink.js";
import { small } from "./thumb.js";
import { upload } from "./upload.js";

/**
 * `path`: where it is sent, if that is there already; `alt`: whether words go with it.
 * `changed()` is told when there is another picture. Answers the card, and `send(path)` for what
 * was made.
 */
export function pictureCard({ title, path, image, alt: hasWords = true }, changed) {
  const frame = h("div", { class: "frame" });
  const removing = button(t("pictures.delete"), async () => {
    if (!await isSure()) return;
    await api.delete(path);
    show(null);
    await changed();
  }, { class: "link" });
  const show = (src) => {
    fill(frame, src && h("img", { src, alt: alt.value }));
    frame.hidden = !src;
    removing.hidden = !src || !path;
  };
  const state = h("p", { class: "hint", role: "status" });
  const fault = h("p", { class: "fault", role: "alert" });
  // It comes with the picture: there is nothing of its own to send it by.
  const alt = input("", image?.alt);
  let kept = null;
  const send = async (to) => {
    if (!kept) return;
    const told = (part) =>
      fill(state, `${t("pictures.sending")} ${percent(Math.round(part * 100))}`);
    try {
      await upload(query(to, { alt: alt.value.trim() }), kept, told);
    } finally {
      fill(state);
    }
  };
  const take = async ([file]) => {
    fill(fault);
    fill(state, t("pictures.shrinking"));
    kept = await shrunk(file);
    fill(state);
    show(URL.createObjectURL(kept));
    if (!path) return;
    try {
      await send(path);
    } catch (error) {
      fill(fault, problemText(error));
      return;
    }
    await changed();
  };
  show(small(image));
  return {
    element: card(title, frame,
      hasWords && field(t("pictures.alt"), alt, { hint: t("collection.alt_hint") }), state, fault,
      pictureInput((files) => run(() => take(files)), { multiple: false }),
      removing),
    // It is there, whatever becomes of its picture.
    send: (made) => send(made).catch((error) => sayProblem(error)),
  };
}

const isSure = () => confirm(t("pictures.delete_title"), t("pictures.delete_text"),
  t("pictures.delete"));
