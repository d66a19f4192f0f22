// The tax categories that goods can have, to choose from.

import { shop } from "../../api.js";
import { t } from "../../texts.js";

/** `present`: what something has, though the shop may know it no more. */
export const taxCategories = (present = "standard") =>
  [...new Set([...shop().tax_categories, present])]
    .map((name) => [name, name === "standard" ? t("tax.standard") : name]);
