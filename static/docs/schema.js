// Reads JSON Schema: one flat view of a schema, and its type and limits in words.

import { deref, nameOf, REF } from './spec.js';

/** References followed, allOf merged, null taken out of the types, a choice of one made plain. */
export function shape(schema, seen = []) {
  const ref = schema?.$ref;
  if (seen.includes(ref)) return flat({});
  const inner = ref ? [...seen, ref] : seen;
  const { allOf = [], oneOf, anyOf, ...own } = deref(schema);
  const merged = [...allOf.map((part) => shape(part, inner)), own].reduce(merge, {});
  const choices = (oneOf ?? anyOf)?.map((it) => shape(it, inner));
  return choices ? choose(merged, choices, oneOf ? 'exactly' : 'at least') : flat(merged);
}

function merge(a, b) {
  const properties = { ...a.properties };
  for (const [name, field] of Object.entries(Object(b.properties))) {
    properties[name] = name in properties ? { allOf: [properties[name], field] } : field;
  }
  const required = [a, b].flatMap((it) => it.required ?? []);
  return { ...a, ...b, properties, required, [REF]: b[REF] ?? a[REF] };
}

/** What is left of oneOf or anyOf: fields of which some are needed, one schema, or a choice. */
function choose(own, choices, many) {
  if (choices.every((it) => !it.types.length && it.required?.length)) {
    const needs = choices.map((it) => it.required.join(' + '));
    return { ...flat(own), needs: [`${many} one of`, ...needs] };
  }
  const real = choices.filter((it) => it.types.length || !it.nullable);
  const nullable = choices.some((it) => it.nullable);
  const one = real.length === 1 ? flat(merge(real[0], own)) : { ...flat(own), choices: real };
  return { ...one, nullable };
}

function flat(own) {
  const types = [own.type ?? guess(own)].flat().filter(Boolean);
  const nullable = types.includes('null');
  return { ...own, name: nameOf(own), nullable, types: types.filter((type) => type !== 'null') };
}

function guess({ properties, items, const: fixed, enum: [value] = [fixed] }) {
  if (Object.keys(Object(properties)).length) return 'object';
  return items ? 'array' : value !== undefined && typeof value;
}

/** The shape of the entries of an array, of anything else nothing. */
export const entriesOf = (it) => it.types[0] === 'array' && it.items && shape(it.items);

/** The schema of a parameter or header, with what is said of it beside its schema. */
export function schemaOf({ schema, description, example }) {
  const beside = Object.entries({ description, examples: example !== undefined && [example] });
  return { allOf: [schema], ...Object.fromEntries(beside.filter(([, value]) => value)) };
}

/** A value that fits, as far as the schema tells one. */
export function exampleOf(schema) {
  const it = shape(schema);
  return it.examples?.[0] ?? it.default ?? it.const ?? it.enum?.[0] ?? it.minimum ?? 1;
}

/** [name, schema, whether it must be there] of each field of an object. */
export function fieldsOf({ properties = {}, required = [], additionalProperties: others }) {
  const fields = Object.entries(properties)
    .map(([name, schema]) => [name, schema, required.includes(name)]);
  return others?.constructor === Object ? [...fields, ['any name', others]] : fields;
}

/** "string or null", "array of Order" */
export function typeWords(it) {
  const words = [ownWords(it), it.nullable && 'null'].filter(Boolean);
  return words.join(' or ') || 'any value';
}

function ownWords(it) {
  if (it.choices) return [...new Set(it.choices.map(typeWords))].join(' or ');
  const entries = entriesOf(it);
  if (entries) return `array of ${typeWords(entries)}`;
  return it.types[0] === 'object' && it.name ? it.name : it.types.join(' or ');
}

/** What a value must keep to: lists of words and of the values that they speak of. */
export function limits(it) {
  const entries = entriesOf(it);
  const ofEach = entries && !entries.types.includes('object') ? limits(entries) : [];
  return [
    it.needs,
    it.const !== undefined && ['always', it.const],
    it.enum && ['one of', ...it.enum.filter((value) => value !== null)],
    it['x-extensible-enum'] && ['so far one of', ...it['x-extensible-enum']],
    it.format && ['format', it.format],
    range(it.minimum, it.maximum, ''),
    range(it.minLength, it.maxLength, ' characters'),
    range(it.minItems, it.maxItems, ' entries'),
    range(it.minProperties, it.maxProperties, ' fields'),
    it.pattern && ['pattern', it.pattern],
    it.default !== undefined && ['default', it.default],
    it.examples && ['such as', it.examples[0]],
    ...ofEach.map(([words, ...values]) => [`each ${words}`, ...values]),
  ].filter(Boolean);
}

function range(from, to, unit) {
  const [low, high] = [from, to].map((value) => value?.toLocaleString('en'));
  if (low && high) return [low === high ? `exactly ${low}${unit}` : `${low} to ${high}${unit}`];
  return low ? [`at least ${low}${unit}`] : high && [`at most ${high}${unit}`];
}
