// What somebody changed: only that is sent, so that nothing else is written over.

const sorted = (key, value) =>
  value && typeof value === "object" && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** Whether two values of the wire say the same, in whatever order their fields stand. */
export const same = (a, b) => JSON.stringify(a, sorted) === JSON.stringify(b, sorted);

/** The fields of `mine` that differ from what was seen. */
export const changes = (seen, mine) =>
  Object.fromEntries(Object.entries(mine).filter(([name, value]) => !same(seen[name], value)));

/** The same fields of another object. */
export const pick = (object, names) =>
  Object.fromEntries(names.map((name) => [name, object[name]]));
