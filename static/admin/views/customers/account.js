// The account with which a customer signs in: a new password for whoever forgot it, and its end.

import { again } from "../../address.js";
import { api, query } from "../../api.js";
import { confirm, dialog } from "../../dialog.js";
import { form } from "../../form.js";
import { day, t, time } from "../../texts.js";
import { button, card, h, toast, words } from "../../ui.js";
import { drawFields, fieldList, readFields, secret } from "../shared/field_list.js";

const PASSWORD = fieldList("customer", [{
  name: "password", make: secret, hint: true, props: { required: true, autofocus: true },
}]);

export async function accountCard(customer) {
  const { data } = await api.get(query("/customer_accounts", { customer_id: customer.id }));
  return card(t("customer.account"), data.length
    ? data.map(accountOf)
    : h("p", { class: "quiet" }, t("customer.no_account")));
}

const accountOf = (account) => [
  h("dl", { class: "facts" },
    h("dt", {}, t("customer.username")), h("dd", {}, words(account.username)),
    h("dt", {}, t("customer.last_login")),
    h("dd", {}, account.last_login_at ? time(account.last_login_at) : t("customer.never")),
    h("dt", {}, t("customer.email_verified")),
    h("dd", {}, account.email_verified_at ? day(account.email_verified_at) : t("customer.never")),
    h("dt", {}, t("customer.since")), h("dd", {}, day(account.created_at))),
  h("div", { class: "actions" },
    button(t("customer.new_password"), () => newPassword(account)),
    button(t("customer.delete_account"), () => end(account), { class: "danger" })),
];

const path = (account) => `/customer_accounts/${account.id}`;

async function newPassword(account) {
  const seen = await api.get(path(account));
  const saved = await dialog(t("customer.new_password"), (close) => form([
    h("p", {}, t("customer.new_password_text", { username: account.username })),
    drawFields(PASSWORD, {}),
  ], async (element) => {
    close(await api.patch(path(account), readFields(element, PASSWORD), seen));
  }, { action: t("customer.set_password"), cancel: () => close() }));
  if (saved) toast(t("customer.password_set"));
}

async function end(account) {
  const seen = await api.get(path(account));
  const sure = await confirm(t("customer.delete_account_title", { username: account.username }),
    t("customer.delete_account_text"), t("customer.delete_account_now"));
  if (!sure) return;
  await api.delete(path(account), seen);
  toast(t("customer.account_deleted", { username: account.username }));
  again();
}
