// The steps of an order: taking one, and taking it back.

import { api, locationOf, Problem } from "../../api.js";
import { t } from "../../texts.js";
import { button, run, soon, toast } from "../../ui.js";

const confirm = soon(() => import("../../dialog.js"))("confirm");

/**
 * Takes a step and shows the order as the shop answers it; a toast offers the way back.
 * `changed(order)` draws; without an order it asks the shop for it. Answers where the step is read.
 */
export async function take(order, what, body, changed) {
  const next = await api.post(`/orders/${order.id}/${what}`, body, order).catch((error) => {
    if (error.status !== 412) throw error;
    // Somebody else was quicker: show what they did.
    changed();
    throw new Problem(412, { ...error.body, detail: t("order.stale") });
  });
  const step = locationOf(next);
  // A withdrawal answers its receipt, all else the order.
  await changed(next.items && next.number ? next : undefined);
  // What the provider of cards was told cannot be taken back.
  const undo = step && !body.via && (() => run(() => takeBack(step, changed)));
  toast(t(`order.did_${what}${body.via ? `_${body.via}` : ""}`), { undo });
  return step;
}

/**
 * Takes a step back; `step` is its address, `/orders/7/packing/3`. The refund that came with a
 * return rests on it, and goes first.
 */
export async function takeBack(step, changed) {
  try {
    const refund = step.includes("/returns/") && (await api.get(step)).refund_id;
    if (refund) await api.delete(step.replace(/returns.*/, `refunds/${refund}`));
    await api.delete(step);
  } finally {
    // Also where the shop said no: the order may have moved meanwhile.
    await changed();
  }
  toast(t("order.undone"));
}

/**
 * The button that takes a step back. `what`: what the step is, in words; `now`: it is not asked
 * whether that is meant.
 */
export const undoButton = (step, { what, label, now = false }, changed) =>
  button(t("undo"), async () => {
    const text = step.includes("/returns/") ? "order.undo_return" : "order.undo_text";
    const sure = now || await confirm(t("order.undo_title"), t(text, { what }),
      t("order.undo_now"));
    if (sure) await takeBack(step, changed);
  }, { class: "link", "aria-label": now ? null : label ?? t("order.undo_of", { what }) });

/**
 * A dialog stays open when the shop says no. What it says then belongs into the dialog, as a toast
 * would lie behind it.
 */
export const inForm = (work) => work.catch((error) => {
  throw [409, 412].includes(error.status) ? new Problem(422, error.body) : error;
});
