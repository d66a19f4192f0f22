// Keys for programs: made, shown once, revoked.

import { again } from "../../address.js";
import { api } from "../../api.js";
import { confirm } from "../../dialog.js";
import { form, select } from "../../form.js";
import { rows } from "../../list.js";
import { t, time } from "../../texts.js";
import { button, card, copyButton, empty, fill, h, toast, words } from "../../ui.js";
import { blankOf, drawFields, fieldList, readFields } from "../shared/field_list.js";

const ROLES = ["storefront", "read", "admin"];
const KEY = fieldList("keys", [
  { name: "name", hint: true },
  {
    name: "role", make: select, fresh: ROLES[0],
    options: () => ROLES.map((role) => [role, t(`keys.role_${role}`)]),
  },
]);
const HEADS = ["name", "role", "created", "state"];

export async function part() {
  const list = h("div");
  const fresh = h("div", { role: "status" });
  const draw = async () => {
    const body = h("tbody");
    const { page, more } = await rows("/api_keys", { limit: 100 }, body, row);
    fill(list, page.data.length ? [table(body), more] : empty(t("keys.empty")));
  };
  await draw();
  return [fresh, card(t("settings.keys"), list), card(t("keys.new"), newForm(fresh, draw))];
}

const table = (body) => h("table", { class: "cards", "aria-label": t("settings.keys") },
  h("thead", {}, h("tr", {}, HEADS.map((name) => h("th", { scope: "col" }, t(`keys.${name}`))))),
  body);

function row(key) {
  const cell = (name, ...children) => h("td", { "data-label": t(`keys.${name}`) }, children);
  return h("tr", {},
    cell("name", words(key.name ?? t("keys.unnamed"))),
    cell("role", t(`keys.role_${key.role}`)),
    cell("created", time(key.created_at)),
    cell("state", key.revoked_at
      ? t("keys.revoked_at", { time: time(key.revoked_at) })
      : button(t("keys.revoke"), () => revoke(key), {
        class: "link", "aria-label": `${t("keys.revoke")}: ${key.name ?? key.id}`,
      })));
}

const newForm = (fresh, draw) => form([
  h("div", { class: "fields" }, drawFields(KEY, blankOf(KEY))),
  h("ul", { class: "hint" }, ROLES.map((role) => h("li", {}, t(`keys.about_${role}`)))),
], async (element) => {
  const made = await api.post("/api_keys", readFields(element, KEY));
  element.reset();
  fill(fresh, shownOnce(made, fresh));
  fresh.querySelector("h2").focus();
  await draw();
}, { action: t("keys.make") });

/** The key stands here until it is taken away: the shop itself does not know it any more. */
function shownOnce(made, fresh) {
  const line = `curl -H "Authorization: Bearer ${made.key}" "${location.origin}/orders?limit=5"`;
  return h("section", { class: "card" },
    h("h2", { tabindex: "-1" }, t("keys.ready")),
    h("p", {}, t("keys.once")),
    h("p", {}, h("code", { class: "pre" }, made.key), " ", copyButton(made.key)),
    h("p", {}, t("keys.try")),
    h("p", {}, h("code", { class: "pre" }, line), " ", copyButton(line)),
    h("button", { type: "button", onclick: () => fill(fresh) }, t("keys.kept")));
}

async function revoke(key) {
  const sure = await confirm(t("keys.revoke_title", { name: key.name ?? key.id }),
    t("keys.revoke_text"), t("keys.revoke"));
  if (!sure) return;
  await api.delete(`/api_keys/${key.id}`);
  toast(t("keys.revoked"));
  again();
}
