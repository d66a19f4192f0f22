// Makes the curl command of an operation, ready for a POSIX shell. `demo` is what the description
// says of it in the sample shop (x-demo): parameters by their names, the `body`, `options` of curl,
// a command whose output is the body (`input`), the variable that holds the address (`at`) or that
// takes it from the answer (`made`), and the `status` of the answer.

import { exampleOf } from './schema.js';
import { credentialOf } from './security.js';
import { resolved } from './spec.js';

/** One word for the shell: it fills in variables such as $ORDER_ID, and leaves all else. */
function quote(text) {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  if (/\$[A-Z]/.test(text)) return `"${text.replace(/["`\\]/g, '\\$&')}"`;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

const header = (name, value) => `-H ${quote(`${name}: ${value}`)}`;

export function curl(it, base) {
  const [type, media] = it.contents[0] ?? [];
  const credential = credentialOf(it);
  const command = [
    `curl ${options(it)}${quote(address(it, base))}`,
    credential && header('Authorization', `Bearer ${credential}`),
    ...needed(it, 'header').map((each) => header(each.name, sample(it, each))),
    type && header('Content-Type', type),
    type && data(type, it.demo.body ?? examples(media)[0]?.value),
  ].filter(Boolean).join(' \\\n  ');
  const whole = it.demo.input ? `${it.demo.input} | ${command}` : command;
  return it.demo.made ? `${it.demo.made}=$(${whole} | made)` : whole;
}

/** The status with which the sample shop answers the command. */
export const answered = ({ demo, responses }) =>
  demo.status ?? responses.find(([status]) => status < '4')?.[0];

// curl gets by itself, and posts when there is a body. A file is saved under its own name.
function options({ method, contents, responses, demo }) {
  const saved = responses.some(([status, it]) =>
    status < '3' && resolved(it.content).some(([type]) => !/json|text/.test(type)));
  const known = method === 'get' || (method === 'post' && contents.length);
  return [demo.made && '-si', demo.options, saved && '-OJ', !known && `-X ${method.toUpperCase()}`]
    .map((option) => (option ? `${option} ` : '')).join('');
}

function address(it, base) {
  if (it.demo.at) return base + it.demo.at;
  const path = needed(it, 'path').reduce((text, each) =>
    text.replace(`{${each.name}}`, escape(sample(it, each))), it.path);
  const query = needed(it, 'query').map((each) => `${each.name}=${escape(sample(it, each))}`);
  return base + path + (query.length ? `?${query.join('&')}` : '');
}

const escape = (value) => (/^\$[A-Z]/.test(value) ? value : encodeURIComponent(value));

const needed = ({ parameters, demo }, place) =>
  parameters.filter((each) => each.in === place && (each.required || each.name in demo));

const sample = ({ demo }, { name, example, schema }) =>
  String(demo[name] ?? example ?? exampleOf(schema));

function data(type, value) {
  if (/json/.test(type)) return `-d ${quote(JSON.stringify(value ?? {}, null, 2))}`;
  return value === undefined ? '--data-binary @-' : `--data-raw ${quote(value)}`;
}

/** The examples of a media type, each with its title. */
export function examples({ example, examples: named }) {
  const all = resolved(named).map(([name, it]) => ({ title: it.summary ?? name, value: it.value }));
  return example === undefined ? all : [{ title: 'Example', value: example }, ...all];
}
