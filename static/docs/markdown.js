// A small reader of Markdown: paragraphs, lists, and inside them code, bold and links.
// Whatever else there is stays text.

import { h, code } from './dom.js';

const INLINE = /(`[^`]+`|\*\*.+?\*\*|\[[^\]]+\]\([^()\s]+\))/;
const ITEM = /^\s*(?:[-*]|\d+[.)])\s+/m;

let idOf = () => null;

/** `find` turns code such as "POST /orders" into the id of what it speaks of, or null. */
export function linkCode(find) {
  idOf = find;
}

export const markdown = (text = '') => text.split(/\n\s*\n/).map(block);

function block(text) {
  const parts = text.split(ITEM);
  const lead = parts.shift().trim();
  const list = /^\s*\d/.test(text.slice(lead.length)) ? 'ol' : 'ul';
  return [
    lead && h('p', inline(lead)),
    parts.length > 0 && h(list, parts.map((part) => h('li', inline(part)))),
  ];
}

export const inline = (text = '') =>
  text.split(INLINE).map((part, i) => (i % 2 ? piece(part) : part));

function piece(part) {
  if (part.startsWith('*')) return h('strong', inline(part.slice(2, -2)));
  if (part.startsWith('`')) return codeOrLink(part.slice(1, -1));
  const [, words, href] = /\[(.+)\]\((.+)\)/.exec(part);
  // Never javascript: or data:.
  return /^(https?:|mailto:|[#/])/.test(href) ? h('a', { href }, inline(words)) : part;
}

function codeOrLink(text) {
  const id = idOf(text);
  return id ? h('a', { href: `#${id}` }, code(text)) : code(text);
}
