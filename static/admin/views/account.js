// Oneself: who is signed in here, and how the page speaks and listens.

import { api, begin, forgetSession, me } from "../api.js";
import { check, field, select } from "../form.js";
import { keysOn, switchKeys } from "../keys.js";
import { soundOn, switchSound } from "../sound.js";
import { choose, language, t, time } from "../texts.js";
import { button, card, h, toast } from "../ui.js";

const LANGUAGES = [["en", "English"], ["de", "Deutsch"]];

export async function show() {
  return [
    h("div", { class: "head" },
      h("h1", {}, t("account.title")), button(t("account.sign_out"), signOut)),
    card(t("account.who"), h("dl", { class: "facts" },
      h("dt", {}, t("account.name")), h("dd", {}, me().email),
      h("dt", {}, t("account.role")), h("dd", {}, t(`role.${me().role}`)),
      h("dt", {}, t("account.until")), h("dd", {}, time(me().expires_at))),
    h("p", { class: "hint" }, t("account.idle"))),
    card(t("account.page"),
      field(t("account.language"), languages(), { hint: t("account.language_hint") }),
      switchOf("keys", keysOn(), switchKeys),
      h("p", { class: "hint" }, t("account.keys_hint")),
      switchOf("sound", soundOn(), switchSound)),
  ];
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
