// What sold best of late, at the end of the day at a glance.

import { api, query } from "../api.js";
import { money, number, t } from "../texts.js";
import { card, fill, h, words } from "../ui.js";

const MOST = 5;

/** Puts them into `place`, which stays empty where nothing was sold. */
export async function show(place) {
  const { data, currency } = await api.get(query("/reports/products", { limit: MOST }));
  if (!data.length) return;
  const head = (name) =>
    h("th", { scope: "col", class: name !== "name" && "number" }, t(`best.${name}`));
  fill(place, card(t("best.title"), h("table", {
    class: "cards compact", "aria-label": t("best.title"),
  },
  h("thead", {}, h("tr", {}, ["name", "units", "gross"].map(head))),
  h("tbody", {}, data.map((one) => row(one, currency))))));
}

const row = ({ product_id: id, name, variant_title: title, units, gross }, currency) => h("tr", {},
  h("td", {}, h("a", { href: `#/products/${id}` },
    words([name, title].filter(Boolean).join(" – ")))),
  h("td", { class: "number named wide", "data-label": t("best.units") }, number(units)),
  h("td", { class: "number" }, money(gross, currency)));
