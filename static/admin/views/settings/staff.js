// Who works in the shop.

import { again } from "../../address.js";
import { api, me } from "../../api.js";
import { confirm, dialog } from "../../dialog.js";
import { field, form, input, select, typed } from "../../form.js";
import { rows } from "../../list.js";
import { t, time } from "../../texts.js";
import { button, card, h, toast } from "../../ui.js";

const HEADS = ["email", "role", "last_login", "actions"];
const roles = (value) =>
  select("/role", value, ["staff", "owner"].map((role) => [role, t(`role.${role}`)]));
const newPassword = () =>
  input("/password", "", { type: "password", autocomplete: "new-password" });

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
  h("div", { class: "fields" },
    field(t("staff.email"), input("/email", "", { type: "email" })),
    field(t("staff.role"), roles("staff"), { hint: t("staff.role_hint") }),
    field(t("staff.password"), newPassword(), { hint: t("setup.password_hint") })),
], async (element) => {
  const body = {
    email: typed(element, "/email"), role: typed(element, "/role"),
    password: element.elements["/password"].value,
  };
  const made = await api.post("/staff", body);
  toast(t("staff.added", { email: made.email }));
  again();
}, { action: t("staff.add") });

/** The version that is changed is the one of this moment, not of a list that may be old. */
async function change(member) {
  const path = `/staff/${member.id}`;
  const seen = await api.get(path).catch(() => member);
  const done = await dialog(member.email, (close) => form([
    field(t("staff.role"), roles(seen.role)),
    field(t("staff.new_password"), newPassword(), { hint: t("staff.new_password_hint") }),
  ], async (element) => {
    const password = element.elements["/password"].value;
    await api.patch(path, { role: typed(element, "/role"), ...(password && { password }) }, seen);
    close(true);
  }, { cancel: () => close() }));
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
