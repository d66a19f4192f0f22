// The pictures of a product: what is added is shrunk and sent at once, the rest is changed where it
// stands.

import { api } from "../../api.js";
import { confirm } from "../../dialog.js";
import { t } from "../../texts.js";
import { card, h, run } from "../../ui.js";
import { orderable } from "../shared/orderable.js";
import { pictureInput } from "../shared/picture_input.js";
import { tile } from "./picture.js";
import { fresh, handOver, keep, standIn, take, unsentOf } from "./picture_queue.js";

/**
 * `changed()` is told when there are other pictures. Answers the card; `images()`, those that a
 * variant can have; and `handOver(made, variants)`, which gives what waits to the product that was
 * made of these variants.
 */
export function picturesCard(product, changed) {
  const list = h("ul", { class: "pictures" });
  const stored = (product.images ?? []).map((image) => ({ image, alt: image.alt }));
  const kept = unsentOf(product.id);
  const page = {
    id: product.id, list, changed, tiles: new Map(), entries: [...stored, ...kept],
  };
  page.draw = () => draw(page);
  page.acts = actsOf(page);
  for (const entry of kept) take(page, entry);
  orderable(list, (from, to) => run(() => place(page, from, to)));
  draw(page);
  return {
    element: card(t("product.images"), list, pictureInput((files) => add(page, files.map(fresh))),
      h("p", { class: "hint" }, t(page.id ? "pictures.hint" : "pictures.hint_new"))),
    images: () => page.entries.flatMap((entry) => entry.image ?? (page.id ? [] : standIn(entry))),
    handOver: (made, variants) => handOver(page, made, variants),
  };
}

/** Only what is new or moved is put in its place, so that nobody loses the words they type. */
function draw({ list, entries, acts, tiles }) {
  for (const [entry, { element }] of tiles) if (!entries.includes(entry)) element.remove();
  entries.forEach((entry, at) => {
    if (!tiles.has(entry)) tiles.set(entry, tile(entry, acts));
    const { element, show } = tiles.get(entry);
    show(at, entries.length);
    if (list.children[at] !== element) list.insertBefore(element, list.children[at] ?? null);
  });
  list.hidden = !entries.length;
}

const actsOf = (page) => ({
  move: (entry, by) => run(async () => {
    const from = page.entries.indexOf(entry);
    const to = from + by;
    if (!page.entries[to]) return;
    const placing = place(page, from, to);
    page.list.children[to].querySelector(`[data-by="${by}"]`).focus();
    await placing;
  }),
  rename: (entry, alt) => run(() => rename(page, entry, alt)),
  remove: (entry) => run(() => remove(page, entry)),
  again: (entry) => take(page, entry),
});

function add(page, entries) {
  page.entries.push(...entries);
  entries.forEach((entry) => take(page, entry));
}

const addressOf = ({ id }, { image }) => `/products/${id}/images/${image.id}`;

/** Puts an entry in another place; in the shop only those count that it has. */
async function place(page, from, to) {
  const before = [...page.entries];
  const [entry] = page.entries.splice(from, 1);
  page.entries.splice(to, 0, entry);
  draw(page);
  keep(page);
  if (!entry.image) return;
  const position = page.entries.filter(({ image }) => image).indexOf(entry) + 1;
  try {
    await api.patch(addressOf(page, entry), { position });
  } catch (error) {
    page.entries = before;
    draw(page);
    throw error;
  }
  await page.changed();
}

async function rename(page, entry, alt) {
  entry.alt = alt;
  if (!entry.image) return;
  entry.image = await api.patch(addressOf(page, entry), { alt });
  await page.changed();
}

async function remove(page, entry) {
  const sure = !entry.image
    || await confirm(t("pictures.delete_title"), t("pictures.delete_text"), t("pictures.delete"));
  if (!sure) return;
  if (entry.image) await api.delete(addressOf(page, entry));
  const at = page.entries.indexOf(entry);
  page.entries.splice(at, 1);
  keep(page);
  draw(page);
  const next = page.list.children[Math.min(at, page.entries.length - 1)];
  (next ?? page.list.nextElementSibling).querySelector("button").focus();
  await page.changed();
}
