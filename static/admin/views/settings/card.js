// Payments by card: the shop's key at the provider.

import { learn, t } from "../../texts.js";
import { card, h } from "../../ui.js";
import { drawWritten, fieldList, readWritten } from "../shared/field_list.js";
import { settingsForm } from "./form.js";

const AT = "/card";
const PROVIDER = "stripe";
const KEY = fieldList("card", [{ name: "secret_key", hint: true }]);

export async function part() {
  await learn("mails");
  return settingsForm("card", ({ card: seen, public_url: url, payment_methods: methods }) => ({
    children: [
      card(t("settings.card"),
        h("p", {}, t("card.about")),
        h("p", {}, t(`card.mode_${seen?.mode ?? "none"}`)),
        h("div", { class: "fields" }, drawWritten(KEY, AT, Boolean(seen))),
        seen && missing(url, methods)),
    ],
    read: (element) => {
      const { secret_key: key } = readWritten(element, KEY, AT);
      if (key === undefined) return { card: seen };
      return { card: key && { provider: PROVIDER, secret_key: key } };
    },
    hidden: () => ({ card: seen }),
    names: { card: t("settings.card") },
    // Two keys cannot be held against each other: nobody sees them.
    readable: () => ({}),
  }));
}

/** A key alone offers nothing to buyers yet. */
const missing = (url, methods) => [
  !url && h("p", { class: "note" }, t("card.needs_url"), " ",
    h("a", { href: "#/settings/shop" }, t("shop.public_url"))),
  !methods.includes("card") && h("p", { class: "note" }, t("card.needs_method"), " ",
    h("a", { href: "#/settings/payments" }, t("payments.methods"))),
];
