// Makes the curl command of an operation, ready for a POSIX shell.

import { exampleOf } from './schema.js';
import { needsCredential } from './security.js';
import { resolved } from './spec.js';

/** One word for the shell: quoted unless every letter of it is harmless. */
const quote = (text) =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

const header = (name, value) => `-H ${quote(`${name}: ${value}`)}`;

export function curl(it, base) {
  const [type, media] = it.contents[0] ?? [];
  return [
    `curl ${options(it)}${quote(address(it, base))}`,
    // Double quotes, for the shell fills in the key.
    needsCredential(it) && '-H "Authorization: Bearer $KEY"',
    ...needed(it, 'header').map((each) => header(each.name, sample(each))),
    type && header('Content-Type', type),
    type && data(type, examples(media)[0]?.value),
  ].filter(Boolean).join(' \\\n  ');
}

// curl gets by itself, and posts when there is a body. A file is saved under its own name.
function options({ method, contents, responses }) {
  const saved = responses.some(([status, it]) =>
    status < '3' && resolved(it.content).some(([type]) => !/json|text/.test(type)));
  const known = method === 'get' || (method === 'post' && contents.length);
  return (saved ? '-OJ ' : '') + (known ? '' : `-X ${method.toUpperCase()} `);
}

function address(it, base) {
  const path = needed(it, 'path').reduce((text, each) =>
    text.replace(`{${each.name}}`, encodeURIComponent(sample(each))), it.path);
  const query = needed(it, 'query').map((each) =>
    `${each.name}=${encodeURIComponent(sample(each))}`);
  return base + path + (query.length ? `?${query.join('&')}` : '');
}

const needed = ({ parameters }, place) =>
  parameters.filter((each) => each.in === place && each.required);

const sample = (it) => String(it.example ?? exampleOf(it.schema));

function data(type, value) {
  if (/json/.test(type)) return `-d ${quote(JSON.stringify(value ?? {}, null, 2))}`;
  return value === undefined ? '--data-binary @file' : `--data-raw ${quote(value)}`;
}

/** The examples of a media type, each with its title. */
export function examples({ example, examples: named }) {
  const all = resolved(named).map(([name, it]) => ({ title: it.summary ?? name, value: it.value }));
  return example === undefined ? all : [{ title: 'Example', value: example }, ...all];
}
