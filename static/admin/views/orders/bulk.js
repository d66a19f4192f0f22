// Ticked orders: their packing slips in one go, and then all of them packed.

import { again } from "../../address.js";
import { api, locationOf } from "../../api.js";
import { t } from "../../texts.js";
import { button, h, run, toast } from "../../ui.js";
import { ticks } from "../shared/ticks.js";

/** The shop prints so many slips at once. */
const SLIPS_MAX = 100;

/** As `ticks`, of orders. */
export const bulk = (body) =>
  ticks(body, { texts: "orders", name: ({ number }) => number, content });

function content(orders) {
  const packable = orders.filter((order) =>
    order.status === "open" && order.fulfillment_status === "unfulfilled");
  const slips = `/packing-slips?orders=${orders.map(({ id }) => id).join(",")}`;
  return [
    orders.length > SLIPS_MAX
      ? h("span", {}, t("orders.too_many", { n: SLIPS_MAX }))
      : h("a", { class: "button", href: slips, target: "_blank" }, t("orders.slips")),
    packable.length > 0 &&
      button(t("orders.mark_packed", { n: packable.length }), () => pack(packable)),
  ].filter(Boolean);
}

/** Packs one after the other; one that cannot be packed does not hold up the rest. */
async function pack(orders) {
  const packed = [];
  const failed = [];
  for (const order of orders) {
    try {
      const step = locationOf(await api.post(`/orders/${order.id}/packing`));
      packed.push(step);
    } catch (error) {
      if (!error.status || error.status === 401) throw error;
      failed.push(`${order.number}: ${error.message}`);
    }
  }
  if (packed.length) {
    toast(t("orders.packed", { n: packed.length }), { undo: () => run(() => unpack(packed)) });
  }
  if (failed.length) toast(failed.join(" "), { bad: true });
  again();
}

async function unpack(packed) {
  for (const step of packed) await api.delete(step);
  toast(t("orders.unpacked", { n: packed.length }));
  again();
}
