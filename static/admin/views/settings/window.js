// The pages for buyers: whether they are there, how they look, and what the law wants on them.

import { again } from "../../address.js";
import { api, reloadShop, shop } from "../../api.js";
import { area, check, typed } from "../../form.js";
import { t } from "../../texts.js";
import { card, h, uid } from "../../ui.js";
import { controlIn, drawFields, fieldList, labelsOf, readFields } from "../shared/field_list.js";
import { pictureCard } from "../shared/picture_card.js";
import { facts } from "../shared/saving.js";
import { moveDraft, settingsForm } from "./form.js";

const NAME = "window";
const AT = "/window";
const LANGUAGES = { en: "English", de: "Deutsch" };
// What a shop must say to buyers; the others it may.
const NEEDED = ["imprint", "terms", "privacy", "withdrawal"];
const COLOUR = /^#[\da-f]{6}$/i;

const OPEN = fieldList(NAME, [{ name: "enabled", make: check }]);
const ACCENT = fieldList(NAME, [{ name: "accent", hint: true, props: { class: "colour" } }]);
const INTRO = fieldList(NAME, [
  { name: "intro", make: area, hint: true, props: { rows: 3, dir: "auto" } },
]);
const PAGES = fieldList(NAME, ["imprint", "terms", "privacy", "shipping", "withdrawal"]
  .map((name) => ({ name, make: area, props: { rows: 6, dir: "auto" } })));
const LOOK = [...OPEN, ...ACCENT, ...INTRO];

export const part = () => settingsForm(NAME, ({ window }) => ({
  children: [
    card(t("settings.window"), drawFields(OPEN, window, AT),
      h("a", { href: "/", target: "_blank" }, t("window.look"))),
    card(t("window.looks"), accent(window), languages(window.languages),
      drawFields(INTRO, window, AT)),
    pictureCard({
      title: t("window.logo"), path: "/settings/logo", image: shop().window.logo, alt: false,
    }, pictureChanged).element,
    texts(window.pages),
  ],
  read: (form) => ({
    window: {
      ...readFields(form, LOOK, AT), languages: languagesIn(form, window.languages),
      pages: readFields(form, PAGES, `${AT}/pages`), logo: shop().window.logo,
    },
  }),
  names: { window: t("settings.window") },
  readable: (all) => all.window && { window: readable(all.window) },
}));

function readable({ pages, languages, logo, ...look }) {
  const all = { ...look, ...pages, languages: languages.map((code) => LANGUAGES[code]) };
  const names = { ...labelsOf([...LOOK, ...PAGES]), languages: t("window.languages") };
  return facts([all], null, (name) => names[name]);
}

/** The settings have another version; what was typed is still for them. */
async function pictureChanged() {
  const { version } = await api.get("/settings");
  moveDraft(NAME, version - 1, version);
  await reloadShop();
  again();
}

/** The colour can be typed, and chosen beside it. */
function accent(values) {
  const [element] = drawFields(ACCENT, values, AT);
  const text = controlIn(element);
  const swatch = h("input", {
    type: "color", value: values.accent, "aria-label": t("window.choose"), oninput: () => {
      text.value = swatch.value;
    },
  });
  text.addEventListener("input", () => { if (COLOUR.test(text.value)) swatch.value = text.value; });
  text.before(swatch);
  return element;
}

function languages(spoken) {
  const id = uid(NAME);
  return h("fieldset", { id, name: `${AT}/languages`, tabindex: "-1", class: "plain" },
    h("legend", {}, t("window.languages")),
    h("div", { class: "days" }, Object.entries(LANGUAGES).map(([code, name]) =>
      check(`${AT}/languages/${code}`, name, spoken.includes(code)))),
    h("p", { class: "fault", id: `${id}-fault`, hidden: true }));
}

/** The first that buyers are spoken to in stays the first. */
const languagesIn = (form, spoken) => [...new Set([...spoken, ...Object.keys(LANGUAGES)])]
  .filter((code) => typed(form, `${AT}/languages/${code}`));

const texts = (pages) => card(t("window.pages"),
  h("p", { class: "hint" }, t("window.needed")),
  h("ul", { class: "checklist" }, NEEDED.map((name) => h("li", {},
    h("span", { class: ["badge", pages[name] ? "completed" : "draft"] },
      t(pages[name] ? "checklist.done" : "checklist.open")),
    t(`window.${name}`)))),
  h("p", { class: "hint" }, t("window.marks")),
  drawFields(PAGES, pages, `${AT}/pages`));
