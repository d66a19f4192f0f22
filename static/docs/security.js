// The credential that a command needs.

/** The variable of the first that fits; nothing where nobody needs one. */
export function credentialOf({ security }) {
  const [first] = security.map((alternative) => Object.keys(alternative)[0]);
  return first && security.every((alternative) => Object.keys(alternative).length)
    ? `$${first.toUpperCase()}`
    : null;
}
