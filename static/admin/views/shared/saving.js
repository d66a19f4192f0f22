// Saving a change to something that exists: only what differs is sent, so that nothing else is
// written over; and what somebody else changed meanwhile is a conflict, which is shown.

import { again } from "../../address.js";
import { api, Problem, tagOf } from "../../api.js";
import { dialog } from "../../dialog.js";
import { forgetDraft } from "../../form.js";
import { t } from "../../texts.js";
import { fill, h, toast, words } from "../../ui.js";

const sorted = (key, value) =>
  value && typeof value === "object" && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** Compares two values of the wire, in whatever order their fields stand. */
export const same = (a, b) => JSON.stringify(a, sorted) === JSON.stringify(b, sorted);

/** The fields of `mine` that differ from what was seen. */
export const changes = (seen, mine) =>
  Object.fromEntries(Object.entries(mine).filter(([name, value]) => !same(seen[name], value)));

/** The same fields of another object. */
export const pick = (object, names) =>
  Object.fromEntries(names.map((name) => [name, object[name]]));

/** A list as people read it, for `saveOver`: what an item is called and the label of a field. */
export const facts = (items, title, label) => Object.fromEntries(items.flatMap((item) =>
  Object.entries(item).map(([name, value]) =>
    [[title?.(item), label(name)].filter(Boolean).join(", "), value])));

/**
 * Saves a change that is made from `seen`. Where somebody changed it meanwhile, shows mine and
 * theirs and asks; nothing that was typed is lost. `names`: field to label;
 * `readable(fields, mine)`: what people read in them, a text or several with labels of their own.
 * Answers what was saved, false when the editing goes on.
 */
export async function saveOver(seen, mine, send, names, readable = (fields) => fields) {
  try {
    return await send(seen);
  } catch (error) {
    if (error.status !== 412) throw error;
    const theirs = pick(error.body.current, Object.keys(mine));
    const rows = differing(readable(mine, mine), readable(theirs, mine), names);
    // Both may have said the same.
    const over = !rows.length || await askOver(rows);
    return Boolean(over) && send(null);
  }
}

const askOver = (rows) => dialog(t("conflict"), (close) => h("div", {},
  h("p", {}, t("conflict_text")),
  h("div", { class: "scroll", tabindex: 0 }, h("table", {},
    h("thead", {}, h("tr", {},
      h("td", {}), ["mine", "theirs"].map((whose) => h("th", { scope: "col" }, t(whose))))),
    h("tbody", {}, rows.map(([name, ...both]) => h("tr", {},
      h("th", { scope: "row" }, name), both.map((value) => words(shown(value), "td"))))))),
  h("div", { class: "actions" },
    h("button", { class: "primary", onclick: () => close(true) }, t("keep_mine")),
    h("button", { onclick: () => close(false) }, t("go_on_editing")))));

/** [label, mine, theirs] of all that differs. */
function differing(mine, theirs, names) {
  const parts = (value) => (value?.constructor === Object ? value : null);
  return Object.keys(mine).flatMap((name) => {
    const [one, other] = [parts(mine[name]), parts(theirs[name])];
    if (!one && !other) return [[names[name] ?? name, mine[name], theirs[name]]];
    return Object.keys({ ...one, ...other }).map((part) =>
      [`${names[name]}: ${part}`, one?.[part], other?.[part]]);
  }).filter(([, one, other]) => !same(one ?? "", other ?? ""));
}

function shown(value) {
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  return [value].flat().join(", ") || "–";
}

/** Keeps in the form, and so in its draft, which state of the object it was filled from. */
export const seenMark = (seen) => h("input", { type: "hidden", name: "seen", value: tagOf(seen) });

/**
 * Sends `change`, says so and shows the object anew. `names` and `readable`: as for `saveOver`.
 * Answers false when the editing goes on.
 */
export async function saveChange({ form, path, seen, change, names, readable, draft }) {
  if (!Object.keys(change).length) {
    toast(t("unchanged"));
    return true;
  }
  const stale = form.elements.seen.value !== tagOf(seen);
  const saved = await saveOver(seen, change, async (from) => {
    if (from && stale) throw new Problem(412, { current: seen });
    return api.patch(path, change, from);
  }, names, readable);
  if (!saved) return false;
  forgetDraft(draft);
  toast(t("saved", { name: saved.name }));
  again();
  return true;
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
