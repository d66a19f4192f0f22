// The settings, part by part. They are the owner's alone.

import { isOwner } from "../../api.js";
import { t } from "../../texts.js";
import { card, h, tabs } from "../../ui.js";

const PARTS = {
  shop: () => import("./shop.js"),
  window: () => import("./window.js"),
  tax: () => import("./tax.js"),
  shipping: () => import("./shipping.js"),
  payments: () => import("./payments.js"),
  delivery: () => import("./delivery.js"),
  documents: () => import("./documents.js"),
  staff: () => import("./staff.js"),
  keys: () => import("./keys.js"),
  backups: () => import("./backups.js"),
};

export async function show({ params }) {
  const open = Object.hasOwn(PARTS, params.part) ? params.part : "shop";
  if (!isOwner()) return [head(t("section.settings")), card(null, h("p", {}, t("settings.owner")))];
  const { part } = await PARTS[open]();
  return [
    head(t("settings.title", { part: t(`settings.${open}`) })),
    tabs(t("section.settings"), Object.keys(PARTS).map((name) =>
      [`#/settings/${name}`, t(`settings.${name}`)]), `#/settings/${open}`),
    await part(),
  ];
}

const head = (title) => h("div", { class: "head" }, h("h1", {}, title));
