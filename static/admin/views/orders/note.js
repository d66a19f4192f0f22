// The window in which the note on an order is mended.

import { api } from "../../api.js";
import { dialog } from "../../dialog.js";
import { area, field, form, typed } from "../../form.js";
import { t } from "../../texts.js";
import { run, toast } from "../../ui.js";
import { saveOver } from "../shared/saving.js";

export const editNote = (order, changed) => dialog(t("order.note"), (close) =>
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
