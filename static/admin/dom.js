// Elements, made without markup in strings: whatever somebody typed stays text.

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "path", "rect", "line", "g", "text", "title", "circle", "polyline"]);

/**
 * Makes an element. `props`: attributes; `on…` are listeners, `class` may be a list, a value of
 * false, null or undefined leaves an attribute out, true sets it empty. Children: nodes, text,
 * numbers, lists of them; null and false are nothing.
 */
export function h(tag, props = {}, ...children) {
  const element = SVG_TAGS.has(tag)
    ? document.createElementNS(SVG, tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "disabled") element[name] = value;
    else element.setAttribute(name, value === true ? "" : Array.isArray(value) ? value.filter(Boolean).join(" ") : value);
  }
  element.append(...nodes(children));
  return element;
}

/** Puts other children into an element. */
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
  return element;
}

function nodes(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : document.createTextNode(String(child))));
}

/** Text from people, which may run from right to left. */
export const words = (text, tag = "span") => h(tag, { dir: "auto" }, text);

let last = 0;
/** An id that no other element has. */
export const uid = (start = "x") => `${start}-${++last}`;
