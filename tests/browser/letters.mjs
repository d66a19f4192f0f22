// Mails as those read them who get them, and the ways to a password that they show.

import assert from "node:assert/strict";
import { begun, field, follow, heading, inDialog, press, toast, until } from "./hands.mjs";
import { look } from "./looking.mjs";
import { mailSettings, mailbox } from "./mailbox.mjs";
import { PASSWORD, SHORT, open, person } from "./shop.mjs";

const SIZES = { small: { width: 320, height: 640 }, desk: { width: 800, height: 900 } };
// In the short round, those that say most.
const SAID_MOST = ["order_received", "order_shipped", "password_reset", "shop_low_stock"];
const NEW = "four seasons of rye";

async function inAShop(work) {
  const box = await mailbox();
  const { shop, call, page, end } = await begun([{ name: "Blue mug", price: "9.95" }]);
  await heading(page, "Today");
  const mail = { ...mailSettings(box), username: null };
  await call("PATCH", "/settings", { mail, public_url: shop.url });
  await work({ shop, call, page, box });
  await end();
  box.end();
}

/** The page of the shop that a mail leads to. */
const linkOf = (mail, part) => mail.text.match(new RegExp(`http\\S+/${part}/\\S+`))[0];

export const every_mail_is_fit_for_everybody_in_both_languages = () =>
  inAShop(async ({ call }) => {
    const browser = await open();
    const wrong = [];
    const { data } = await call("GET", "/mail_templates?language=en");
    const kinds = data.map(({ kind }) => kind);
    assert.ok(kinds.length > 15, kinds.length);
    for (const kind of SHORT ? SAID_MOST : kinds) {
      for (const language of ["en", "de"]) {
        const path = `/mail_templates/${kind}/preview?language=${language}`;
        const { html, subject } = await call("POST", path, {});
        assert.ok(subject && html.includes(`lang="${language}"`), `${kind} ${language}`);
        for (const colorScheme of ["light", "dark"]) {
          const context = await browser.newContext({ colorScheme });
          const page = await context.newPage();
          await page.route("**", (route) => route.abort());
          for (const [size, viewport] of Object.entries(SIZES)) {
            await page.setViewportSize(viewport);
            await page.setContent(html);
            wrong.push(...await look(page, `letter_${kind}_${language}`, `${size} ${colorScheme}`));
          }
          await context.close();
        }
      }
    }
    assert.deepEqual(wrong, []);
  });

export const the_staff_are_invited_and_whoever_forgot_their_password_chooses_another = () =>
  inAShop(async ({ shop, page, box }) => {
    await page.goto(`${shop.url}/admin#/settings/staff`);
    await field(page, "E-mail").fill("sam@example.org");
    await press(page, "Add");
    await toast(page, "sam@example.org is sent a link to choose a password.");
    await until(() => box.mails.length === 1, "the invitation");
    const sam = await person(shop.url);
    const choose = async (password) => {
      await sam.goto(linkOf(box.mails.at(-1), "password"));
      await sam.getByLabel(/^New password/).fill(password);
      await press(sam, "Set the password");
      await sam.getByText("The new password is set.").waitFor();
      await follow(sam, "Sign in");
      await field(sam, "E-mail").fill("sam@example.org");
      await field(sam, "Password").fill(password);
      await press(sam, "Sign in");
      await heading(sam, "Today");
    };
    await choose(NEW);
    sam.allow.push(/status of 401/);
    await sam.context().clearCookies();
    await sam.goto(`${shop.url}/admin`);
    await press(sam, "Forgot your password?");
    const asked = sam.locator("dialog");
    await asked.getByLabel("E-mail").fill("sam@example.org");
    await inDialog(sam, "Send me a link");
    await toast(sam, "a mail with a link is on its way");
    // The first told that the password was changed.
    await until(() => box.mails.at(-1).subject.startsWith("Set a new"), "the link");
    await choose(`${NEW}, sliced`);
    assert.deepEqual(sam.trouble, []);
    await sam.context().close();
  });

export const whoever_opens_an_account_confirms_its_address = () =>
  inAShop(async ({ shop, call, page, box }) => {
    const customer = { name: "Ana Silva", email: "ana@example.org" };
    const body = JSON.stringify({ username: "ana", password: PASSWORD, customer });
    const headers = { "Content-Type": "application/json" };
    await fetch(`${shop.url}/customer_accounts`, { method: "POST", headers, body });
    await until(() => box.mails.length === 1, "the mail");
    const ana = await person(shop.url);
    await ana.goto(linkOf(box.mails[0], "verify"));
    assert.deepEqual(await look(ana, "verify", "phone"), []);
    assert.equal((await call("GET", "/customer_accounts/1")).email_verified_at, null);
    await press(ana, "Yes, that is my address");
    await ana.getByText("Your address ana@example.org is confirmed.").waitFor();
    assert.deepEqual(ana.trouble, []);
    await ana.context().close();
    await page.goto(`${shop.url}/admin#/customers/1`);
    await heading(page, "Ana Silva");
    const fact = page.locator("dt", { hasText: "E-mail confirmed" }).locator("+ dd");
    assert.notEqual(await fact.innerText(), "Never");
  });
