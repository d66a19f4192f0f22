// Windows that ask for what a step needs, and the units of lines in them.

import { dialog } from "../../dialog.js";
import { field, form, input, typed, wholeOf } from "../../form.js";
import { t } from "../../texts.js";
import { h, words } from "../../ui.js";
import { inForm, take } from "./steps.js";

/**
 * A window with a form that takes the step `what` and closes when it is done; `action`: what its
 * button says, if that is special.
 */
export const asking = (order, what, changed, { fields, read, action = `order.go_${what}` }) =>
  dialog(t(`order.title_${what}`), (close) => form(fields, async (element) => {
    await inForm(take(order, what, read(element), changed));
    close(true);
  }, { action: t(action), cancel: () => close() }));

const nameOf = (item) => [item.name, item.variant_title].filter(Boolean).join(" – ");

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
