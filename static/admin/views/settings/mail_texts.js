// The texts of the mails, kind by kind, in each language, and what a mail looks like in them.

import { address, again } from "../../address.js";
import { api, query } from "../../api.js";
import { confirm } from "../../dialog.js";
import { area, field, forgetDraft, form, select } from "../../form.js";
import { language as own, learn, t } from "../../texts.js";
import { badge, button, card, fill, h, run, tabs, toast, words } from "../../ui.js";
import { drawFields, fieldList, needed, readFields } from "../shared/field_list.js";

const LANGUAGES = { en: "English", de: "Deutsch" };
const addressOf = (values) => address("settings/mail_texts", values);

const PREVIEW = "preview";
const texts = (lang) => fieldList("mail_texts", [
  { name: "subject", take: needed, wide: true, props: { lang } },
  { name: "text", make: area, take: needed, hint: true, wide: true, props: { lang, rows: 16 } },
]);

export async function part(asked) {
  await learn("mails");
  const language = LANGUAGES[asked.get("language")] ? asked.get("language") : own;
  const { data } = await api.get(query("/mail_templates", { language }));
  const open = data.find(({ kind }) => kind === asked.get("kind"));
  if (open) return editor(open, addressOf({ language }));
  return [
    tabs(t("window.languages"), Object.entries(LANGUAGES).map(([code, name]) =>
      [addressOf({ language: code }), name]), addressOf({ language })),
    card(null, h("ul", { class: "entries" }, data.map(entry))),
  ];
}

const entry = ({ kind, language, is_own: isOwn }) => h("li", {},
  h("a", { href: addressOf({ language, kind }) }, t(`mail_kind.${kind}`)),
  isOwn && badge("mail_texts", "own"));

/** `seen`: the text as the shop has it; `back`: where the others are. */
async function editor(seen, back) {
  const { kind, language } = seen;
  const { data: [newest] } = await api.get("/orders?limit=1");
  const path = (rest = "") => query(`/mail_templates/${kind}${rest}`, { language });
  const draft = `mail text ${kind} ${language}`;
  const letter = h("div", { role: "status", class: "letter" });
  const about = select(null, newest ? "newest" : "sample", [
    newest && ["newest", t("mail_texts.of_newest", { number: newest.number })],
    ["sample", t("mail_texts.of_sample")],
  ].filter(Boolean));
  const look = async (said) => {
    const order = about.value === "newest" ? { order_id: newest.id } : {};
    const mail = await api.post(path("/preview"), { ...said, ...order });
    fill(letter, shown(mail, language));
  };
  const element = form(drawFields(texts(language), seen), async (it, pressed) => {
    const said = readFields(it, texts(language));
    try {
      if (pressed?.value !== PREVIEW) return await save(path(), said, draft);
      await look(said);
      return false;
    } catch (error) {
      markLine(error, it);
      throw error;
    }
  }, { draft, more: [
    h("button", { name: "do", value: PREVIEW }, t("mail_texts.preview")),
    seen.is_own && button(t("mail_texts.reset"), () => reset(path(), draft)),
  ] });
  // A draft may have a fault, which is told when somebody asks for it.
  run(() => look(readFields(element, texts(language))).catch(() => look({})));
  return [
    h("p", {}, h("a", { href: back }, t("settings.mail_texts"))),
    h("div", { class: "columns halves" },
      card(`${t(`mail_kind.${kind}`)} – ${LANGUAGES[language]}`, element),
      card(t("mail_texts.preview"), field(t("mail_texts.of"), about), letter)),
  ];
}

/** The HTML is made of the same text, which says all that there is. */
const shown = ({ subject, text }, language) => [
  h("h3", { lang: language, dir: "auto" }, subject),
  h("div", { class: "pre", lang: language }, words(text, "div")),
];

async function reset(path, draft) {
  const what = t("mail_texts.reset");
  if (!await confirm(what, t("mail_texts.reset_text"), what)) return;
  await save(path, {}, draft);
}

async function save(path, said, draft) {
  await api.put(path, said);
  forgetDraft(draft);
  toast(t("settings.saved"));
  again();
}

/** A fault in the words says its line, which is marked for whoever mends it. */
function markLine(error, element) {
  const { line, errors: [fault] = [] } = error.body ?? {};
  const control = fault && element.elements[fault.pointer];
  const lines = control?.value.split("\n") ?? [];
  if (!lines[line - 1]) return;
  const start = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0);
  control.setSelectionRange(start, start + lines[line - 1].length);
}
