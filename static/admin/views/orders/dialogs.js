// What the steps of an order ask for: a payment, a parcel, what is cancelled or not wanted.

import { amount, field, input, select, typed, typedMoney } from "../../form.js";
import { t } from "../../texts.js";
import { h } from "../../ui.js";
import { unshipped, withdrawable } from "./allowed.js";
import { asking, choice, unitFields, units } from "./asking.js";
import { CARRIERS, guess } from "./carriers.js";

const METHODS = [
  "bank_transfer", "cash", "card", "cash_on_delivery", "pay_at_pickup", "invoice", "other",
];

export const askPayment = (order, changed) => asking(order, "payments", changed, {
  fields: h("div", { class: "fields" },
    field(t("order.amount"),
      amount("/amount", "", { placeholder: t("order.all_open"), autofocus: true })),
    field(t("order.method"), select("/method", order.payment_method,
      METHODS.map((method) => [method, t(`method.${method}`)]))),
    field(t("order.reference"), input("/reference"), { hint: t("order.reference_hint") })),
  read: (element) => ({
    method: typed(element, "/method"),
    amount: typedMoney(element, "/amount"),
    reference: typed(element, "/reference"),
  }),
});

export function askShipment(order, changed) {
  const last = localStorage.getItem("carrier") ?? "";
  const carriers = CARRIERS.map((value) => h("option", { value }));
  const carrier = input("/carrier", last, { list: "carriers" });
  const number = input("/tracking_number", "", { autofocus: true });
  let own = false;
  carrier.addEventListener("input", () => { own = true; });
  number.addEventListener("input", () => {
    // What somebody wrote is not overruled.
    if (!own) carrier.value = guess(number.value) ?? last;
  });
  return asking(order, "shipments", changed, {
    fields: [
      h("div", { class: "fields" },
        field(t("order.tracking_number"), number),
        field(t("order.carrier"), carrier, { hint: t("order.carrier_hint") })),
      h("datalist", { id: "carriers" }, carriers),
      some(order, t("order.not_all"), t("order.which_ship"), unshipped),
    ],
    read: (element) => {
      const carrier = typed(element, "/carrier");
      if (carrier) localStorage.setItem("carrier", carrier);
      return {
        carrier,
        tracking_number: typed(element, "/tracking_number"),
        items: chosen(element, order, unshipped),
      };
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
      field(t("order.reason"), input("/reason", "", { list: "reasons", autofocus: true }),
        { hint: t("order.reason_hint") }),
      h("datalist", { id: "reasons" }, reasons),
    ],
    read: (element) => ({
      items: element.elements.what?.value === "some" ? units(element, order) : null,
      reason: typed(element, "/reason"),
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
