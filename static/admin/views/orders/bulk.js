// Ticked orders: their packing slips in one go, and the same step of all that it fits.

import { again } from "../../address.js";
import { api, locationOf } from "../../api.js";
import { t } from "../../texts.js";
import { button, h, soon, toast } from "../../ui.js";
import { ticks } from "../shared/ticks.js";
import { allowed } from "./allowed.js";

const doMany = soon(() => import("../shared/one_by_one.js"))("doMany");

/** The shop prints so many slips at once. */
const SLIPS_MAX = 100;
/** The steps, and what each says of an order. A parcel may go without carrier and number. */
const STEPS = {
  payments: ({ payment_method: method }) => ({ method }),
  packing: () => ({}),
  shipments: () => ({}),
};

/** As `ticks`, of orders. */
export const bulk = (body) =>
  ticks(body, { texts: "orders", name: ({ number }) => number, content });

function content(orders) {
  const slips = `/packing-slips?orders=${orders.map(({ id }) => id).join(",")}`;
  return [
    orders.length > SLIPS_MAX
      ? h("span", {}, t("orders.too_many", { n: SLIPS_MAX }))
      : h("a", { class: "button", href: slips, target: "_blank" }, t("orders.slips")),
    ...Object.keys(STEPS).map((what) => {
      const fit = orders.filter((order) => allowed(order).includes(what));
      return fit.length > 0 &&
        button(t(`orders.mark_${what}`, { n: fit.length }), () => take(what, fit));
    }),
  ].filter(Boolean);
}

const take = (what, orders) => doMany(orders, async (order) =>
  locationOf(await api.post(`/orders/${order.id}/${what}`, STEPS[what](order))),
{
  link: ({ id, number }) => [`#/orders/${id}`, number], said: `orders.marked_${what}`,
  undo: takeBack,
});

async function takeBack(steps) {
  for (const step of steps) await api.delete(step);
  toast(t("orders.unmarked", { n: steps.length }));
  again();
}
