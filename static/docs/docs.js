// Dresses the page, whose outline came with it: loads openapi.json, draws each operation by it when
// it is looked at, and starts what moves.

import { h, byId, fold, open } from './dom.js';
import { dressBlocks } from './code.js';
import { drawAll, drawForSearch, drawNow, drawWhenSeen } from './drawing.js';
import { fields } from './fields.js';
import { linkCode } from './markdown.js';
import { fillContents, startDrawer } from './menu.js';
import { drawOperation } from './operation.js';
import { shape } from './schema.js';
import { startSearch } from './search.js';
import { components, load, operations, schemaNamed } from './spec.js';

const SPEC = 'openapi.json';
/** Where the page says that the shop is; it knows better. */
const WRITTEN = 'http://127.0.0.1:8000';

const base = new URL('.', location).href.slice(0, -1);

const loaded = load(SPEC);
for (const part of document.querySelectorAll('#side [hidden], #objects')) part.hidden = false;
const drawer = startDrawer();
// In pieces, between which a finger is followed.
soon(() => dressBlocks(WRITTEN, base));
soon(fillContents);
loaded.then(() => soon(show), (cause) => {
  byId('trouble').textContent = `The details could not be loaded: ${cause.message}.`;
});

function soon(work) {
  setTimeout(work);
}

function show() {
  const all = operations();
  linkCode((text) => named(text, all));
  soon(() => {
    for (const it of all) drawWhenSeen(byId(it.id), () => drawOperation(it, all, base));
  });
  soon(() => complete(all));
}

/** What goes beyond single operations. */
function complete(all) {
  const objects = components('schemas').map(([title]) =>
    ({ title, id: `object-${title}`, schema: schemaNamed(title) }));
  drawWhenSeen(byId('objects'), () => byId('objects').append(...objects.map(object)));
  drawForSearch();
  startSearch(all, objects, drawer);
  addEventListener('hashchange', goToHash);
  // On paper nothing can be opened.
  addEventListener('beforeprint', () => {
    drawAll();
    document.querySelectorAll('.object').forEach(open);
  });
  goToHash();
}

/** The operation that a text such as "POST /orders/<id>" names. */
function named(text, all) {
  const plain = (path) => path.replace(/[<{][^>}]*[>}]/g, '*');
  return all.find((it) => plain(`${it.method.toUpperCase()} ${it.path}`) === plain(text))?.id;
}

function object({ id, title, schema }) {
  const label = [h('strong', title), h('span.muted', shape(schema).description)];
  const box = fold('response.object', label, () => fields(schema));
  box.id = id;
  return box;
}

// The browser looked for the target of the address before all of it was there, and opens nothing.
function goToHash() {
  const id = location.hash.slice(1);
  if (!id) return;
  if (id.startsWith('object-')) drawNow(byId('objects'));
  const target = byId(id);
  // What is above it must not push it down when it is drawn.
  if (target?.previousElementSibling) drawNow(target.previousElementSibling);
  drawNow(target);
  if (target?.matches('details')) open(target);
  target?.scrollIntoView();
}
