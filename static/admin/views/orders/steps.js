// The steps of an order: taking one, and taking it back.

import { api, locationOf, Problem } from "../../api.js";
import { t } from "../../texts.js";
import { run, toast } from "../../ui.js";

/** Steps that the shop takes back when somebody clicked wrongly. */
const VOIDABLE = new Set(["payments", "packing", "delivery"]);

/**
 * Takes a step and shows the order as the shop answers it; a toast offers the way back where there
 * is one. `changed(order)` draws; without an order it asks the shop for it.
 */
export async function take(order, what, body, changed) {
  const next = await api.post(`/orders/${order.id}/${what}`, body, order).catch((error) => {
    if (error.status !== 412) throw error;
    // Somebody else was quicker: show what they did.
    changed();
    throw new Problem(412, { ...error.body, detail: t("order.stale") });
  });
  const step = VOIDABLE.has(what) && locationOf(next);
  keepLatest(order.id, step);
  // A withdrawal answers its receipt, all else the order.
  await changed(next.items && next.number ? next : undefined);
  toast(t(`order.did_${what}`), { undo: step && (() => run(() => takeBack(step, changed))) });
}

/** Takes a step back; `step` is its address, `/orders/7/packing/3`. */
export async function takeBack(step, changed) {
  await api.delete(step);
  keepLatest(step.split("/")[2], null);
  await changed();
  toast(t("order.undone"));
}

/**
 * A dialog stays open when the shop says no. What it says then belongs into the dialog, as a toast
 * would lie behind it.
 */
export const inForm = (work) => work.catch((error) => {
  throw [409, 412].includes(error.status) ? new Problem(422, error.body) : error;
});

// Several steps of one second have no order among them: this tab remembers which one it took last.
const name = (id) => `latest step ${id}`;

export const latestStep = (id) => sessionStorage.getItem(name(id));

function keepLatest(id, step) {
  if (step) sessionStorage.setItem(name(id), step);
  else sessionStorage.removeItem(name(id));
}
