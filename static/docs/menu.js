// The contents at the side, read off the page: where the reader is, and the drawer of a phone.

import { h, byId } from './dom.js';

const menu = byId('menu');
const contents = byId('contents');

export function fillContents() {
  const sections = [...document.querySelectorAll('main > section[id]')];
  contents.append(...sections.map((section) => {
    const entries = [...section.querySelectorAll('h3[id], .operation')];
    return h('section',
      h('h2', h('a', { href: `#${section.id}` }, section.querySelector('h2').textContent)),
      entries.length > 0 && h('ul', entries.map((entry) => h('li', link(entry)))));
  }));
  followReader();
}

const link = (entry) => h('a', { href: `#${entry.id}` }, entry.matches('h3')
  ? h('span', entry.textContent)
  : [entry.querySelector('.method').cloneNode(true), h('span', titleOf(entry))]);

/** Without the sign of its link. */
const titleOf = (article) => article.querySelector('h3').firstChild.textContent.trim();

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
