// The window in which the team writes what it should know of an order.

import { api } from "../../api.js";
import { dialog } from "../../dialog.js";
import { area, form } from "../../form.js";
import { t } from "../../texts.js";
import { run, toast } from "../../ui.js";
import { drawFields, fieldList, labelsOf, readFields } from "../shared/field_list.js";
import { saveOver } from "../shared/saving.js";

const NOTE = fieldList("order", [
  {
    name: "staff_note", label: "order.note", make: area, hint: true, props: { autofocus: true },
  },
]);

export const editNote = (order, changed) => dialog(t("order.staff_note"), (close) =>
  form(drawFields(NOTE, order), async (element) => {
    const change = readFields(element, NOTE);
    const send = (seen) => api.patch(`/orders/${order.id}`, change, seen);
    const saved = await saveOver(order, change, send, labelsOf(NOTE));
    if (!saved) return false;
    close(true);
    await changed(saved);
    toast(t("order.note_saved"), { undo: () => run(async () => {
      const before = { staff_note: order.staff_note };
      await changed(await api.patch(`/orders/${order.id}`, before, saved));
    }) });
    return true;
  }, { draft: `note ${order.id}`, cancel: () => close() }));
