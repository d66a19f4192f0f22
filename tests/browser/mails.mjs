// The mails of a shop on the page of its staff: how they go out and in which words, what was sent
// about an order, and what failed.

import assert from "node:assert/strict";
import { ADDRESS, BUYER, begun, field, follow, heading, inDialog, press, toast, until
  } from "./hands.mjs";
import { goTo, look } from "./looking.mjs";
import { mailSettings, mailbox } from "./mailbox.mjs";
import { OWNER, PASSWORD, person, signIn, tillbox } from "./shop.mjs";

const SIZES = { small: { width: 320, height: 640 }, desk: { width: 1440, height: 900 } };

/** The port of a mail server that is no longer there. */
async function nobody() {
  const box = await mailbox();
  box.end();
  return box.port;
}

/** A shop with a mug, its owner before the page, and a mail server. */
async function inAShop(work, { set = true, ...options } = {}) {
  const box = await mailbox();
  const mug = { name: "Blue mug", price: "9.95", stock: 50 };
  const { shop, call, page, end } = await begun([mug], options);
  await heading(page, /^(Today|Heute)$/);
  if (set) await call("PATCH", "/settings", { mail: mailSettings(box), public_url: shop.url });
  const go = (hash) => page.goto(`${shop.url}/admin${hash}`);
  const order = () => call("POST", "/orders", {
    items: [{ product_id: 1, quantity: 1 }], customer: BUYER, shipping_address: ADDRESS,
  });
  await work({ shop, call, page, box, go, order });
  await end();
  box.end();
}

export const mails_are_set_up_and_a_test_mail_says_what_is_wrong = () =>
  inAShop(async ({ shop, call, page, box, go }) => {
    page.allow.push(/status of (409|422)/);
    await go("#/settings/mail");
    await page.locator(".note", { hasText: "Mails have no links" }).waitFor();
    const test = () => press(page, "Send a test mail");
    await test();
    await page.getByText("Save first how mails go out.").waitFor();

    await field(page, "Server").fill("127.0.0.1");
    await field(page, "Port").fill(String(await nobody()));
    await field(page, "Sender").fill("shop@example.org");
    await field(page, "Who is told of orders").fill("ana@example.org\nben");
    await field(page, "Password").fill("nobody reads me");
    assert.ok(!await page.evaluate(() => JSON.stringify(sessionStorage).includes("nobody reads")));
    await press(page, "Save");
    await page.getByText("This is no e-mail address.").waitFor();
    await field(page, "Who is told of orders").fill("ana@example.org\nben@example.org");
    await press(page, "Save");
    await toast(page, "Settings saved.");
    // What nobody can read, nobody can put back.
    assert.equal(await page.locator(".toast").getByRole("button", { name: "Undo" }).count(), 0);
    const mail = async () => (await call("GET", "/settings")).mail;
    assert.deepEqual((await mail()).notify, ["ana@example.org", "ben@example.org"]);
    assert.deepEqual([(await mail()).has_password, (await mail()).security], [true, "tls"]);
    assert.equal(await field(page, "Password").inputValue(), "");

    await test();
    await page.getByText("Nobody answers at this port.").waitFor();
    await field(page, "Encryption").selectOption("none");
    await field(page, "Port").fill(String(box.port));
    await press(page, "Save");
    await until(async () => (await mail()).port === box.port, "the port");
    assert.equal((await mail()).has_password, true);
    await test();
    await page.getByText(/^The server took the mail “.*” to owner@example.org/).waitFor();
    assert.deepEqual(box.mails.map(({ to }) => to), [[OWNER]]);
    box.refuse("MAIL", "550 you are not the owner of this sender");
    await test();
    await page.getByText("The server sends no mails from this address.").waitFor();

    await page.getByLabel("Remove what is stored").check();
    await press(page, "Save");
    await until(async () => !(await mail()).has_password, "no password");
    await go("#/settings/shop");
    await field(page, "Address on the web").fill(shop.url);
    await press(page, "Save");
    await toast(page, "Settings saved.");
    await follow(page, "Mail");
    await heading(page, "Settings: Mail");
    assert.equal(await page.locator(".note").count(), 0);
    await field(page, "Server").fill("");
    await press(page, "Save");
    await until(async () => await mail() === null, "no mails");
  }, { set: false });

