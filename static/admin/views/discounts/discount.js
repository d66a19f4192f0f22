// One discount code: made, changed, taken away.

import { go } from "../../address.js";
import { api } from "../../api.js";
import { confirm } from "../../dialog.js";
import { form } from "../../form.js";
import { number, t, time } from "../../texts.js";
import { backTo, button, card, copyButton, h, run, toast } from "../../ui.js";
import { changes, pick, saveOver } from "../shared/saving.js";
import { fields, FRESH, labels, read, readable } from "./fields.js";
import { state } from "./words.js";

export async function show({ params }) {
  if (!params.id) return [head(t("discounts.new")), card(null, makeForm())];
  const discount = await api.get(`/discounts/${params.id}`);
  return [
    head(discount.code, state(discount), remove(discount)),
    h("div", { class: "columns" }, card(t("discount.what"), editForm(discount)), use(discount)),
  ];
}

const head = (title, badge, ...actions) => h("div", { class: "head" },
  h("div", {},
    backTo("#/discounts", t("section.discounts")),
    h("h1", {}, title, badge && [" ", badge])),
  actions);

function makeForm() {
  const element = form(fields(FRESH), async (element) => {
    const made = await api.post("/discounts", read(element));
    toast(t("discount.made", { code: made.code }));
    go(`#/discounts/${made.id}`, { replace: true });
  }, { draft: "discount new", action: t("discount.make"), cancel: () => go("#/discounts") });
  return settled(element);
}

function editForm(discount) {
  const seen = discount;
  const element = form(fields(discount), async (element) => {
    const mine = changes(shown(seen), read(element));
    if (!Object.keys(mine).length) return go("#/discounts");
    const send = (base) => api.patch(`/discounts/${seen.id}`, mine, base);
    const saved = await saveOver(seen, mine, send, labels(), readable);
    if (!saved) return false;
    const before = pick(seen, Object.keys(mine));
    toast(t("discount.saved"), { undo: () => takeBack(saved, before) });
    return go("#/discounts");
  }, {
    draft: `discount ${discount.id} ${discount.version}`, cancel: () => go("#/discounts"),
  });
  return settled(element);
}

/** A draft may say another type than what was drawn. */
function settled(element) {
  element.elements["/type"].dispatchEvent(new Event("change"));
  return element;
}

/** As the form reads it when nobody touched it: days instead of times. */
const shown = (discount) => read(h("form", {}, fields(discount)));

const takeBack = (saved, before) => run(async () => {
  await api.patch(`/discounts/${saved.id}`, before, saved);
  go(`#/discounts/${saved.id}`);
});

const use = (discount) => card(t("discount.use"),
  h("dl", { class: "facts" },
    h("dt", {}, t("discount.used")), h("dd", {}, number(discount.usage_count)),
    h("dt", {}, t("discount.made_at")), h("dd", {}, time(discount.created_at)),
    h("dt", {}, t("discount.changed_at")), h("dd", {}, time(discount.updated_at))),
  h("p", { class: "hint" }, t("discount.use_hint")),
  h("p", {}, h("code", {}, discount.code), " ", copyButton(discount.code)));

const remove = (discount) => button(t("discount.delete"), async () => {
  const sure = await confirm(t("discount.delete_title", { code: discount.code }),
    t("discount.delete_text"), t("discount.delete"));
  if (!sure) return;
  await api.delete(`/discounts/${discount.id}`, discount);
  toast(t("discount.deleted", { code: discount.code }));
  go("#/discounts");
}, { class: "danger" });
