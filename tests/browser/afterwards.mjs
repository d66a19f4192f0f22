// What happens after an order was placed, and what was clicked wrongly on the way.

import assert from "node:assert/strict";
import { badges, field, heading, inDialog, opened, press, toast, until, ADDRESS, BUYER
  } from "./hands.mjs";
import { look } from "./looking.mjs";
import { OWNER, person, serve, signIn } from "./shop.mjs";

/** A shop with five mugs, an order of two of them, and somebody who looks at it. */
async function withAnOrder(work, more = {}) {
  const shop = await serve();
  const { call } = await opened(shop);
  await call("POST", "/products", { name: "Blue mug", price: "10.00", sku: "MUG", stock: 5 });
  const order = await call("POST", "/orders", {
    items: [{ product_id: 1, quantity: 2, note: "One with a chip, please." }],
    customer: BUYER, shipping_address: ADDRESS, ...more,
  });
  const page = await person(shop.url);
  await signIn(page, shop.url);
  const at = async (hash, title) => {
    await page.goto(`${shop.url}/admin${hash}`);
    await heading(page, title);
  };
  await at(`#/orders/${order.id}`, /^Order/);
  const now = () => call("GET", `/orders/${order.id}`);
  await work({ page, call, order, now, at });
  assert.deepEqual(page.trouble, []);
  await page.context().close();
  await shop.stop();
}

const timeline = (page) => page.locator(".timeline");
const sum = (page, name) =>
  page.locator(".sums tr", { hasText: name }).locator("td").innerText();
const stock = async (call) => (await call("GET", "/products/1")).stock;

export const what_the_shop_brings_itself_needs_no_number = () =>
  withAnOrder(async ({ page, now }) => {
    await press(page, "Mark as paid");
    await badges(page, "Paid · To pack");
    await press(page, "Ship…");
    await inDialog(page, "Ship");
    await page.getByText("Brought by ourselves").waitFor();
    const [parcel] = (await now()).shipments;
    assert.deepEqual([parcel.carrier, parcel.tracking_number], [null, null]);
    assert.ok(!/null|undefined/.test(await page.locator("main").innerText()));
  });

export const a_return_is_undone_with_its_refund_and_a_cancellation_takes_the_stock_again = () =>
  withAnOrder(async ({ page, call, now }) => {
    await press(page, "Mark as paid");
    await badges(page, "Paid · To pack");
    await press(page, "Cancel…");
    await field(page, "Some of it").check();
    await field(page, "Blue mug (of 2)").fill("1");
    await field(page, "Reason").fill("Sold out");
    await inDialog(page, "Cancel these units");
    await badges(page, "Paid · To refund · To pack");
    assert.equal(await sum(page, "To refund"), "€10.00");
    assert.equal(await stock(call), 4);
    await timeline(page).getByText("1 unit cancelled").waitFor();
    await timeline(page).getByRole("button", { name: "Undo", exact: true }).click();
    await toast(page, "Undone.");
    await badges(page, "Paid · To pack");
    assert.equal(await stock(call), 3);

    await press(page, "Ship…");
    await field(page, "Tracking number").fill("CC 1");
    await field(page, "Carrier").fill("Coast Courier");
    await inDialog(page, "Ship");
    await press(page, "Mark as delivered");
    await badges(page, "Paid · Delivered");
    await press(page, "Take goods back…");
    await field(page, "Blue mug (of 2)").fill("2");
    await field(page, "Why it came back").selectOption("defect");
    const box = page.getByRole("dialog");
    await box.getByText("€20.00 goes back; open after it: €0.00.").waitFor();
    await field(page, "Note the refund for it as well").uncheck();
    await box.getByText("€20.00 stays to be refunded.").waitFor();
    await field(page, "Note the refund for it as well").check();
    await inDialog(page, "Take back");
    await badges(page, "Refunded · Returned");
    // Both are told apart, each with who did it.
    for (const text of ["2 units came back", "€20.00 refunded"]) {
      await timeline(page).locator("li", { hasText: text }).getByText(`by ${OWNER}`).waitFor();
    }
    // It is not the latest step, its refund is: it is asked first, and both go.
    await page.getByRole("button", { name: "Undo: 2 units came back" }).click();
    await page.getByText("the refund that was noted with it too").waitFor();
    await inDialog(page, "Undo it");
    await badges(page, "Paid · Delivered");
    const { refunded_total: refunded, items } = await now();
    assert.deepEqual([refunded, items[0].returned_quantity, await stock(call)], ["0.00", 0, 3]);
    // What cannot be undone says why, and nothing was done.
    page.allow.push(/status of 409/);
    await page.getByRole("button", { name: /^Undo: Parcel with 2 units$/ }).click();
    await inDialog(page, "Undo it");
    await toast(page, "something later rests on it");
    assert.equal((await now()).shipments.length, 1);
  });

