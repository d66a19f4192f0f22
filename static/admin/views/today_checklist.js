// What a new shop still lacks before it can sell.

import { again } from "../address.js";
import { api, isOwner, shop } from "../api.js";
import { t } from "../texts.js";
import { card, h } from "../ui.js";

// The name of a fresh shop, until its owner says otherwise.
const UNNAMED = "My shop";
// Not every shop has a task; this browser remembers which were declined.
const DECLINED = { shipping: "keep_shipping", tax: "no_tax" };
const declined = (name) => localStorage.getItem(`checklist ${name}`) === "no";

/**
 * The tasks that a new shop still has before it can sell, or null where there are none; settings
 * are the owner's, so it is theirs. `loading`: what there is; where an order was sold, there is a
 * product.
 */
export async function checklist(loading) {
  if (!isOwner()) return null;
  const [product, settings] = await Promise.all([hasProduct(loading), api.get("/settings")]);
  const tasks = [
    ["name", shop().name !== UNNAMED, "#/settings/shop"],
    ["address", Boolean(shop().address), "#/settings/shop"],
    ["tax", declined("tax") || settings.tax_rates.length > 0, "#/settings/tax"],
    ["product", product, "#/products/new"],
    ["shipping", hasShipping(), "#/settings/shipping"],
    ["payments", settings.bank_account || hasInstructions(), "#/settings/payments"],
  ];
  const done = tasks.filter(([, done]) => done).length;
  if (done === tasks.length) return null;
  return card(t("checklist.title"),
    h("p", { class: "quiet" }, t("checklist.progress", { done, all: tasks.length })),
    h("ul", { class: "checklist" }, tasks.map(task)));
}

function task([name, done, href]) {
  const state = h("span", { class: ["badge", done ? "completed" : "draft"] },
    t(done ? "checklist.done" : "checklist.open"));
  return h("li", {}, state, " ", h("a", { href }, t(`checklist.${name}`)),
    DECLINED[name] && !done && [" ", decline(name)]);
}

const decline = (name) => h("button", { class: "link", type: "button", onclick: () => {
  localStorage.setItem(`checklist ${name}`, "no");
  again();
} }, t(`checklist.${DECLINED[name]}`));

const hasProduct = async (loading) => (await loading).orders.length > 0
  || (await api.get("/products?limit=1")).data.length > 0;

function hasShipping() {
  const [first, ...others] = shop().shipping_methods;
  const fresh = first.code === "standard" && Number(first.price) === 0 && !others.length;
  return !fresh || declined("shipping");
}

/** A bank transfer needs an account, or instructions where to. */
const hasInstructions = () =>
  shop().payment_terms.every((terms) => terms.method !== "bank_transfer" || terms.instructions);
