// The fields of an address in an order, and mending the one it has.

import { api, shop } from "../../api.js";
import { dialog } from "../../dialog.js";
import { form } from "../../form.js";
import { t } from "../../texts.js";
import { h, toast } from "../../ui.js";
import { ADDRESS } from "../shared/address.js";
import { drawFields, readFields } from "../shared/field_list.js";
import { facts, saveOver } from "../shared/saving.js";

/** `at`: the pointer that the fields hang on, such as `/shipping_address`. */
export const addressFields = (at, address) => h("div", { class: "fields" },
  drawFields(ADDRESS, { ...address, country: address?.country ?? shop().country }, at));

export const readAddress = (element, at) => readFields(element, ADDRESS, at);

export const editPlace = (order, which, changed) => dialog(t(`order.${which}`), (close) =>
  form(addressFields(`/${which}`, order[which]), async (element) => {
    const change = { [which]: readAddress(element, `/${which}`) };
    const saved = await saveOver(order, change,
      (seen) => api.patch(`/orders/${order.id}`, change, seen), { [which]: t(`order.${which}`) },
      (all) => ({
        [which]: facts([all[which] ?? {}], null, (name) => t(`order.address.${name}`)),
      }));
    if (!saved) return false;
    close(true);
    await changed(saved);
    toast(t("order.address_saved"));
    return true;
  }, { cancel: () => close() }));
