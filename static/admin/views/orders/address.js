// The fields of an address, and mending the one of an order.

import { api, shop } from "../../api.js";
import { dialog } from "../../dialog.js";
import { field, form, input, select, typed } from "../../form.js";
import { t } from "../../texts.js";
import { h, toast } from "../../ui.js";
import { countries } from "../shared/places.js";
import { facts, saveOver } from "../shared/saving.js";

const NAMES = ["name", "line1", "line2", "postal_code", "city", "region"];

/** `at`: the pointer that the fields hang on, such as `/shipping_address`. */
export function addressFields(at, address) {
  const line = (name) => field(t(`order.address.${name}`), input(`${at}/${name}`, address?.[name]));
  return h("div", { class: "fields" }, NAMES.map(line),
    field(t("order.address.country"), select(`${at}/country`,
      address?.country ?? shop().country ?? "", [["", "–"], ...countries()])));
}

export const readAddress = (element, at) => Object.fromEntries(
  [...NAMES, "country"].map((name) => [name, typed(element, `${at}/${name}`)]));

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
