// What prices were, and what they will be.

import { money, t } from "../../texts.js";
import { h, words } from "../../ui.js";
import { changed } from "./changes.js";

/** `by`: hundredths of a percent; null or none shows nothing. */
export const priceTable = (products, by) => by && h("div", { class: "scroll", tabindex: 0 },
  h("table", { "aria-label": t("bulk.prices") },
    h("thead", {}, h("tr", {},
      h("th", { scope: "col" }, t("product.name")),
      ["before", "after"].map((name) =>
        h("th", { scope: "col", class: "number" }, t(`bulk.${name}`))))),
    h("tbody", {}, products.flatMap(({ name, variants }) => variants.map((variant) => h("tr", {},
      h("th", { scope: "row" },
        words([name, variants.length > 1 && variant.title].filter(Boolean).join(" – "))),
      h("td", { class: "number" }, money(variant.price)),
      h("td", { class: "number" }, h("strong", {}, money(changed(variant.price, by))))))))));
