// The papers of an order: read, printed and given away, and what an invoice needs first; and the
// receipt of a withdrawal.

import assert from "node:assert/strict";
import { ADDRESS, BUYER, begun, field, heading, inDialog, press, toast, until
  } from "./hands.mjs";
import { mailSettings, mailbox } from "./mailbox.mjs";
import { OWNER, PASSWORD, ask, signIn } from "./shop.mjs";

const SHOTS = process.env.SHOTS;
const SAM = { email: "sam@example.org", role: "staff", password: PASSWORD };
const PHONE = { viewport: { width: 390, height: 844 } };
const SELLER = {
  address: { name: "Rua Nova", line1: "Rua Nova 1", city: "Lisboa", country: "PT" },
  tax_number: "123456789",
};

async function withAnOrder(work, settings = {}) {
  const { shop, call, page, end } = await begun(
    [{ name: "Blue mug of Portuguese stoneware", price: "1234.50", sku: "MUG-BLUE-LARGE" }], PHONE);
  await call("PATCH", "/settings", settings);
  await call("POST", "/orders", {
    items: [{ product_id: 1, quantity: 12 }], customer: BUYER, shipping_address: ADDRESS,
    discount: { percent: "10", reason: "Regular" },
  });
  // What prints and what is given away.
  await page.context().addInitScript(() => {
    globalThis.print = () => { document.title = "printed"; };
    navigator.share = async ({ files: [file] }) => {
      document.title = `${file.name} ${file.type} ${await file.text()}`;
    };
  });
  await page.goto(`${shop.url}/admin#/orders/1`);
  await page.reload();
  await heading(page, /^Order/);
  await work({ shop, call, page });
  await end();
}

export const an_invoice_says_what_the_settings_lack_and_who_can_mend_it = () =>
  withAnOrder(async ({ shop, page }) => {
    page.allow.push(/status of 409/);
    await press(page, "Issue the invoice");
    await page.getByText("An invoice needs the address of the shop").waitFor();
    await page.locator("main .card").getByRole("link", { name: "Settings", exact: true }).click();
    await heading(page, /^Settings/);
    assert.match(page.url(), /#\/settings\/shop$/);
    await asStaff(page, shop.url);
    await page.goto(`${shop.url}/admin#/orders/1`);
    await press(page, "Issue the invoice");
    await page.getByText("Only the owner").waitFor();
  });

export const a_paper_is_printed_and_given_away_and_nothing_of_it_is_cut_off_on_a_phone = () =>
  withAnOrder(async ({ shop, page }) => {
    await press(page, "Issue the invoice");
    await toast(page, /is issued/);
    const invoice = page.locator("li", { hasText: /^Invoice/ });
    const [printed] = await Promise.all([
      page.context().waitForEvent("page"),
      invoice.getByRole("button", { name: /^Print/ }).click(),
    ]);
    await until(async () => await printed.title() === "printed", "the invoice is printed");
    await printed.close();
    await invoice.getByRole("button", { name: /^Share/ }).click();
    await until(async () =>
      /^Invoice .+\.html text\/html [^]*<style>[^]*Blue mug/.test(await page.title()), "a file");
    await page.screenshot({ path: `${SHOTS}/documents-phone.png`, fullPage: true });
    const papers = ["invoices/1", "invoices/1?paper=receipt", "packing-slip"];
    for (const path of papers) {
      await page.goto(`${shop.url}/orders/1/${path}`);
      await page.screenshot({ path: `${SHOTS}/paper-${papers.indexOf(path)}.png`, fullPage: true });
      assert.deepEqual(await page.evaluate(cutOff), [], path);
    }
  }, SELLER);

/** What stands outside of the screen, or scrolls within it. */
const cutOff = () => [...document.querySelectorAll("body, body *")]
  .filter((it) => it.getBoundingClientRect().right > innerWidth + 1
    || it.scrollWidth > it.clientWidth + 1 && getComputedStyle(it).display !== "inline")
  .map((it) => `${it.tagName} ${it.className} ${it.textContent.slice(0, 30)}`);

export const the_receipt_of_a_withdrawal_is_printed_or_sent = () =>
  withAnOrder(async ({ call, page }) => {
    await call("POST", "/orders/1/shipments", {});
    await page.reload();
    await withdraws(page, 1);
    const box = page.getByRole("dialog");
    await box.getByText(/1 × Blue mug of Portuguese stoneware/).waitFor();
    await page.screenshot({ path: `${SHOTS}/withdrawal-receipt.png` });
    await inDialog(page, "Print");
    await until(async () => await page.title() === "printed", "the receipt is printed");
    const to = await box.getByRole("link", { name: "Send by e-mail" }).getAttribute("href");
    assert.match(decodeURIComponent(to), /^mailto:ana@example.org\?subject=.*1001&body=.*\n1 × Blue/);
    await page.keyboard.press("Escape");
    await page.locator(".timeline").getByRole("button", { name: "Receipt", exact: true }).click();
    await box.getByText(/1 × Blue mug/).waitFor();
  });

export async function a_shop_that_sends_mails_says_that_the_receipt_went_out() {
  const box = await mailbox();
  await withAnOrder(async ({ shop, call, page }) => {
    const mail = { ...mailSettings(box), username: null };
    await call("PATCH", "/settings", { mail, public_url: shop.url });
    await call("POST", "/orders/1/shipments", {});
    await page.reload();
    await withdraws(page, 1);
    await page.getByText("This receipt went to ana@example.org by e-mail.").waitFor();
    assert.equal(await page.getByRole("link", { name: "Send by e-mail" }).count(), 0);
  });
  box.end();
}

async function withdraws(page, units) {
  await press(page, "Note a withdrawal…");
  await field(page, "Blue mug of Portuguese stoneware (of 12)").fill(String(units));
  await inDialog(page, "Note the withdrawal");
}

/** Somebody who is no owner sits down before the page. */
async function asStaff(page, url) {
  const { token } = await ask(url, null, "POST", "/staff/sessions", {
    email: OWNER, password: PASSWORD,
  });
  await ask(url, token, "POST", "/staff", SAM);
  await page.context().clearCookies();
  await page.evaluate(() => localStorage.clear());
  await page.goto("about:blank");
  await signIn(page, url, SAM.email);
}

export const somebody_of_the_staff_changes_their_own_password = () =>
  withAnOrder(async ({ shop, page }) => {
    await page.goto(`${shop.url}/admin#/account`);
    await field(page, "New password").waitFor();
    assert.equal(await field(page, "Current password").count(), 0);
    await asStaff(page, shop.url);
    await page.goto(`${shop.url}/admin#/account`);
    page.allow.push(/status of 422/);
    await field(page, "New password").fill("four seasons of rye");
    await press(page, "Set password");
    await page.locator("[name='/current_password'][aria-invalid]").waitFor();
    await field(page, "Current password").fill("not mine at all");
    await press(page, "Set password");
    await page.getByText("This is not your current password.").waitFor();
    await field(page, "Current password").fill(PASSWORD);
    await press(page, "Set password");
    await toast(page, "The new password is set.");
    assert.equal(await field(page, "New password").inputValue(), "");
    const session = { email: SAM.email, password: "four seasons of rye" };
    await ask(shop.url, null, "POST", "/staff/sessions", session);
  });
