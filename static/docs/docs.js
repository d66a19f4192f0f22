// The page that shows openapi.json: loads it, puts its parts in order and starts what moves.

import { h, byId, code, fold, open } from './dom.js';
import { fields } from './fields.js';
import { linkCode, markdown } from './markdown.js';
import { fillContents, startDrawer } from './menu.js';
import { operation, permalink } from './operation.js';
import { shape } from './schema.js';
import { startSearch } from './search.js';
import { credentials } from './security.js';
import { components, load, operations, schemaNamed, tags } from './spec.js';

const SPEC = 'openapi.json';

note('Loading …');
load(SPEC).then(show, (cause) => note(`The API could not be shown: ${cause.message}.`));

function note(text) {
  byId('page').replaceChildren(h('h1', document.title), h('p', text));
}

function show({ info }) {
  const all = operations();
  const groups = tags(all);
  const objects = components('schemas').map(([title]) =>
    ({ title, id: `object-${title}`, schema: schemaNamed(title) }));
  const base = new URL('.', location).href.slice(0, -1);
  linkCode((text) => named(text, all));
  byId('page').replaceChildren(
    intro(info, base),
    credentials(),
    ...groups.map((group) => tagSection(group, all, base)),
    h('section.tag', { id: 'objects' }, h('h2', 'Objects'), objects.map(object)));
  document.title = `${info.title} API`;

  for (const part of document.querySelectorAll('#side [hidden]')) part.hidden = false;
  fillContents([...groups, { title: 'Objects', id: 'objects', operations: [] }]);
  startSearch(all, objects, startDrawer());
  addEventListener('hashchange', goToHash);
  // On paper nothing can be opened.
  addEventListener('beforeprint', () => document.querySelectorAll('.object').forEach(open));
  goToHash();
}

/** The operation that a text such as "POST /orders/<id>" names. */
function named(text, all) {
  const plain = (path) => path.replace(/[<{][^>}]*[>}]/g, '*');
  return all.find((it) => plain(`${it.method.toUpperCase()} ${it.path}`) === plain(text))?.id;
}

const intro = ({ title, version, description }, base) => h('section.prose.intro',
  h('h1', title),
  h('p.muted', `Version ${version} · `, code(base), ' · ', h('a', { href: SPEC }, SPEC)),
  markdown(description));

const tagSection = (tag, all, base) => h('section.tag', { id: tag.id },
  h('h2', tag.title, permalink(tag)),
  markdown(tag.description),
  tag.operations.map((it) => operation(it, all, base)));

function object({ id, title, schema }) {
  const label = [h('strong', title), h('span.muted', shape(schema).description)];
  const box = fold('response.object', label, () => fields(schema));
  box.id = id;
  return box;
}

// The browser looked for the target of the address before the page had any, and opens nothing.
function goToHash() {
  const target = byId(location.hash.slice(1));
  if (target?.matches('details')) open(target);
  target?.scrollIntoView();
}
