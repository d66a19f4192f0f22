// The first start: whoever has the code from the server's log becomes the owner.

import { api, begin, shop, signedIn } from "../../api.js";
import { check, form, select } from "../../form.js";
import { t } from "../../texts.js";
import { fill, h } from "../../ui.js";
import { controlIn, drawFields, fieldList, readFields, secret } from "../shared/field_list.js";
import { anyCountry, currencies, likelyCountry } from "../shared/places.js";
import { refused } from "../sign_in.js";
import { currencyOf } from "./currencies.js";

const ICON = new URL("../../icon.svg", import.meta.url).href;
// The currency of a shop for which nobody has named one.
const UNCHOSEN = "EUR";
const FIELDS = fieldList("setup", [
  { name: "shop_name", props: { autocomplete: "organization" } },
  {
    name: "country", label: "tax.country", hint: true, make: select, options: anyCountry,
    props: { autocomplete: "country" },
  },
  {
    name: "currency", hint: true, make: select, options: ({ currency }) => currencies(currency),
  },
  { name: "email", hint: true, props: { type: "email", autocomplete: "username" } },
  { name: "password", label: "sign_in.password", hint: true, make: secret },
  { name: "sample", make: check },
]);

export async function show({ params }) {
  document.title = t("setup.title");
  const place = h("div");
  const setUp = form(fields(await isOpen()), (element) => send(element, params.code, place),
    { action: t("setup.action") });
  fill(place, h("section", { class: "card" }, setUp));
  setTimeout(() => controlIn(setUp)?.focus());
  return h("div", { class: "narrow" },
    h("img", { src: ICON, alt: "", width: 48, height: 48 }),
    h("div", { class: "head" }, h("h1", {}, t("setup.title"))),
    h("p", {}, t("setup.intro")),
    place);
}

/** A currency is open while nobody chose it: no option of the program's, no priced product. */
async function isOpen() {
  if (shop().country || shop().currency !== UNCHOSEN) return false;
  return !(await api.get("/products?limit=1")).data.length;
}

function fields(isOpen) {
  const { country, currency } = shop();
  const drawn = drawFields(FIELDS, { country: country ?? likelyCountry(), currency });
  if (isOpen) follow(controlIn(drawn[1]), controlIn(drawn[2]));
  return [drawn, h("p", { class: "hint" }, t("setup.sample_hint"))];
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
  try {
    const body = { code, ...readFields(element, FIELDS) };
    await api.post("/setup", body, undefined, { quiet: true });
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
