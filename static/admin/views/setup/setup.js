// The first start: whoever has the code from the server's log becomes the owner.

import { api, begin, shop, signedIn } from "../../api.js";
import { check, field, form, input, select, typed } from "../../form.js";
import { t } from "../../texts.js";
import { fill, h } from "../../ui.js";
import { countries, currencies, likelyCountry } from "../shared/places.js";
import { refused } from "../sign_in.js";
import { currencyOf } from "./currencies.js";

const ICON = new URL("../../icon.svg", import.meta.url).href;
// The currency of a shop for which nobody has named one.
const UNCHOSEN = "EUR";

export async function show({ params }) {
  document.title = t("setup.title");
  const place = h("div");
  const setUp = form(fields(await isOpen()), (element) => send(element, params.code, place),
    { action: t("setup.action") });
  fill(place, h("section", { class: "card" }, setUp));
  setTimeout(() => setUp.elements["/shop_name"]?.focus());
  return h("div", { class: "narrow" },
    h("img", { src: ICON, alt: "", width: 48, height: 48 }),
    h("div", { class: "head" }, h("h1", {}, t("setup.title"))),
    h("p", {}, t("setup.intro")),
    place);
}

/** Whether the currency is nobody's choice yet: no option of the program's, no priced product. */
async function isOpen() {
  if (shop().country || shop().currency !== UNCHOSEN) return false;
  return !(await api.get("/products?limit=1")).data.length;
}

function fields(isOpen) {
  const country = select("/country", shop().country ?? likelyCountry(),
    [["", "–"], ...countries()], { autocomplete: "country" });
  const currency = select("/currency", shop().currency, currencies(shop().currency));
  if (isOpen) follow(country, currency);
  return [
    field(t("setup.shop_name"), input("/shop_name", "", { autocomplete: "organization" })),
    field(t("tax.country"), country, { hint: t("setup.country_hint") }),
    field(t("setup.currency"), currency, { hint: t("setup.currency_hint") }),
    field(t("setup.email"), input("/email", "", { type: "email", autocomplete: "username" }),
      { hint: t("setup.email_hint") }),
    field(t("sign_in.password"),
      input("/password", "", { type: "password", autocomplete: "new-password" }),
      { hint: t("setup.password_hint") }),
    check("/sample", t("setup.sample"), false),
    h("p", { class: "hint" }, t("setup.sample_hint")),
  ];
}

/** The currency is that of the country, until somebody chooses another. */
function follow(country, currency) {
  const propose = () => {
    const usual = currencyOf(country.value);
    if ([...currency.options].some(({ value }) => value === usual)) currency.value = usual;
  };
  propose();
  country.addEventListener("change", propose);
  currency.addEventListener("change", () => country.removeEventListener("change", propose));
}

async function send(element, code, place) {
  const names = ["/shop_name", "/country", "/currency", "/email", "/sample"];
  const body = Object.fromEntries(names.map((name) => [name.slice(1), typed(element, name)]));
  body.password = element.elements["/password"].value;
  try {
    await api.post("/setup", { code, ...body }, undefined, { quiet: true });
  } catch (error) {
    if (error.status === 409 && !error.faults.size) return hasOwner(place);
    // A wrong code is about no field of this form.
    throw refused(error, "/code");
  }
  signedIn();
  history.replaceState(null, "", "#/today");
  return begin();
}

/** Somebody was faster, or this address was kept from then. */
function hasOwner(place) {
  fill(place, h("section", { class: "card", role: "status" },
    h("p", {}, t("setup.has_owner")),
    h("p", {}, h("a", { class: "button primary", href: "#/today" }, t("sign_in.action")))));
  place.querySelector("a").focus();
}
