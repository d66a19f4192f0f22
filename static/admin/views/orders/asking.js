// Windows that ask for what a step needs, and the units of lines in them.

import { api } from "../../api.js";
import { dialog } from "../../dialog.js";
import { field, form, input, typed, wholeOf } from "../../form.js";
import { minor, money, t } from "../../texts.js";
import { fill, h, problemText, words } from "../../ui.js";
import { inForm, take } from "./steps.js";

const WAIT_MILLIS = 250;

/**
 * A window with a form that takes the step `what` and closes when it is done; `action`: what its
 * button says, if that is special. What moves money says before what it comes to. Answers the
 * address of the step, undefined where none was taken.
 */
export const asking = (order, what, changed, { fields, read, action = `order.go_${what}` }) =>
  dialog(t(`order.title_${what}`), (close) => {
    const sums = h("p", { role: "status" });
    const element = form([fields, sums], async () =>
      close(await inForm(take(order, what, read(element), changed))),
    { action: t(action), cancel: () => close() });
    if (["refunds", "returns"].includes(what)) {
      trial(element, sums, `/orders/${order.id}/${what}`, () => read(element));
    }
    return element;
  });

export const nameOf = (item) => [item.name, item.variant_title].filter(Boolean).join(" – ");

/**
 * A number for every line that has units left. `most(item)`: how many it can be; `start(item)`: how
 * many it is at first; `beside(item)`: what else is asked of the line.
 */
export function unitFields(order, { legend, most, start = most, beside }) {
  const lines = order.items.filter((item) => most(item) > 0);
  return h("fieldset", { class: "units" }, h("legend", {}, legend),
    lines.map((item) => h("div", { class: "unit" },
      field(words(t("order.units_of", { name: nameOf(item), n: most(item) })),
        input(`units ${item.id}`, start(item),
          { type: "number", min: 0, max: most(item), step: 1, class: "number" })),
      beside?.(item))));
}

/** The units that were typed, in the wire's words. Lines with none are left out. */
export function units(element, order, also = () => ({})) {
  return order.items
    .filter((item) => element.elements[`units ${item.id}`])
    .map((item) => ({
      item_id: item.id, quantity: wholeOf(typed(element, `units ${item.id}`)) ?? 0, ...also(item),
    }))
    .filter(({ quantity }) => quantity !== 0);
}

/** A choice of one; what belongs to it is shown while it is chosen. `ways`: [key, text, part]. */
export function choice(name, legend, ways) {
  const parts = ways.map(([, , part]) => part && h("div", {}, part));
  const show = (at) => parts.forEach((part, which) => {
    if (part) part.hidden = which !== at;
  });
  show(0);
  return h("fieldset", { class: "plain" },
    h("legend", {}, legend),
    ways.map(([key, text], at) => [
      h("label", { class: "check" }, h("input", {
        type: "radio", name, value: key, checked: at === 0, onchange: () => show(at),
      }), text),
      parts[at],
    ]));
}

/**
 * Says in `line`, from now on and after every change of the form, what a refund or a return would
 * come to: the shop is asked, and does nothing.
 */
function trial(form, line, path, read) {
  let turn = 0;
  const follow = async () => {
    const mine = ++turn;
    await new Promise((resolve) => setTimeout(resolve, WAIT_MILLIS));
    const said = mine === turn && line.isConnected && await sums(path, read());
    // Only the answer to the latest question counts.
    if (mine === turn) fill(line, said);
  };
  form.addEventListener("input", follow);
  follow();
}

async function sums(path, body) {
  if (body.items?.length === 0 || body.amount === "0") return null;
  // A reason may be yet to come, and no sum hangs on it.
  const step = { ...body, reason: body.reason ?? "–" };
  return api.post(`${path}?dry_run=true`, step).then(said, (error) =>
    h("span", { class: "fault" }, problemText(error)));
}

function said({ amount, to_pay: open, to_refund: left, currency }) {
  return [
    t("order.would_refund", { amount: money(amount, currency), open: money(open, currency) }),
    minor(left) > 0n && ` ${t("order.would_stay", { amount: money(left, currency) })}`,
  ];
}
