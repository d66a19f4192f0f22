// The windows of an order's steps, which ask for a parcel, the units that are cancelled or not
// wanted.

import { t } from "../../texts.js";
import { h } from "../../ui.js";
import { controlIn, drawFields, fieldList, readFields } from "../shared/field_list.js";
import { unshipped, withdrawable } from "./allowed.js";
import { asking, choice, unitFields, units } from "./asking.js";
import { CARRIERS, guess } from "./carriers.js";

const PARCEL = fieldList("order", [
  { name: "tracking_number", hint: true, props: { autofocus: true } },
  { name: "carrier", hint: true, props: { list: "carriers" } },
]);
const REASON = fieldList("order", [
  { name: "reason", hint: true, props: { list: "reasons", autofocus: true } },
]);

export function askShipment(order, changed) {
  const last = localStorage.getItem("carrier") ?? "";
  const carriers = CARRIERS.map((value) => h("option", { value }));
  const parcel = drawFields(PARCEL, { carrier: last });
  const [number, carrier] = parcel.map(controlIn);
  let own = false;
  carrier.addEventListener("input", () => { own = true; });
  number.addEventListener("input", () => {
    // A carrier that somebody wrote is not overruled.
    if (!own) carrier.value = guess(number.value) ?? last;
  });
  return asking(order, "shipments", changed, {
    fields: [
      h("div", { class: "fields" }, parcel),
      h("datalist", { id: "carriers" }, carriers),
      some(order, t("order.not_all"), t("order.which_ship"), unshipped),
    ],
    read: (element) => {
      const said = readFields(element, PARCEL);
      // The carrier of the last time stands there, also for what goes with none.
      if (!said.tracking_number && !own) said.carrier = null;
      if (said.carrier) localStorage.setItem("carrier", said.carrier);
      return { ...said, items: chosen(element, order, unshipped) };
    },
  });
}

export const askWithdrawal = (order, changed) => asking(order, "withdrawal", changed, {
  fields: [
    h("p", {}, t("order.withdrawal_text")),
    unitFields(order, { legend: t("order.which_withdraw"), most: withdrawable(order) }),
  ],
  read: (element) => ({ items: chosen(element, order, withdrawable(order)) }),
});

export function askCancellation(order, changed) {
  const reasons = ["changed", "sold_out", "twice", "unpaid"].map((name) =>
    h("option", { value: t(`order.reason_${name}`) }));
  const lines = unitFields(order, { legend: t("order.which_cancel"), most: unshipped });
  const ways = [
    ["all", t("order.cancel_all")],
    ["some", t("order.cancel_some"), lines],
  ];
  return asking(order, "cancellation", changed, {
    fields: [
      h("p", {}, t("order.cancellation_text")),
      unitsLeft(order) > 1 && choice("what", t("order.what_cancel"), ways),
      drawFields(REASON, {}),
      h("datalist", { id: "reasons" }, reasons),
    ],
    read: (element) => ({
      items: element.elements.what?.value === "some" ? units(element, order) : null,
      ...readFields(element, REASON),
    }),
  });
}

const unitsLeft = (order) => order.items.reduce((sum, item) => sum + unshipped(item), 0);

/** Lines that stand behind a word, as mostly all of them are meant. */
const some = (order, word, legend, most) => unitsLeft(order) > 1 &&
  h("details", {}, h("summary", {}, word), unitFields(order, { legend, most }));

/**
 * Null where all units were left as they are, so that the shop takes all there are. An order of one
 * unit has no field for it.
 */
function chosen(element, order, most) {
  const typedUnits = units(element, order);
  const isAll = (item) => !element.elements[`units ${item.id}`]
    || (typedUnits.find(({ item_id: id }) => id === item.id)?.quantity ?? 0) === most(item);
  return order.items.every(isAll) ? null : typedUnits;
}
