// The same with many things, one after the other: one that is refused holds up no other, and in the
// end it is said which that were, and why.

import { again } from "../../address.js";
import { dialog } from "../../dialog.js";
import { t } from "../../texts.js";
import { h, problemText, run, toast } from "../../ui.js";

/**
 * `work(item)` answers what came of it, null where there was nothing to do. `told(n)`: how many are
 * through; `failed(item, why)`. Answers what was done.
 */
export async function oneByOne(items, work, { failed, told = () => {}, signal }) {
  const done = [];
  for (const [at, item] of items.entries()) {
    if (signal?.aborted) break;
    told(at);
    try {
      const made = await work(item);
      if (made) done.push(made);
    } catch (error) {
      // Without a session none of the others can be done either.
      if (error.status === 401) break;
      if (!error.status && error.code !== "offline") throw error;
      failed(item, problemText(error));
    }
  }
  told(items.length);
  return done;
}

/** What was refused. `link`: its address and its name; `close()`: leaves the window. */
export const refusal = ([href, name], text, close) => h("li", { class: "fault" },
  h("a", { href, onclick: () => close() }, name), ` ${text}`);

/**
 * Does it with all of them, and says how many were done and which were not. `link(item)`: its
 * address and name; `said`: the key of what is said; `undo(done)` takes it back.
 */
export async function doMany(items, work, { link, said, undo }) {
  const refused = [];
  const done = await oneByOne(items, work, {
    failed: (item, text) => refused.push([link(item), text]),
  });
  again();
  const n = done.length;
  if (n) toast(t(said, { n }), { undo: () => run(() => undo(done)) });
  if (!refused.length) return;
  await dialog(t("bulk.result", { n, failed: refused.length }), (close) => h("div", {},
    h("ul", { class: "faults" }, refused.map(([link, text]) => refusal(link, text, close))),
    h("div", { class: "actions" },
      h("button", { type: "button", class: "primary", onclick: () => close() }, t("close")))));
}