export const a_german_owner_reads_in_german_what_is_wrong = () =>
  inAShop(async ({ call, page, go }) => {
    page.allow.push(/status of (409|422)/);
    await call("PATCH", "/settings", { mail: { host: "127.0.0.1", port: await nobody() } });
    await go("#/settings/mail");
    await press(page, "Eine Testmail verschicken");
    await page.getByText("An diesem Port antwortet niemand.").waitFor();
    await go("#/settings/card");
    await field(page, "Geheimer Schlüssel").fill("pk_test_1");
    await press(page, "Speichern");
    await page.getByText("Das ist kein geheimer Schlüssel.").waitFor();
  }, { locale: "de-DE" });

export const a_mail_is_said_in_the_shops_own_words_and_a_fault_has_its_line = () =>
  inAShop(async ({ call, page, go, order }) => {
    page.allow.push(/status of 422/);
    const { number } = await order();
    await go("#/settings/mail");
    await follow(page, "Texts of mails");
    await heading(page, "Settings: Texts of mails");
    await follow(page, "Deutsch");
    await follow(page, "Payment received");
    const letter = page.locator(".letter");
    await letter.getByText("Guten Tag Ana Silva,").waitFor();
    await letter.getByText(`Bestellung ${number}`).first().waitFor();
    await field(page, "Filled in with").selectOption("sample");
    await press(page, "Preview");
    await letter.getByText("Guten Tag Ana Silva,").waitFor({ state: "detached" });

    await field(page, "Subject").fill("Danke, {{ order.name }}");
    await field(page, "Text").fill("Danke.\n\n{% if order.url %}\nNie zu Ende.");
    await press(page, "Save");
    await page.locator(".field .fault", { hasText: /^Line \d cannot be filled in\./ }).waitFor();
    assert.equal(await field(page, "Text").getAttribute("aria-invalid"), "true");
    await field(page, "Text").fill("Danke <b>für</b> {{ payment.amount | money }}.");
    await field(page, "Filled in with").selectOption("newest");
    await press(page, "Preview");
    await letter.getByText("Danke <b>für</b>").waitFor();
    await letter.getByRole("heading", { name: "Danke, Ana Silva" }).waitFor();
    await press(page, "Save");
    await toast(page, "Settings saved.");
    const path = "/mail_templates/order_paid?language=de";
    assert.equal((await call("GET", path)).subject, "Danke, {{ order.name }}");
    await follow(page, "Texts of mails");
    await page.locator("li", { hasText: "Payment received" }).getByText("Your own").waitFor();
    await follow(page, "Payment received");
    await press(page, "Back to the program’s own words");
    await inDialog(page, "Back to the program’s own words");
    await letter.getByText("Guten Tag Ana Silva,").waitFor();
    assert.equal((await call("GET", path)).is_own, false);
  });

export const an_order_shows_its_mails_and_sends_one_again = () =>
  inAShop(async ({ call, page, box, go, order }) => {
    const { id, number } = await order();
    await until(() => box.mails.length === 1, "the mail of the order");
    assert.match(box.mails[0].subject, new RegExp(number));
    await go(`#/orders/${id}`);
    const card = page.locator(".card", { has: page.getByRole("heading", { name: "Mails" }) });
    const entry = (kind) => card.locator("li", { hasText: kind });
    await entry("Order received").getByText(BUYER.email).waitFor();
    await until(async () => /Sent/.test(await entry("Order received").innerText()), "sent");
    await entry("Order received").getByRole("button", { name: /^Send again/ }).click();
    await toast(page, "It is sent again.");
    await until(() => box.mails.length === 2, "the mail once more");
    const ids = box.mails.map(({ data }) => data.match(/^Message-ID: (.*)$/mi)[1]);
    assert.equal(ids[0], ids[1]);

    // What the staff does is told a moment later, and stands there without a click.
    box.refuse("RCPT", "450 busy");
    await press(page, "Mark as paid");
    await entry("Payment received").getByText("450 busy").waitFor({ timeout: 40_000 });
    box.refuse("RCPT", null);
    await entry("Payment received").getByRole("button", { name: /^Send again/ }).click();
    await until(() => box.mails.length === 3, "the mail of the payment");
    assert.equal((await call("GET", "/mails?status=failed")).data.length, 0);
  });

