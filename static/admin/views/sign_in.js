// Who are you? The view that comes back wherever a session has ended.

import { api } from "../api.js";
import { begin } from "../app.js";
import { h, words } from "../dom.js";
import { field, form, input } from "../form.js";
import { shop } from "../session.js";
import { t } from "../texts.js";
import { refused } from "./session_form.js";

export async function show() {
  document.title = `${t("sign_in.title")} – ${shop().name}`;
  const email = input("/email", "", { type: "email", autocomplete: "username", required: true });
  const password = input("/password", "", {
    type: "password", autocomplete: "current-password", required: true,
  });
  const signIn = form([
    field(t("sign_in.email"), email),
    field(t("sign_in.password"), password),
  ], () => send(email, password), { action: t("sign_in.action") });
  // The view is put into the page after this; only then something in it can have the focus.
  setTimeout(() => email.focus());
  return h("div", { class: "narrow" },
    h("div", { class: "head" }, h("h1", {}, t("sign_in.title"))),
    shop().name && h("p", {}, words(shop().name)),
    h("section", { class: "card" }, signIn),
    h("p", { class: "quiet" }, t("sign_in.lost"), " ",
      h("code", {}, `tillbox staff reset ${t("sign_in.lost_email")}`)));
}

async function send(email, password) {
  const body = { email: email.value.trim(), password: password.value };
  try {
    await api.post("/staff/sessions", body, undefined, { quiet: true });
  } catch (error) {
    throw refused(error, "/password");
  }
  password.value = "";
  await begin();
}
