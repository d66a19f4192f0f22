// Shows the fields of a schema as a list of names and what is to be said of each.

import { h, code, between, fold } from './dom.js';
import { markdown } from './markdown.js';
import { shape, entriesOf, fieldsOf, typeWords, limits } from './schema.js';
import { REF } from './spec.js';

const LETTERS_MAX = 40;
const VALUES_MAX = 12;

/** All fields of a schema, or its type when it has none. `above` are the schemas around it. */
export function fields(schema, above = []) {
  const it = shape(schema);
  const own = fieldsOf(it);
  if (!own.length) return [h('p.type', typeWords(it)), limitsOf(it), inside(it, above)];
  const silent = own.filter(isSilent).map(([name]) => code(name));
  return [
    limitsOf(it),
    rows(own.filter((each) => !isSilent(each)), [...above, it[REF]]),
    silent.length > 0 && h('p.limits', 'Read-only, ignored when sent: ', between(silent, ', ')),
  ];
}

/** Whether nothing is said of a field but that it is read-only. */
function isSilent([, schema]) {
  const it = shape(schema);
  return it.readOnly && !it.types.length && !it.choices;
}

export const rows = (list, above) => list.length > 0 && h('dl.fields', list.map(row(above)));

const row = (above = []) => ([name, schema, required]) => {
  const it = shape(schema);
  // What has a name is shown in full under that name.
  const full = (entriesOf(it) || it).name;
  const { deprecated, readOnly, writeOnly } = it;
  const marks = { required, deprecated, 'read-only': readOnly, 'write-only': writeOnly };
  return h('div',
    h('dt',
      code(name), ' ',
      h(full ? 'a.type' : 'span.type', { href: full && `#object-${full}` }, typeWords(it)),
      Object.keys(marks).map((mark) => marks[mark] && h(`span.mark.${mark}`, ` ${mark}`))),
    h('dd', markdown(it.description), limitsOf(it, full), inside(it, above)));
};

function limitsOf(it, name) {
  const all = limits(it).map((each) => limit(each, name)).filter(Boolean);
  return all.length > 0 && h('p.limits', between(all, ' · '));
}

function limit([words, ...values], name) {
  const texts = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  if (name && texts.length > VALUES_MAX) return `${words} ${texts.length} values`;
  if (name && texts.some((text) => text.length > LETTERS_MAX)) return null;
  return [words, ' ', between(texts.map(code), ', ')];
}

/** The fields of what stands inside, to be opened: of an object, of entries, of each choice. */
function inside(it, above) {
  if (it.choices) return it.choices.map((choice) => inside(choice, above));
  const entries = entriesOf(it);
  if (entries) return inside(entries, above);
  if (!fieldsOf(it).length || (it[REF] && above.includes(it[REF]))) return null;
  const label = it.title ?? it.name;
  return fold('inner', label ? `Fields of ${label}` : 'Fields', () => fields(it, above));
}
