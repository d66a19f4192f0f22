// The settings, part by part. They are the owner's alone.

import { isOwner } from "../api.js";
import { t } from "../texts.js";
import { card, h, tabs } from "../ui.js";

const PARTS = [
  "shop", "tax", "shipping", "payments", "delivery", "documents", "staff", "keys", "backups",
];

export async function show({ params }) {
  const open = PARTS.includes(params.part) ? params.part : PARTS[0];
  if (!isOwner()) return [head(t("section.settings")), card(null, h("p", {}, t("settings.owner")))];
  const { part } = await import(`./settings_${open}.js`);
  return [
    head(t("settings.title", { part: t(`settings.${open}`) })),
    tabs(t("section.settings"), PARTS.map((name) =>
      [`#/settings/${name}`, t(`settings.${name}`)]), `#/settings/${open}`),
    await part(),
  ];
}

const head = (title) => h("div", { class: "head" }, h("h1", {}, title));
