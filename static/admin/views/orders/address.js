// The fields of an address in an order, and mending the one it has.

import { api, shop } from "../../api.js";
import { t } from "../../texts.js";
import { h } from "../../ui.js";
import { ADDRESS } from "../shared/address.js";
import { drawFields, readFields } from "../shared/field_list.js";
import { facts, saveOver } from "../shared/saving.js";
import { mend } from "./mending.js";

/** `at`: the pointer that the fields hang on, such as `/shipping_address`. */
export const addressFields = (at, address) => h("div", { class: "fields" },
  drawFields(ADDRESS, { ...address, country: address?.country ?? shop().country }, at));

export const readAddress = (element, at) => readFields(element, ADDRESS, at);

export const editPlace = (order, which, changed) =>
  mend(`order.${which}`, addressFields(`/${which}`, order[which]), (element) => {
    const change = { [which]: readAddress(element, `/${which}`) };
    return saveOver(order, change,
      (seen) => api.patch(`/orders/${order.id}`, change, seen), { [which]: t(`order.${which}`) },
      (all) => ({
        [which]: facts([all[which] ?? {}], null, (name) => t(`order.address.${name}`)),
      }));
  }, changed, "order.address_saved");
