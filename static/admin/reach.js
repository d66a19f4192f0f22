// Whether the shop, and all parts of its page, can be reached.

const LOOK_MILLIS = 2000;
const listeners = new Set();

/** Tells when the shop cannot be reached (`offline`), and when it is back (`online`). */
export function onTrouble(listener) {
  listeners.add(listener);
  if (isAway()) listener("offline");
}

const tell = (what) => listeners.forEach((listener) => listener(what));

let watching;

/** While the shop is away, the page looks by itself whether it is back. */
export function away() {
  watching ??= setInterval(look, LOOK_MILLIS);
  tell("offline");
}

export function here() {
  clearInterval(watching);
  watching = undefined;
  tell("online");
}

export const isAway = () => watching !== undefined;

/** Whether a module did not come; each browser has its own sentence for that. */
export const isMissingPart = ({ status, message }) => !status && /\b(import|module)/i.test(message);

/** Finds out whether the shop can be reached, whatever it says. */
export const look = () => fetch("/health", { cache: "no-store" }).then(here, away);
