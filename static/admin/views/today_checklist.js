// What a new shop still lacks before it can sell.

import { again } from "../address.js";
import { api, isOwner, query } from "../api.js";
import { t } from "../texts.js";
import { button, card, h, toast } from "../ui.js";

// The name of a fresh shop, until its owner says otherwise.
const UNNAMED = "My shop";
// Not every shop has a task; the settings remember which were declined.
const DECLINED = { shipping: "keep_shipping", tax: "no_tax" };
// More than there are sample goods.
const ENOUGH = 50;

/**
 * The tasks that a new shop still has before it can sell, or null where there are none; settings
 * are the owner's, so it is theirs.
 */
export async function checklist() {
  if (!isOwner()) return null;
  const [settings, sample, { data: products }] = await Promise.all([
    api.get("/settings"), api.get("/sample_goods"),
    api.get(query("/products", { limit: ENOUGH, fields: "id" })),
  ]);
  const { setup_skipped: skipped } = settings;
  const has = {
    name: settings.name !== UNNAMED,
    address: settings.address && (settings.tax_number || settings.tax_exempt_note),
    tax: settings.tax_exempt_note || settings.tax_rates.length,
    product: products.length > sample.count,
    shipping: hasShipping(settings),
    payments: settings.bank_account || hasInstructions(settings),
  };
  const isDone = (name) => Boolean(has[name]) || skipped.includes(name);
  const tasks = Object.keys(has);
  const done = tasks.filter(isDone).length;
  if (done === tasks.length && !sample.count) return null;
  return card(t("checklist.title"),
    h("p", { class: "quiet" }, t("checklist.progress", { done, all: tasks.length })),
    h("ul", { class: "checklist" },
      tasks.map((name) => task(name, isDone(name), settings)),
      sample.count > 0 && h("li", {}, state(false),
        button(t("checklist.no_sample"), clearShelves, { class: "link" }))));
}

const PLACES = { name: "settings/shop", address: "settings/shop", product: "products/new" };

const task = (name, done, settings) => h("li", {}, state(done), " ",
  h("a", { href: `#/${PLACES[name] ?? `settings/${name}`}` }, t(`checklist.${name}`)),
  DECLINED[name] && !done && [" ", decline(name, settings)]);

const state = (done) => h("span", { class: ["badge", done ? "completed" : "draft"] },
  t(done ? "checklist.done" : "checklist.open"));

const decline = (name, settings) => button(t(`checklist.${DECLINED[name]}`), async () => {
  await api.patch("/settings", { setup_skipped: [...settings.setup_skipped, name] }, settings);
  again();
}, { class: "link" });

async function clearShelves() {
  await api.delete("/sample_goods");
  toast(t("checklist.sample_gone"));
  again();
}

/** What a set-up proposes costs nothing. */
const hasShipping = ({ shipping_methods: methods }) =>
  methods.some((one) => Number(one.price) || one.prices_by_weight.length);

/** A bank transfer needs an account, or instructions where to. */
const hasInstructions = ({ payment_terms: all }) =>
  all.every(({ method, instructions }) => method !== "bank_transfer" || instructions);
