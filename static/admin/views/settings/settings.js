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
  card: () => import("./card.js"),
  delivery: () => import("./delivery.js"),
  documents: () => import("./documents.js"),
  mail: () => import("./mail.js"),
  mail_texts: () => import("./mail_texts.js"),
  staff: () => import("./staff.js"),
  keys: () => import("./keys.js"),
  backups: () => import("./backups.js"),
};
/** What has no tab of its own belongs to another one. */
const BELOW = { mail_texts: "mail" };

export async function show({ params, query }) {
  const open = Object.hasOwn(PARTS, params.part) ? params.part : "shop";
  if (!isOwner()) return [head(t("section.settings")), card(null, h("p", {}, t("settings.owner")))];
  const { part } = await PARTS[open]();
  return [
    head(t("settings.title", { part: t(`settings.${open}`) })),
    tabs(t("section.settings"), Object.keys(PARTS).filter((name) => !BELOW[name]).map((name) =>
      [`#/settings/${name}`, t(`settings.${name}`)]), `#/settings/${BELOW[open] ?? open}`),
    await part(query),
  ];
}

const head = (title) => h("div", { class: "head" }, h("h1", {}, title));
