// Saving a change to something that exists: only what differs is sent, and a draft that is older
// than what the shop has now is a conflict as well.

import { api, Problem, tagOf } from "../api.js";
import { fill, h } from "../dom.js";
import { forgetDraft, saveOver } from "../form.js";
import { again } from "../router.js";
import { t } from "../texts.js";

/** Keeps in the form, and so in its draft, which state of the object it was filled from. */
export const seenMark = (seen) => h("input", { type: "hidden", name: "seen", value: tagOf(seen) });

/** The fields of `values` that are not as in `seen`. */
export const differing = (seen, values) => Object.fromEntries(Object.entries(values)
  .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(seen[name])));

/**
 * Sends `change`. `readable(object)`: its fields as people read them, for the comparison after a
 * conflict. Answers what was saved, undefined when the editing goes on.
 */
export function saveChange({ form, path, seen, change, names, readable }) {
  const stale = form.elements.seen.value !== tagOf(seen);
  return saveOver(seen, readable(change), async (from) => {
    try {
      if (from && stale) throw new Problem(412, { current: seen });
      return await api.patch(path, change, from);
    } catch (error) {
      if (error.status !== 412) throw error;
      throw new Problem(412, { ...error.body, current: readable(error.body.current) });
    }
  }, names);
}

/** Says at the top of a form that it shows what was typed before and not saved. */
export function draftNote(draft, differs) {
  const note = h("div", { role: "status" });
  if (differs) {
    fill(note, h("p", { class: "note" }, t("saving.draft"), " ",
      h("button", { class: "link", type: "button", onclick: () => {
        forgetDraft(draft);
        again();
      } }, t("saving.discard"))));
  }
  return note;
}
