// The people who work in the shop.

import { again } from "../../address.js";
import { api, me } from "../../api.js";
import { confirm, dialog } from "../../dialog.js";
import { form, select } from "../../form.js";
import { rows } from "../../list.js";
import { t, time } from "../../texts.js";
import { button, card, h, toast } from "../../ui.js";
import { blankOf, drawFields, fieldList, readFields, secret } from "../shared/field_list.js";

const HEADS = ["email", "role", "last_login", "actions"];
const roles = () => ["staff", "owner"].map((role) => [role, t(`role.${role}`)]);
const NEW = fieldList("staff", [
  { name: "email", props: { type: "email" } },
  { name: "role", fresh: "staff", make: select, options: roles, hint: true },
  { name: "password", make: secret, hint: true },
]);
const CHANGE = fieldList("staff", [
  { name: "role", make: select, options: roles },
  {
    name: "password", make: secret,
    label: "staff.new_password", hint: "staff.new_password_hint",
  },
]);

export async function part() {
  const body = h("tbody");
  const { more } = await rows("/staff", { sort: "email", limit: 100 }, body, row);
  return [
    card(t("settings.staff"), h("table", { class: "cards", "aria-label": t("settings.staff") },
      h("thead", {}, h("tr", {}, HEADS.map((name) =>
        h("th", { scope: "col" }, t(`staff.${name}`))))),
      body), more),
    card(t("staff.new"), newForm()),
  ];
}

function row(member) {
  const cell = (name, ...children) => h("td", { "data-label": t(`staff.${name}`) }, children);
  const self = member.id === me().staff_id;
  return h("tr", {},
    cell("email", h("span", {}, member.email,
      self && [" ", h("span", { class: "quiet" }, t("staff.you"))])),
    cell("role", t(`role.${member.role}`)),
    cell("last_login", member.last_login_at ? time(member.last_login_at) : t("staff.never")),
    cell("actions", h("span", {},
      button(t("staff.change"), () => change(member), {
        class: "link", "aria-label": `${t("staff.change")}: ${member.email}`,
      }),
      !self && button(t("staff.remove"), () => remove(member), {
        class: "link", "aria-label": `${t("staff.remove")}: ${member.email}`,
      }))));
}

const newForm = () => form([
  h("div", { class: "fields" }, drawFields(NEW, blankOf(NEW))),
], async (element) => {
  const somebody = readFields(element, NEW);
  const { email } = await api.post("/staff", somebody);
  toast(t(somebody.password ? "staff.added" : "staff.invited", { email }));
  again();
}, { action: t("staff.add") });

/** The version that is changed is the one of this moment, not of a list that may be old. */
async function change(member) {
  const path = `/staff/${member.id}`;
  const seen = await api.get(path).catch(() => member);
  const save = async (element) => {
    const { role, password } = readFields(element, CHANGE);
    await api.patch(path, { role, ...(password && { password }) }, seen);
    return true;
  };
  const done = await dialog(member.email, (close) => form(drawFields(CHANGE, seen),
    async (element) => close(await save(element)), { cancel: () => close() }));
  if (!done) return;
  toast(t("staff.changed", { email: member.email }));
  again();
}

async function remove(member) {
  const sure = await confirm(t("staff.remove_title", { email: member.email }),
    t("staff.remove_text"), t("staff.remove"));
  if (!sure) return;
  await api.delete(`/staff/${member.id}`);
  toast(t("staff.removed", { email: member.email }));
  again();
}
