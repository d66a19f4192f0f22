// What signing in and setting up have in common.

import { Problem } from "../api.js";

/** A "no" that belongs into the form: at the field it is about, not into a passing message. */
export function refused(error, pointer) {
  if (![401, 403, 429].includes(error.status)) return error;
  return new Problem(422, { detail: error.message, errors: [{ pointer, detail: error.message }] });
}
