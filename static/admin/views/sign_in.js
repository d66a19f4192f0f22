// The sign-in, which comes back wherever a session has ended.

import { api, begin, loadSession, me, Problem, shop, signedIn } from "../api.js";
import { dialog } from "../dialog.js";
import { field, form, input } from "../form.js";
import { t } from "../texts.js";
import { button, h, toast, words } from "../ui.js";

const ICON = new URL("../icon.svg", import.meta.url).href;

export async function show() {
  document.title = `${t("sign_in.action")} – ${shop().name}`;
  return h("div", { class: "narrow" },
    h("img", { src: ICON, alt: "", width: 48, height: 48 }),
    h("div", { class: "head" }, h("h1", {}, t("sign_in.action"))),
    shop().name && h("p", {}, words(shop().name)),
    h("section", { class: "card" }, signInForm("", begin)),
    lost());
}

let asked = null;

/**
 * Asks over the page, which stays as it is with all that was typed. Answers whether somebody signed
 * in; where it is somebody else, they begin with a page of their own.
 */
export function signInAgain() {
  asked ??= ask().finally(() => { asked = null; });
  return asked;
}

async function ask() {
  const { staff_id: before, email } = me();
  const done = await dialog(t("sign_in.action"), (close) => h("div", {},
    h("p", {}, t("sign_in.ended")), signInForm(email, () => close(true)), lost()));
  if (!done) return false;
  if ((await loadSession())?.staff_id === before) return true;
  sessionStorage.clear();
  location.reload();
  return new Promise(() => {});
}

const lost = () => h("div", {},
  h("p", {}, button(t("sign_in.forgot"), forgot, { class: "link" })),
  h("p", { class: "quiet" }, t("sign_in.lost"), " ",
    h("code", {}, `tillbox staff reset ${t("sign_in.lost_email")}`)));

/** Has a link sent by which a new password is chosen; nobody learns whether there is an account. */
async function forgot() {
  const email = input("/email", "", { type: "email", autocomplete: "username", required: true });
  const sent = await dialog(t("sign_in.forgot"), (close) => form([
    h("p", {}, t("sign_in.forgot_text")), field(t("customer.email"), email),
  ], async () => {
    await api.post("/staff/password_resets", { email: email.value.trim() });
    close(true);
  }, { action: t("sign_in.send_link"), cancel: () => close() }));
  if (sent) toast(t("sign_in.link_sent"));
}

function signInForm(known, done) {
  const email = input("/email", known, { type: "email", autocomplete: "username", required: true });
  const password = input("/password", "", {
    type: "password", autocomplete: "current-password", required: true,
  });
  // The view is put into the page after this; only then something in it can have the focus.
  setTimeout(() => (known ? password : email).focus());
  return form([
    field(t("customer.email"), email),
    field(t("sign_in.password"), password),
  ], () => send(email, password, done), { action: t("sign_in.action") });
}

async function send(email, password, done) {
  const body = { email: email.value.trim(), password: password.value };
  try {
    await api.post("/staff/sessions", body, undefined, { quiet: true });
  } catch (error) {
    throw refused(error, "/password");
  }
  signedIn();
  password.value = "";
  await done();
}

/** A "no" that belongs into the form: at the field it is about, not into a passing message. */
export function refused(error, pointer) {
  if (![401, 403, 429].includes(error.status)) return error;
  return new Problem(422, { detail: error.message, errors: [{ pointer, detail: error.message }] });
}
