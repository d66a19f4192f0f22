// The contents at the side: tags and operations, where the reader is, and the drawer of a phone.

import { h, byId } from './dom.js';
import { methodWord } from './operation.js';

const menu = byId('menu');
const contents = byId('contents');

export function fillContents(groups) {
  contents.append(...groups.map(({ title, id, operations }) => h('section',
    h('h2', h('a', { href: `#${id}` }, title)),
    h('ul', operations.map((it) => h('li',
      h('a', { href: `#${it.id}` }, methodWord(it.method), h('span', it.title))))))));
  followReader();
}

/** On a small screen the drawer covers the page, so it closes when the focus goes there. */
export function startDrawer() {
  const set = (open) => {
    menu.ariaExpanded = open;
    byId('drawer').classList.toggle('open', open);
  };
  menu.addEventListener('click', () => set(menu.ariaExpanded !== 'true'));
  byId('side').addEventListener('click', (event) => event.target.closest('a') && set(false));
  byId('page').addEventListener('focusin', () => set(false));
  const close = () => {
    set(false);
    menu.focus();
  };
  return { open: () => set(true), close };
}

/** Marks the entry of what is being read. */
function followReader() {
  const links = new Map([...contents.querySelectorAll('a')].map((a) => [a.hash.slice(1), a]));
  let current;
  const observer = new IntersectionObserver((entries) => {
    const seen = entries.findLast((entry) => entry.isIntersecting);
    if (!seen) return;
    current?.removeAttribute('aria-current');
    current = links.get(seen.target.id);
    current.setAttribute('aria-current', 'location');
    current.scrollIntoView({ block: 'nearest' });
  }, { rootMargin: '-10% 0px -85% 0px' });
  for (const id of links.keys()) observer.observe(byId(id));
}
