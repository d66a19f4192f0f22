// How mails go out, who is told of orders, and a mail to see whether it works.

import { api, me } from "../../api.js";
import { area, form, select, whole } from "../../form.js";
import { learn, t } from "../../texts.js";
import { card, fill, h } from "../../ui.js";
import { drawFields, drawWritten, fieldList, labelsOf, readFields, readWritten
  } from "../shared/field_list.js";
import { facts } from "../shared/saving.js";
import { serverSaid } from "../orders/mails.js";
import { settingsForm } from "./form.js";

const AT = "/mail";
const WAYS = () => [
  ["tls", "TLS"], ["starttls", "STARTTLS"], ["none", t("mail.security_none")],
];

const SERVER = fieldList("mail", [
  { name: "host", hint: true, props: { spellcheck: "false" } },
  { name: "security", make: select, hint: true, options: WAYS },
  { name: "port", make: whole, hint: true },
  { name: "username", hint: true, props: { spellcheck: "false" } },
]);
const PASSWORD = fieldList("mail", [
  { name: "password", label: "staff.password", hint: true },
]);
const SENDER = fieldList("mail", [
  { name: "from", props: { type: "email" } },
  { name: "reply_to", hint: true, props: { type: "email" } },
  {
    name: "notify", make: area, hint: true, wide: true, props: { rows: 2, inputmode: "email" },
    show: (list) => list?.join("\n"),
    take: (text) => text?.split(/[\s,;]+/).filter(Boolean) ?? [],
  },
]);
const ALL = [...SERVER, ...SENDER];

export async function part() {
  await learn("mails");
  const told = h("div", { role: "status" });
  return [
    await settingsForm("mail", draw),
    card(t("mail.test_send"), h("p", { class: "hint" }, t("mail.test_hint")), testForm(told), told),
  ];
}

const draw = ({ mail, public_url: url }) => {
  const values = mail ?? {};
  return {
    children: [
      !url && h("p", { class: "note" }, t("mail.no_links"), " ",
        h("a", { href: "#/settings/shop" }, t("shop.public_url"))),
      card(t("settings.mail"),
        h("div", { class: "fields" },
          drawFields(SERVER, values, AT), drawWritten(PASSWORD, AT, values.has_password)),
        h("div", { class: "fields" }, drawFields(SENDER, values, AT)),
        h("p", { class: "acts" },
          h("a", { class: "link", href: "#/settings/mail_texts" }, t("settings.mail_texts")),
          h("a", { class: "link", href: "#/mails" }, t("mails.title")))),
    ],
    read: (element) => read(element, mail),
    hidden: ({ mail }) => (mail ? { mail: shown(mail) } : {}),
    names: { mail: t("settings.mail") },
    readable: (all) => all.mail && { mail: facts([shown(all.mail)], null, labelOf) },
  };
};

const labelOf = (name) => labelsOf(ALL)[name] ?? t("staff.password");

const shown = ({ password, ...rest }) => rest;

/** Without a server no mails go out. A new one that is missing is asked for. */
function read(element, before) {
  const said = readFields(element, ALL, AT);
  if (!said.host && (before?.host || !said.from)) return { mail: null };
  const has = before?.has_password;
  return { mail: { ...said, has_password: has, ...readWritten(element, PASSWORD, AT) } };
}

const TO = fieldList("mails", [{ name: "to", props: { type: "email" } }]);

/** What came of it stands beside the button: whoever sets a server up tries it again and again. */
const testForm = (told) => form(
  h("div", { class: "fields" }, drawFields(TO, { to: me().email })),
  async (element) => {
    fill(told);
    try {
      const { to, subject } = await api.post("/mails/test", readFields(element, TO));
      fill(told, h("p", {}, t("mail.test_sent", { to, subject })));
    } catch (error) {
      if (error.status !== 409) throw error;
      fill(told, refusal(error));
    }
    return false;
  }, { action: t("mail.test_send") });

/** What to look at, and what the mail server itself said. */
function refusal(error) {
  const [fault] = error.body.errors ?? [];
  if (fault?.code !== "mail_refused") return h("p", { class: "fault" }, t("mail.test_none"));
  return h("div", { class: "fault summary" },
    h("strong", {}, t(`mail.fault_${fault.pointer.replace(`${AT}/`, "")}`)),
    serverSaid(fault.said));
}
