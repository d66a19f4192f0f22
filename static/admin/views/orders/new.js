// A new order by hand, from the phone or the counter: a product, Enter, a quantity, Enter; then who
// it is for. The shop says after every change what it comes to; nothing is calculated here.

import { go } from "../../address.js";
import { api } from "../../api.js";
import { confirm } from "../../dialog.js";
import { area, forgetDraft, form } from "../../form.js";
import { money, t } from "../../texts.js";
import { backTo, card, fill, h, sayProblem, toast } from "../../ui.js";
import { addressFields, readAddress } from "../shared/address.js";
import { controlIn, drawFields, fieldList, readFields } from "../shared/field_list.js";
import { agreedFields, lineOf } from "./agreed.js";
import { buyerFields, readBuyer } from "./buyer.js";
import { keepCart, keptCart, lineFields } from "./lines.js";
import { isPickup, needsAddress, showShort, totals, ways } from "./quote.js";

const WAIT_MILLIS = 250;
const DRAFT = "order new";
const AT = "/shipping_address";
const EXTRAS = fieldList("order", [
  { name: "discount_code", label: "order.discount", hint: "order_new.if_any" },
  {
    name: "note", label: "order.buyers_note", hint: "order_new.note_hint", make: area,
    props: { rows: 2 },
  },
]);

export async function show() {
  const page = { cart: keptCart(), quote: null, asked: 0 };
  const changed = () => { keepCart(page.cart); later(page); };
  page.ways = ways();
  page.extras = drawFields(EXTRAS, {});
  page.agreed = agreedFields();
  page.sums = h("div", { role: "status" });
  page.address = h("section", { class: "card", hidden: true });
  fill(page.address, h("h2", {}, t("order.shipping_address")), addressFields(AT));
  page.form = form(fields(page, changed), () => place(page), {
    draft: DRAFT, action: t("order_new.place"), cancel: () => leave(page),
  });
  page.ways.element.addEventListener("change", changed);
  page.address.addEventListener("change", changed);
  controlIn(page.extras[0]).addEventListener("change", changed);
  page.agreed.discount.addEventListener("change", changed);
  withKeys(page.form);
  settle(page);
  later(page);
  return [h("div", { class: "head" },
    h("div", {},
      backTo("#/orders", t("section.orders")),
      h("h1", {}, t("new_order")))), page.form];
}

const fields = (page, changed) => h("div", { class: "columns" },
  h("div", {},
    card(t("order.items"), lineFields(page.cart.lines, changed)),
    card(t("order.buyer"), buyerFields(page.cart, (customer) => {
      prefill(page, customer);
      changed();
    })),
    page.address),
  h("div", { class: "beside" },
    h("section", { class: "card totals" }, h("h2", {}, t("order.total")),
      page.ways.element,
      page.agreed.element,
      page.extras,
      page.sums)));

/** The button stands under the sums, where the eye is. */
function settle({ form: element }) {
  const place = element.querySelector(".totals");
  place.append(
    element.querySelector(":scope > .summary"), element.querySelector(":scope > .actions"),
    h("p", { class: "hint" }, t("order_new.keys")));
}

/** Enter in a field does not place an order by mistake; with Ctrl it does. */
function withKeys(element) {
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.defaultPrevented) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      element.requestSubmit();
    } else if (event.target.matches("input, select")) event.preventDefault();
  });
}

function body(page) {
  return {
    items: page.cart.lines.map((line) =>
      lineOf({ ...line, quantity: wholeOf(String(line.quantity)) })),
    ...readBuyer(page.form, page.cart),
    shipping_address: page.address.hidden ? null : addressOf(page),
    ...page.ways.read(page.form),
    ...page.agreed.read(page.form),
    ...readFields(page.form, EXTRAS),
    expected_total: page.quote?.total ?? null,
  };
}

/** Text that is no number goes to the shop as it is, which says so. */
const wholeOf = (text) => (/^\d+$/.test(text) ? Number(text) : text);

/** Without a name of its own it goes to the buyer. At the counter there may be none at all. */
function addressOf(page) {
  const address = readAddress(page.form, AT);
  const { country, ...typedIn } = address;
  if (!page.needed && !Object.values(typedIn).some(Boolean)) return null;
  const buyer = page.cart.customer ?? readBuyer(page.form, page.cart).customer;
  return { ...address, name: address.name ?? buyer.name };
}

/** Of an address a quote needs the country: the rest may be yet to come. */
function asked(page) {
  const { items, customer_id, shipping_method, payment_method, discount_code, discount } =
    body(page);
  const { country } = readAddress(page.form, AT);
  return {
    // What is not listed may be half typed.
    items: items.filter(({ product_id, name, unit_price }) => product_id || (name && unit_price)),
    customer_id, shipping_method, payment_method, discount_code, discount,
    shipping_address: country && { country },
  };
}

function later(page) {
  clearTimeout(page.waiting);
  page.waiting = setTimeout(() => ask(page), WAIT_MILLIS);
}

/** Only the answer to the latest question counts. */
async function ask(page) {
  const turn = ++page.asked;
  page.quote = null;
  const question = page.cart.lines.length > 0 && asked(page);
  if (!question?.items?.length) {
    fill(page.sums, h("p", { class: "quiet" }, t("order_new.nothing")));
    return;
  }
  try {
    const quote = await api.post("/quotes", question);
    if (turn === page.asked) showQuote(page, quote);
  } catch (error) {
    if (turn === page.asked) showNo(page, error);
  }
}

function showNo(page, error) {
  if (error.status !== 422) sayProblem(error);
  fill(page.sums, [...error.faults.values()].map((text) => h("p", { class: "fault" }, text)));
}

function showQuote(page, quote) {
  page.quote = quote;
  page.ways.show(quote);
  page.needed = needsAddress(quote);
  page.address.hidden = isPickup(quote);
  page.agreed.show(isPickup(quote));
  fill(page.sums, totals(quote));
  showShort(page.form, quote);
}

function prefill(page, customer) {
  const [address] = customer?.addresses ?? [];
  for (const [name, value] of Object.entries(address ?? {})) {
    const control = page.form.elements[`${AT}/${name}`];
    if (control) control.value = value ?? "";
  }
}

async function place(page) {
  try {
    const order = await api.post("/orders", body(page));
    forget(page);
    const total = money(order.total, order.currency);
    toast(t("order_new.placed", { number: order.number, total }));
    go(`#/orders/${order.id}`, { replace: true });
  } catch (error) {
    if (error.code !== "price_changed") throw error;
    showQuote(page, error.body.quote);
    toast(t("order_new.price_changed"), { bad: true });
  }
}

function forget(page) {
  clearTimeout(page.waiting);
  // An answer that is still to come is about nothing.
  page.asked += 1;
  keepCart(null);
  forgetDraft(DRAFT);
}

async function leave(page) {
  const sure = !page.cart.lines.length
    || await confirm(t("order_new.leave"), t("order_new.leave_text"), t("order_new.leave_now"));
  if (!sure) return;
  forget(page);
  go("#/orders");
}
