// Says in words who may call an operation, and what the credentials are.

import { h, code, between } from './dom.js';
import { copyable } from './code.js';
import { markdown } from './markdown.js';
import { components } from './spec.js';

const isOpen = (alternative) => !Object.keys(alternative).length;

/** Whether nobody gets in without a credential. */
export const needsCredential = ({ security }) => security.length > 0 && !security.some(isOpen);

export function who(it) {
  const named = it.security.filter((each) => !isOpen(each)).map(alternative);
  if (!named.length) return 'Anyone.';
  const open = needsCredential(it) ? 'With ' : 'Anyone, with no credential or with ';
  return [open, between(named, ', ', ' or '), '.'];
}

const alternative = (schemes) => between(Object.entries(schemes).map(([name, roles]) => [
  h('a', { href: `#auth-${name}` }, words(name)),
  roles.length && ` (${roles.join(', ')})`,
]), ' and ');

const words = (name) => name.replaceAll('_', ' ');

export const credentials = () => h('section.tag', { id: 'credentials' },
  h('h2', 'Credentials'),
  h('div.prose',
    h('p', 'The commands on this page take a credential from ', code('$KEY'), '. Set it once:'),
    copyable("export KEY='…'", 'Shell')),
  h('dl.fields', components('securitySchemes').map(([name, it]) => h('div', { id: `auth-${name}` },
    h('dt', h('strong', words(name)), h('br'), code(it.bearerFormat ?? it.name ?? it.scheme)),
    h('dd', markdown(it.description))))));
