// A part of the settings that this shop's server may not know yet.

import { h } from "../dom.js";
import { card } from "../ui.js";

/** What the part shows; where the server knows no such thing, what it says of that. */
export async function unlessMissing(title, show) {
  try {
    return await show();
  } catch (error) {
    if (error.status !== 404) throw error;
    return card(title, h("p", {}, error.message));
  }
}
