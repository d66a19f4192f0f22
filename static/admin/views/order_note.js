// The note on an order, to be mended in place.

import { api } from "../api.js";
import { h, words } from "../dom.js";
import { area, field, form, typed } from "../form.js";
import { t } from "../texts.js";
import { card, dialog, run, toast } from "../ui.js";
import { saveOver } from "./saving.js";

export const note = (order, changed) => card(t("order.note"),
  order.note
    ? h("p", { class: "pre" }, words(order.note))
    : h("p", { class: "quiet" }, t("order.no_note")),
  h("button", { class: "link", type: "button", onclick: () => edit(order, changed) },
    t(order.note ? "order.edit_note" : "order.add_note")));

const edit = (order, changed) => dialog(t("order.note"), (close) =>
  form(field(t("order.note"), area("/note", order.note, { autofocus: true }),
    { hint: t("order.note_hint") }), async (element) => {
    const change = { note: typed(element, "/note") };
    const send = (seen) => api.patch(`/orders/${order.id}`, change, seen);
    const saved = await saveOver(order, change, send, { note: t("order.note") });
    if (!saved) return false;
    close(true);
    await changed(saved);
    toast(t("order.note_saved"), { undo: () => run(async () => {
      await changed(await api.patch(`/orders/${order.id}`, { note: order.note }, saved));
    }) });
    return true;
  }, { draft: `note ${order.id}`, cancel: () => close() }));
