// The first start: whoever has the code from the server's log becomes the owner.

import { api, begin, shop, signedIn } from "../../api.js";
import { inField } from "../../decimals.js";
import { check, form, fraction, select } from "../../form.js";
import { language, t } from "../../texts.js";
import { fill, h } from "../../ui.js";
import { controlIn, drawFields, fieldList, readFields, secret } from "../shared/field_list.js";
import { anyCountry, currencies, likelyCountry } from "../shared/places.js";
import { refused } from "../sign_in.js";
import { currencyOf, standardRate } from "./usual.js";

const ICON = new URL("../../icon.svg", import.meta.url).href;
// The currency of a shop for which nobody has named one.
const UNCHOSEN = "EUR";
const FIELDS = fieldList("setup", [
  { name: "shop_name", props: { autocomplete: "organization" } },
  {
    name: "country", label: "tax.country", make: select, options: anyCountry,
    props: { autocomplete: "country" },
  },
  {
    name: "currency", hint: true, make: select, options: ({ currency }) => currencies(currency),
  },
  {
    name: "tax_rate", hint: true, make: fraction, props: { "data-reads": "not_a_percentage" },
  },
  { name: "is_exempt", label: "checklist.no_tax", make: check },
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
  const drawn = drawFields(FIELDS, {
    country: shop().country ?? likelyCountry(), currency: shop().currency,
  });
  const [, country, currency, rate, exempt] = drawn.map(controlIn);
  const has = (code) => [...currency.options].some(({ value }) => value === code);
  const usual = () => [currencyOf(country.value)].find(has) ?? currency.value;
  if (isOpen) propose(country, currency, usual);
  propose(country, rate, () => inField(standardRate(country.value), false));
  exempt.addEventListener("change", () => { drawn[3].hidden = exempt.checked; });
  return [drawn, h("p", { class: "hint" }, t("setup.sample_hint"))];
}

/** A control holds what is usual in the country, until somebody chooses something else. */
function propose(country, control, usual) {
  const take = () => { control.value = usual(); };
  take();
  country.addEventListener("change", take);
  control.addEventListener("input", () => country.removeEventListener("change", take));
}

async function send(element, code, place) {
  try {
    const { is_exempt: isExempt, ...said } = readFields(element, FIELDS);
    const tax = isExempt ? { tax_rate: null, tax_exempt_note: exemptNote(said.country) } : {};
    const body = { code, language, ...said, ...tax };
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

/** The reason that stands on documents; a German one names the law. */
const exemptNote = (country) => t(country === "DE" ? "setup.exempt_germany" : "setup.exempt");

/** Somebody was faster, or this address was kept from then. */
function hasOwner(place) {
  fill(place, h("section", { class: "card", role: "status" },
    h("p", {}, t("setup.has_owner")),
    h("p", {}, h("a", { class: "button primary", href: "#/today" }, t("sign_in.action")))));
  place.querySelector("a").focus();
}
