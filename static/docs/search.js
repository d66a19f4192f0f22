// The search box: what can be found, and the keys / Esc, arrows and Enter.

import { h, byId } from './dom.js';
import { codesOf } from './operation.js';
import { fieldsOf, shape } from './schema.js';
import { REF } from './spec.js';

const box = byId('query');
const results = byId('results');

/** Makes the box search; `drawer` is where it lies on a small screen. */
export function startSearch(operations, objects, drawer) {
  let known;
  // Nobody waits for all the words before somebody wants one.
  const entries = () => (known ??= [...operations.map(ofOperation), ...objects.map(ofObject)]);
  box.addEventListener('focus', entries);
  box.addEventListener('input', () => show(entries()));
  byId('side').addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !box.value) drawer.close();
    else if (event.key === 'Escape') clear();
    else if (event.key === 'Enter' && event.target === box) links()[0]?.click();
    else if (step(event.key)) event.preventDefault();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.target === box) return;
    event.preventDefault();
    drawer.open();
    box.select();
  });
}

/** With lists of words, the weightiest first; nobody sees the later, so a result names them. */
const ofOperation = (it) => ({
  ...it,
  hint: it.path,
  words: [
    [it.id, it.title, it.tag],
    [it.path, it.method],
    it.responses.flatMap(([, each]) => codesOf(each)),
    [...it.parameters.map((each) => each.name), ...names(it.contents)],
    names(it.responses.filter(([status]) => status < '4')
      .flatMap(([, each]) => Object.entries(Object(each.content)))),
  ],
});

const ofObject = (it) =>
  ({ ...it, hint: 'object', words: [[it.title], [], [], names([[it.title, it]])] });

/** The names of all fields in the schemas of these, however deep. */
function names(contents) {
  const found = new Set();
  const seen = new Set();
  const walk = (schema) => {
    const it = shape(schema);
    if (it[REF] && seen.has(it[REF])) return;
    seen.add(it[REF]);
    for (const [name, inner] of [it, ...it.choices ?? []].flatMap(fieldsOf)) {
      found.add(name);
      walk(inner);
    }
    if (it.items) walk(it.items);
  };
  contents.forEach(([, { schema }]) => walk(schema));
  return [...found];
}

function show(entries) {
  const query = box.value.trim();
  const hits = query ? find(entries, query) : [];
  byId('contents').hidden = query;
  results.replaceChildren(...hits.map(result));
  byId('found').textContent =
    query && `${hits.length || 'No'} ${hits.length === 1 ? 'result' : 'results'}`;
}

/** The entries that have every word of the query, best first. */
function find(entries, query) {
  const terms = query.toLowerCase().split(/\s+/);
  const rank = ({ hits }) => hits.reduce((sum, it) => sum + it.rank, 0);
  return entries.map((entry) => ({ ...entry, hits: terms.map((term) => hit(entry, term)) }))
    .filter(({ hits }) => hits.every(Boolean))
    .sort((a, b) => rank(a) - rank(b));
}

function hit({ words }, term) {
  const has = (word) => word.toLowerCase().includes(term);
  const rank = words.findIndex((list) => list.some(has));
  return rank >= 0 && { rank, word: words[rank].find(has) };
}

function result({ id, method = '', title, hint, hits }) {
  const hidden = new Set(hits.filter((it) => it.rank > 1).map((it) => it.word));
  return h('li', h('a', { href: `#${id}` },
    h(`span.method.${method}`, method.toUpperCase()),
    h('span', title, h('small', [hint, ...hidden].join(' · ')))));
}

function clear() {
  box.value = '';
  show([]);
  box.focus();
}

const links = () => [...results.querySelectorAll('a')];

/** Moves between the box and the results; says whether there was somewhere to go. */
function step(key) {
  const stops = [box, ...links()];
  const at = stops.indexOf(document.activeElement);
  const next = at >= 0 && stops[at + { ArrowDown: 1, ArrowUp: -1 }[key]];
  if (next) next.focus();
  return next;
}
