// Ticked orders: their packing slips in one go, and then all of them packed.

import { again } from "../../address.js";
import { api, locationOf } from "../../api.js";
import { t } from "../../texts.js";
import { button, h, run, toast } from "../../ui.js";

/** The shop prints so many slips at once. */
const SLIPS_MAX = 100;

/** `bar`: what can be done with the ticked; `box(order)`: a tick; `all`: a tick for all rows. */
export function bulk(body) {
  const chosen = new Map();
  const bar = h("div", { class: "bulk", role: "region", "aria-label": t("orders.bulk") });
  const draw = () => {
    bar.hidden = !chosen.size;
    bar.replaceChildren(...content([...chosen.values()], clear));
  };
  const boxes = () => [...body.querySelectorAll(".tick input")];
  const all = h("input", { type: "checkbox", "aria-label": t("orders.tick_all"), onchange: () => {
    for (const box of boxes()) if (box.checked !== all.checked) box.click();
  } });
  const box = (order) => {
    const tick = h("input", {
      type: "checkbox", "aria-label": t("orders.tick", { number: order.number }),
      onchange: () => {
        if (tick.checked) chosen.set(order.id, order);
        else chosen.delete(order.id);
        all.checked = boxes().every(({ checked }) => checked);
        draw();
      },
    });
    return tick;
  };
  const clear = () => {
    for (const tick of [all, ...boxes()]) tick.checked = false;
    chosen.clear();
    draw();
  };
  draw();
  return { bar, box, all };
}

function content(orders, clear) {
  const packable = orders.filter((order) =>
    order.status === "open" && order.fulfillment_status === "unfulfilled");
  const slips = `/packing-slips?orders=${orders.map(({ id }) => id).join(",")}`;
  return [
    h("strong", { role: "status" }, t("orders.ticked", { n: orders.length })),
    h("button", { class: "link", type: "button", onclick: clear }, t("orders.untick")),
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
