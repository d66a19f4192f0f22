// Loads the description of the API that the page shows, and follows the references in it.

/** Under this key a resolved thing remembers the reference it came from. */
export const REF = Symbol('ref');

const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'];
const SCHEMAS = '#/components/schemas/';

let spec;

export async function load(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  spec = await answer.json();
  return spec;
}

/** The thing itself, wherever it stands. What is written beside a $ref wins over what it names. */
export function deref(node, seen = []) {
  if (!node?.$ref) return Object(node);
  const { $ref, ...beside } = node;
  const target = seen.includes($ref) ? {} : deref(lookup($ref), [...seen, $ref]);
  return { ...target, ...beside, [REF]: $ref };
}

function lookup(ref) {
  const plain = (step) => step.replaceAll('~1', '/').replaceAll('~0', '~');
  const steps = decodeURIComponent(ref).split('/').slice(1);
  return steps.reduce((node, step) => node?.[plain(step)], spec);
}

/** [name, thing] of each in an object of things that may be references. */
export const resolved = (all) =>
  Object.entries(Object(all)).map(([name, node]) => [name, deref(node)]);

export const components = (kind) => resolved(spec.components?.[kind]);

export const schemaNamed = (name) => ({ $ref: SCHEMAS + name });

export const nameOf = (schema) =>
  schema[REF]?.startsWith(SCHEMAS) && schema[REF].slice(SCHEMAS.length);

export const operations = () => resolved(spec.paths).flatMap(([path, item]) =>
  METHODS.filter((method) => item[method]).map((method) => operation(path, method, item)));

function operation(path, method, item) {
  const own = item[method];
  const body = deref(own.requestBody);
  const parameters = [item, own].flatMap((it) => it.parameters ?? []).map((it) => deref(it));
  return {
    ...own,
    path,
    method,
    body,
    id: own.operationId ?? method + path.replace(/\W+/g, '-'),
    title: own.summary ?? `${method} ${path}`,
    tag: own.tags?.[0] ?? 'other',
    // One of the operation stands in for that of its path with the same name.
    parameters: [...new Map(parameters.map((it) => [it.in + it.name, it])).values()],
    contents: resolved(body.content),
    responses: resolved(own.responses),
    security: own.security ?? spec.security ?? [],
    demo: { ...item['x-demo'], ...own['x-demo'] },
  };
}
