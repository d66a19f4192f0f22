// A window that mends something of an order: its fields, what saves them, and what is said then.

import { dialog } from "../../dialog.js";
import { form } from "../../form.js";
import { t } from "../../texts.js";
import { toast } from "../../ui.js";

/** `save` answers the order as it is afterwards, or nothing where the window stays open. */
export const mend = (title, fields, save, changed, saidThen) => dialog(t(title), (close) =>
  form(fields, async (element) => {
    const saved = await save(element);
    if (!saved) return false;
    close(true);
    await changed(saved);
    toast(t(saidThen));
    return true;
  }, { cancel: () => close() }));
