// The form of every part of the settings: read, change, send only what changed, and take it back.

import { again } from "../../address.js";
import { api, reloadShop } from "../../api.js";
import { form } from "../../form.js";
import { t } from "../../texts.js";
import { fill, h, run, toast } from "../../ui.js";
import { changes, pick, same, saveOver } from "../shared/saving.js";

/**
 * A form for some of the settings. `draw(values)` answers `{ children, read, names, readable }`:
 * what stands in it, what it says in the shape of the wire, and what its fields are called and say
 * after a conflict. `hidden(fields)`, where it may say what is never shown: the same without that,
 * which is all that this tab keeps and a change can be held against.
 */
export async function settingsForm(name, draw) {
  const place = h("div");
  put(place, name, draw, await api.get("/settings"));
  return place;
}

/** The version is in the key: what was typed over other settings is not put over these. */
const draftOf = (name, version) => `draft settings ${name} ${version}`;

/** Keeps what was typed over the settings of a version for those of another one. */
export function moveDraft(name, from, to) {
  const kept = sessionStorage.getItem(draftOf(name, from));
  if (kept) sessionStorage.setItem(draftOf(name, to), kept);
}

function put(place, name, draw, seen) {
  const key = draftOf(name, seen.version);
  const kept = JSON.parse(sessionStorage.getItem(key) ?? "{}");
  const { children, read, hidden = (all) => all, names, readable } = draw({ ...seen, ...kept });
  const element = form(children, async () => {
    const all = read(element);
    const mine = changes(seen, all);
    if (!Object.keys(mine).length) return toast(t("unchanged"));
    // What cannot be read cannot be put back either.
    const isLasting = !same(all, hidden(all));
    const saved = await save(seen, mine, { names, readable, isLasting });
    if (!saved) return false;
    sessionStorage.removeItem(key);
    put(place, name, draw, saved);
    place.querySelector("form > .actions .primary").focus();
    return undefined;
  });
  const keep = () => sessionStorage.setItem(key, JSON.stringify(hidden(read(element))));
  for (const event of ["input", "change", "rows"]) element.addEventListener(event, keep);
  fill(place, element);
}

async function save(seen, mine, { names, readable, isLasting }) {
  const send = (base) => api.patch("/settings", mine, base);
  const saved = await saveOver(seen, mine, send, names, readable);
  if (!saved) return false;
  await reloadShop();
  const before = pick(seen, Object.keys(mine));
  toast(t("settings.saved"), { undo: !isLasting && (() => takeBack(before, saved)) });
  return saved;
}

const takeBack = (before, saved) => run(async () => {
  await api.patch("/settings", before, saved);
  await reloadShop();
  again();
});
