// The list of the discount codes.

import { keepFocus, rows, search } from "../../list.js";
import { money, number, t } from "../../texts.js";
import { empty, h, words } from "../../ui.js";
import { lasts, state, worth } from "./words.js";

const HEADS = ["code", "worth", "from", "lasts", "used", "state"];

export async function show({ query }) {
  const q = query.get("q") ?? "";
  const body = h("tbody");
  const { page, more } = await rows("/discounts", { code: q }, body, row);
  const add = () =>
    h("a", { class: "button primary", href: "#/discounts/new" }, t("discounts.new"));
  const view = h("div", {},
    h("div", { class: "head" }, h("h1", {}, t("section.discounts")), add()),
    (q || page.data.length > 0) && search("discounts", { q }, t("discounts.search")),
    h("section", { class: "card" }, page.data.length
      ? [list(body), more]
      : nothing(q, add)));
  return keepFocus(view, q);
}

const list = (body) => h("table", { class: "cards", "aria-label": t("section.discounts") },
  h("thead", {}, h("tr", {}, HEADS.map((name) =>
    h("th", { scope: "col" }, t(`discounts.${name}`))))),
  body);

function nothing(q, add) {
  if (!q) return empty(t("discounts.empty"), add());
  return empty(t("discounts.not_found", { code: q }),
    h("a", { class: "button", href: "#/discounts" }, t("discounts.all")));
}

function row(discount) {
  const cell = (name, ...children) =>
    h("td", { "data-label": t(`discounts.${name}`) }, h("span", {}, children));
  const { usage_count: used, usage_limit: limit, min_subtotal: least } = discount;
  return h("tr", { "data-row": true },
    cell("code", h("a", { href: `#/discounts/${discount.id}` }, words(discount.code))),
    cell("worth", worth(discount)),
    cell("from", least ? money(least, discount.currency) : "–"),
    cell("lasts", lasts(discount)),
    cell("used", limit
      ? t("discounts.used_of", { n: number(used), limit: number(limit) })
      : number(used)),
    cell("state", state(discount)));
}
