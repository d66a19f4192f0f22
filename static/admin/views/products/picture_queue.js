// Pictures on their way to the shop: shrunk and sent one after the other, as a phone has little
// memory and a thin line. Their view may be left meanwhile; those of a new product wait for it.

import { api, query } from "../../api.js";
import { problemText } from "../../ui.js";
import { shrunk } from "../shared/shrink.js";
import { SMALL } from "../shared/thumb.js";
import { upload } from "../shared/upload.js";

/** By the id of the product, which a new one has not: what the shop does not have yet. */
const unsent = new Map();
let line = Promise.resolve();
let last = 0;

export const fresh = (file) => ({ file, alt: "", key: ++last });

export const unsentOf = (id) => unsent.get(id) ?? [];

const waiting = (page) => page.entries.filter(({ image }) => !image);

/** Remembers what waits for the product of this page. */
export const keep = (page) => unsent.set(page.id, waiting(page));

/** Makes an entry ready, and sends it where there is a product already. */
export function take(page, entry) {
  entry.page = page;
  delete entry.fault;
  if (!entry.src || page.id) entry.part = 0;
  keep(page);
  page.draw();
  line = line.then(() => work(entry)).catch(() => {});
}

/** A picture that waits, as the shop would answer it. Its id is one that the shop gives to none. */
export const standIn = ({ key, alt, src }) =>
  (src ? { id: -key, alt, urls: { [SMALL]: src } } : []);

/** Gives what waits to the product that was made of these variants. */
export function handOver(page, made, variants = []) {
  const of = ({ key }) => made.variants.filter((_, at) => variants[at]?.image_id === -key);
  for (const entry of waiting(page)) entry.of = of(entry).map(({ id }) => id);
  unsent.set(made.id, waiting(page));
  unsent.delete(page.id);
}

async function work(entry) {
  if (!entry.page.entries.includes(entry) || entry.image) return;
  try {
    entry.blob ??= await shrunk(entry.file);
    entry.src ??= URL.createObjectURL(entry.blob);
    entry.page.draw();
    if (entry.page.id) await send(entry);
  } catch (error) {
    entry.fault = problemText(error);
  }
  delete entry.part;
  // It may be another view of the product by now.
  const { page } = entry;
  keep(page);
  page.draw();
  if (!page.id) page.changed();
}

async function send(entry) {
  const path = `/products/${entry.page.id}/images`;
  const { alt } = entry;
  const image = await upload(query(path, { alt }), entry.blob, (part) => {
    entry.part = part;
    entry.told?.(part);
  });
  entry.image = image;
  delete entry.part;
  if (entry.alt !== alt) entry.image = await api.patch(`${path}/${image.id}`, { alt: entry.alt });
  URL.revokeObjectURL(entry.src);
  const { page } = entry;
  // A view that was opened meanwhile has read it from the shop.
  page.entries = page.entries.filter((one) => one === entry || one.image?.id !== image.id);
  page.draw();
  if (entry.of?.length) await standFor(entry);
  await page.changed();
}

/** Lets a picture stand for the variants that were made with it. */
async function standFor({ page, image, of }) {
  const path = `/products/${page.id}`;
  const seen = await api.get(path);
  const variants = seen.variants.map(({ id, options }) =>
    ({ id, options, ...(of.includes(id) && { image_id: image.id }) }));
  await api.patch(path, { options: seen.options, variants }, seen);
}
