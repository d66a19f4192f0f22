// Draws what the page does not say by itself of an operation: what it does, what it takes and
// answers, and its command.

import { h, code, between, byId, fold, pieces } from './dom.js';
import { copyable, jsonBlock } from './code.js';
import { answered, curl, examples } from './curl.js';
import { fields, rows } from './fields.js';
import { inline, markdown } from './markdown.js';
import { schemaOf } from './schema.js';
import { resolved } from './spec.js';

const PLACES = { path: 'In the path', query: 'In the query', header: 'Headers', cookie: 'Cookies' };

export function drawOperation(it, all, base) {
  const article = byId(it.id);
  const [words] = article.children;
  // The responses say more.
  words.querySelector('.statuses').remove();
  words.querySelector('.route').after(...pieces([
    it.deprecated && h('p.mark', 'deprecated'),
    markdown(it.description),
  ]));
  words.append(...pieces([
    Object.keys(PLACES).map((place) => parameters(it, place)),
    it.contents.length > 0 && body(it),
    h('section.part', h('h4', 'Responses'), it.responses.map(response)),
    next(it, all),
  ]));
  article.append(h('div.samples',
    copyable(curl(it, base), `Shell · answers ${answered(it)}`),
    it.demo.note && h('p.muted', it.demo.note),
    success(it)));
}

function parameters(it, place) {
  const list = it.parameters.filter((each) => each.in === place);
  return list.length > 0 && h('section.part',
    h('h4', PLACES[place]),
    rows(list.map((each) => [each.name, schemaOf(each), each.required])));
}

const body = ({ contents, body: { required, description } }) => h('section.part',
  h('h4', 'Body'),
  h('p.limits', between(contents.map(([type]) => code(type)), ' or '), !required && ', optional'),
  markdown(description),
  fields(contents[0][1].schema),
  examples(contents[0][1]).map(({ title, value }) =>
    fold('inner', `Example: ${title}`, () => jsonBlock(value, title))));

const response = ([status, it]) => fold('response', [
  h(`span.status.s${status[0]}`, status),
  h('span', inline(it.description), codesOf(it).map((text) => [' ', code(text)])),
], () => answer(it));

/** The codes of the problems that a response tells of. */
export const codesOf = (it) =>
  [...new Set(examplesOf(it).map(({ value }) => value?.code))].filter(Boolean);

const examplesOf = (it) => resolved(it.content).flatMap(([, media]) => examples(media));

function answer(it) {
  const headers = resolved(it.headers).map(([name, each]) => [name, schemaOf(each), each.required]);
  return [
    headers.length > 0 && [h('h5', 'Headers'), rows(headers)],
    resolved(it.content).map(([type, media]) => [
      h('h5', 'Body ', code(type)),
      media.schema && fields(media.schema),
      examples(media).map(({ title, value }) => jsonBlock(value, title)),
    ]),
    !it.content && h('p.muted', 'No body.'),
  ];
}

/** The example of what is answered when all goes well. */
function success({ responses }) {
  const [status, it] = responses.find(([each]) => each < '4') ?? [];
  const [first] = examplesOf(Object(it));
  return first && jsonBlock(first.value, `Answer ${status}`);
}

/** Links to what can be done with the answer. */
function next({ responses }, all) {
  const ids = responses.flatMap(([, it]) => resolved(it.links)).map(([, link]) => link.operationId);
  const targets = all.filter((it) => ids.includes(it.id));
  return targets.length > 0 && h('p.next', h('strong', 'Then: '),
    between(targets.map((it) => h('a', { href: `#${it.id}` }, it.title)), ', '));
}
