// A copy of the shop, to be kept somewhere else.

import { api } from "../../api.js";
import { ago, t, time } from "../../texts.js";
import { button, card, fill, h, toast } from "../../ui.js";

export async function part() {
  const state = h("p", { role: "status" });
  const look = async () => {
    const last = await lastGood();
    fill(state, last
      ? t("backups.last", { time: time(last), ago: ago(last) })
      : t("backups.none"));
  };
  await look();
  return card(t("settings.backups"),
    state,
    h("p", {}, t("backups.about")),
    h("p", { class: "hint" }, t("backups.restore"), " ", h("code", {}, "tillbox restore shop.db")),
    h("div", { class: "actions" }, button(t("backups.make"), async () => {
      await download();
      await look();
    }, { class: "primary" })));
}

/** A shop that is not well says it in a Problem, with the same field. */
async function lastGood() {
  const health = await api.get("/health").catch((error) => {
    if (!error.body?.storage) throw error;
    return error.body;
  });
  return health.last_backup;
}

async function download() {
  const response = await api.file("/backups");
  const name = response.headers.get("Content-Disposition")?.match(/filename="([^"]+)"/)?.[1];
  const address = URL.createObjectURL(await response.blob());
  h("a", { href: address, download: name ?? "shop.db" }).click();
  URL.revokeObjectURL(address);
  toast(t("backups.made"));
}