export const what_failed_for_good_is_told_and_sent_again_by_the_staff = () =>
  inAShop(async ({ shop, call, page, box, order }) => {
    box.refuse("RCPT", "550 no such mailbox");
    await order();
    await until(async () => (await call("GET", "/health")).warnings.includes("mail_failed"), "that it failed");
    const staff = "sam@example.org";
    await tillbox(["staff", "add", staff, "--role", "staff", "--data", shop.data], PASSWORD);
    const other = await person(shop.url);
    await signIn(other, shop.url, staff);
    await other.locator(".note", { hasText: "Mails could not be sent." }).waitFor();
    await follow(other, "Show the failed mails");
    await heading(other, "Mails");
    await other.getByText("550 no such mailbox").waitFor();
    assert.equal(await other.getByRole("link", { name: "Settings" }).count(), 1);
    box.refuse("RCPT", null);
    await other.getByRole("button", { name: /^Send again/ }).click();
    await toast(other, "It is sent again.");
    await until(() => box.mails.length === 1, "the mail");
    await follow(other, "Sent");
    await other.locator("td", { hasText: BUYER.email }).waitFor();
    assert.deepEqual(other.trouble, []);
    await other.context().close();
    assert.deepEqual((await call("GET", "/health")).warnings, []);
    await page.reload();
    await heading(page, "Today");
    assert.equal(await page.locator(".note").count(), 0);
  });

export const a_key_for_cards_is_written_and_never_read = () =>
  inAShop(async ({ call, page, go }) => {
    page.allow.push(/status of 422/);
    const card = async () => (await call("GET", "/settings")).card;
    await go("#/settings/card");
    await page.getByText("No key is stored").waitFor();
    await field(page, "Secret key").fill("pk_live_1");
    await press(page, "Save");
    await page.getByText("This is no secret key.").waitFor();
    await field(page, "Secret key").fill("sk_test_0123456789abcdef");
    await press(page, "Save");
    await page.getByText("A test key is stored").waitFor();
    assert.equal((await card()).mode, "test");
    assert.ok(!(await page.content()).includes("sk_test_0123"));
    await page.locator(".note", { hasText: "missing from the ways to pay" }).waitFor();
    await field(page, "Secret key").fill("rk_live_0123456789abcdef");
    await press(page, "Save");
    await page.getByText("A live key is stored").waitFor();
    await page.getByLabel("Remove what is stored").check();
    await press(page, "Save");
    await page.getByText("No key is stored").waitFor();
    assert.equal(await card(), null);
  });

export const views_with_mails_in_them_are_fit_for_everybody = () =>
  inAShop(async ({ shop, call, page, box, go, order }) => {
    page.allow.push(/status of (409|422)/);
    const { id } = await order();
    box.refuse("RCPT", "550 the mailbox of this receiver is full, and nobody empties it");
    await call("POST", `/orders/${id}/payments`, { method: "cash" });
    const failed = async () => (await call("GET", "/mails?status=failed")).data.length > 0;
    await until(failed, "a mail that did not go out", 30_000);
    const tried = async (hash, open) => {
      const wrong = [];
      for (const [size, viewport] of Object.entries(SIZES)) {
        await page.setViewportSize(viewport);
        await goTo(page, shop.url, hash);
        await open?.();
        wrong.push(...await look(page, `mails_${hash.replace(/\W+/g, "_")}`, size));
      }
      return wrong;
    };
    assert.deepEqual(await tried(`#/orders/${id}`), []);
    assert.deepEqual(await tried("#/mails"), []);
    assert.deepEqual(await tried("#/mails?status=sent"), []);
    await call("PATCH", "/settings", { mail: { password: "a secret" }, public_url: null });
    await go("#/settings/shop");
    assert.deepEqual(await tried("#/settings/mail", async () => {
      await press(page, "Send a test mail");
      await page.locator(".fault.summary:visible").waitFor();
    }), []);
    assert.deepEqual(await tried("#/settings/mail_texts?kind=order_paid", async () => {
      await field(page, "Text").fill("{% if %}");
      await press(page, "Preview");
      await page.locator(".field .fault:visible").waitFor();
    }), []);
  });