export const a_late_payment_on_a_cancelled_order_is_booked_as_surplus_once = () =>
  withAnOrder(async ({ page, call, now, at, order }) => {
    await press(page, "Cancel…");
    await field(page, "Reason").fill("Not paid");
    await inDialog(page, "Cancel these units");
    await page.locator(".badge", { hasText: "Cancelled" }).waitFor();
    const pays = async (amount) => {
      await press(page, "Note another payment…");
      await page.getByText("Nothing is open on this order.").waitFor();
      await field(page, "Amount").fill(amount);
      await field(page, "Day of the payment").fill(new Date().toISOString().slice(0, 10));
      await field(page, "Reference").fill("RF18 5390");
      await inDialog(page, "Note the payment");
      await page.getByText("€0.00 is open on this order.").waitFor();
    };
    await pays("20,00");
    await page.getByRole("dialog").last()
      .getByRole("button", { name: "Cancel", exact: true }).click();
    assert.equal((await now()).paid_total, "0.00");
    await inDialog(page, "Note the payment");
    await inDialog(page, "Book it as a surplus");
    await toast(page, "The payment is noted.");
    await badges(page, "Cancelled · Paid · To refund");
    assert.equal(await sum(page, "To refund"), "€20.00");

    // The same line of the statement again: asked, and not booked.
    page.allow.push(/status of 409/);
    await pays("20.00");
    await inDialog(page, "Book it as a surplus");
    await page.getByText("is noted already.").waitFor();
    await page.getByRole("dialog").last()
      .getByRole("button", { name: "Cancel", exact: true }).click();
    await page.keyboard.press("Escape");
    assert.equal((await now()).payments.length, 1);
    await pays("20.00");
    await inDialog(page, "Book it as a surplus");
    await inDialog(page, "Yes, book it as well");
    await until(async () => (await now()).payments.length === 2);

    await at("#/today", "Today");
    await page.locator(".tile", { hasText: /^1\s*to refund/ }).click();
    await heading(page, "Orders");
    await page.getByRole("link", { name: order.number, exact: true }).click();
    await press(page, "Refund…");
    await field(page, "Reason").fill("Paid too late.");
    await inDialog(page, "Note the refund");
    await badges(page, "Cancelled · Refunded");
    assert.equal((await call("GET", "/orders/counts")).to_refund, 0);
  });

export const a_count_below_what_is_promised_names_the_orders_and_is_booked_anyway = () =>
  withAnOrder(async ({ page, call, at, order }) => {
    await at("#/products/1", "Blue mug");
    await page.getByText("3 to sell, 2 promised, 5 on the shelf").waitFor();
    const counts = async (units) => {
      await field(page, "Reason").selectOption("corrected");
      await page.getByText("All that lies there").waitFor();
      await field(page, "Units").fill(units);
      await press(page, "Add");
    };
    await page.getByText("Add a stock movement").click();
    await counts("4");
    await page.getByText("2 to sell, 2 promised, 4 on the shelf").waitFor();
    page.allow.push(/status of 409/);
    await counts("1");
    const box = page.getByRole("dialog");
    await box.getByText("Orders wait for 2; counted: 1.").waitFor();
    await box.getByRole("link", { name: `Order ${order.number}` }).waitFor();
    assert.deepEqual(await look(page, "window_too_few", "desk light"), []);
    await inDialog(page, "Cancel");
    assert.equal(await stock(call), 2);
    await press(page, "Add");
    await inDialog(page, "Book it anyway");
    await page.getByText("0 to sell, 2 promised, 1 on the shelf").waitFor();
    await page.locator(".note", { hasText: "1 unit is missing" }).waitFor();
    await at("#/products?tab=low_stock", "Products");
    await page.getByRole("row", { name: /Blue mug/ }).getByText("1 missing").waitFor();
    // In the list as well.
    await field(page, "Stock of Blue mug: +10, -2 or a counted number").fill("1");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByText("Orders wait for 2").waitFor();
    await inDialog(page, "Book it anyway");
    await toast(page, "Blue mug: 0 in stock.");
  });

export const the_team_writes_beside_the_buyers_words_and_mends_what_was_mistyped = () =>
  withAnOrder(async ({ page, now }) => {
    const card = (title) => page.locator(".card", { has: page.getByRole("heading", { name: title }) });
    await card("Note from the customer").getByText("Ring twice.").waitFor();
    assert.equal(await card("Note from the customer").getByRole("button").count(), 0);
    await page.getByText("“One with a chip, please.”").waitFor();
    await card("More about the order").getByText("window 7").waitFor();
    await press(page, "Add a note");
    await field(page, "Note").fill("Knows the owner.");
    await inDialog(page, "Save");
    await card("Note for the team").getByText("Knows the owner.").waitFor();
    await press(page, "Change the contact");
    await field(page, "E-mail").fill("ana.silva@example.org");
    await inDialog(page, "Save");
    await page.getByRole("link", { name: "ana.silva@example.org" }).waitFor();
    await press(page, "Delivery address: Change");
    assert.equal(await field(page, "Company").inputValue(), "Silva Lda.");
    await field(page, "City").fill("Porto");
    await inDialog(page, "Save");
    await page.locator("main p.pre", { hasText: "Porto" }).waitFor();
    await press(page, "Ship…");
    await field(page, "Tracking number").fill("00340434161094015903");
    await inDialog(page, "Ship");
    await badges(page, "Unpaid · Shipped");
    await page.getByRole("button", { name: /^Change the tracking number/ }).click();
    await field(page, "Tracking number").fill("00340434161094015902");
    await inDialog(page, "Save");
    await page.getByRole("link", { name: "00340434161094015902" }).waitFor();
    const { note, staff_note: own, customer, shipping_address: there, shipments } = await now();
    assert.deepEqual([note, own, customer.email], ["Ring twice.", "Knows the owner.",
      "ana.silva@example.org"]);
    assert.deepEqual([there.company, there.vat_id, there.phone, there.city],
      ["Silva Lda.", "PT501442600", "+351 21 1", "Porto"]);
    assert.match(shipments[0].tracking_url, /00340434161094015902/);
  }, {
    note: "Ring twice.", metadata: { seat: "window 7" },
    shipping_address: {
      ...ADDRESS, company: "Silva Lda.", vat_id: "PT501442600", phone: "+351 21 1",
    },
  });
