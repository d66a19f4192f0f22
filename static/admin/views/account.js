// Oneself: who is signed in here, and how the page speaks and listens.

import { api, begin, forgetSession, isOwner, me } from "../api.js";
import { check, field, form, select } from "../form.js";
import { keysOn, switchKeys } from "../keys.js";
import { soundOn, switchSound } from "../sound.js";
import { choose, language, t, time } from "../texts.js";
import { button, card, h, toast } from "../ui.js";
import { drawFields, fieldList, readFields, secret } from "./shared/field_list.js";

const LANGUAGES = [["en", "English"], ["de", "Deutsch"]];
/** An owner, who sets those of everybody, is not asked for the current one. */
const passwords = () => fieldList("account", [
  !isOwner() && {
    name: "current_password", make: secret, props: { autocomplete: "current-password" },
  },
  {
    name: "password", make: secret, label: "staff.new_password", hint: "customer.password_hint",
  },
].filter(Boolean));

export async function show() {
  return [
    h("div", { class: "head" },
      h("h1", {}, t("account.title")), button(t("account.sign_out"), signOut)),
    card(t("account.who"), h("dl", { class: "facts" },
      h("dt", {}, t("account.name")), h("dd", {}, me().email),
      h("dt", {}, t("account.role")), h("dd", {}, t(`role.${me().role}`)),
      h("dt", {}, t("account.until")), h("dd", {}, time(me().expires_at))),
    h("p", { class: "hint" }, t("account.idle"))),
    card(t("staff.new_password"), passwordForm()),
    card(t("account.page"),
      field(t("account.language"), languages(), { hint: t("account.language_hint") }),
      switchOf("keys", keysOn(), switchKeys),
      h("p", { class: "hint" }, t("account.keys_hint")),
      switchOf("sound", soundOn(), switchSound)),
  ];
}

function passwordForm() {
  const fields = passwords();
  const element = form(drawFields(fields, {}), async () => {
    await api.patch(`/staff/${me().staff_id}`, readFields(element, fields));
    element.reset();
    toast(t("customer.password_set"));
  }, { action: t("customer.set_password") });
  return element;
}

function languages() {
  const box = select("language", language, LANGUAGES);
  box.addEventListener("change", () => choose(box.value));
  return box;
}

function switchOf(name, on, turn) {
  const label = check(name, t(`account.${name}`), on);
  label.querySelector("input").addEventListener("change", ({ target }) => {
    turn(target.checked);
    toast(t(`account.${name}_${target.checked ? "on" : "off"}`));
  });
  return label;
}

async function signOut() {
  await api.delete("/staff/sessions/current", null, { quiet: true }).catch((error) => {
    // Signed out already, in another tab.
    if (error.status !== 401) throw error;
  });
  // What was typed and not saved is nobody's business who sits down here next.
  sessionStorage.clear();
  forgetSession();
  history.replaceState(null, "", "#/today");
  await begin();
}
