// Makes elements out of values. Nothing on the page is ever parsed as HTML.

/** h('p.muted', 'text'), h('a', { href: '#x' }, 'text', [more, null]) */
export function h(name, ...rest) {
  const [tag, ...classes] = name.split('.');
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(' ');
  const props = rest[0]?.constructor === Object ? rest.shift() : {};
  for (const [key, value] of Object.entries(props)) if (value) node.setAttribute(key, value);
  node.append(...pieces(rest));
  return node;
}

/** What is there of nested lists of what may be there. */
export const pieces = (list) => list.flat(Infinity).filter(Boolean);

export const code = (text) => h('code', text);

export const byId = (id) => document.getElementById(id);

/** The items with `word` between them, and `last` before the last. */
export const between = (items, word, last = word) =>
  items.flatMap((item, i) => [i && (i === items.length - 1 ? last : word), item]);

/** A <details> filled when it is first opened: that ends cycles, and keeps the page quick. */
export function fold(name, label, build) {
  const box = h(`details.${name}`, h('summary', label));
  box.addEventListener('toggle', () => box.append(h('div', build())), { once: true });
  return box;
}

/** Opens it at once; by itself the browser would tell us later. */
export function open(box) {
  box.open = true;
  box.dispatchEvent(new Event('toggle'));
}
