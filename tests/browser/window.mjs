// The owner's side of the shop window: set up, and withdrawals that somebody declared.

import assert from "node:assert/strict";
import { begun, field, heading, press, toast, until } from "./hands.mjs";
import { file, photograph } from "./photographs.mjs";
import { OWNER, PASSWORD, person, serve, signIn, tillbox } from "./shop.mjs";

const ticked = (page) => page.locator(".checklist .completed").count();

export async function the_shop_window_is_set_up() {
  const { shop, call, page, end } = await begun([]);
  await page.goto(`${shop.url}/admin#/settings/window`);
  await heading(page, "Settings: Shop window");
  assert.equal(await ticked(page), 0);
  await field(page, "Introduction").fill("Mugs, and more mugs.");
  await field(page, "Imprint").fill("# Imprint\nAna Silva");
  await field(page, "Deutsch").uncheck();
  // A picture is saved as it comes, and what was typed stays.
  await page.locator(".drop input").setInputFiles(file("logo.jpg", await photograph(page)));
  await page.locator('.frame img[src^="/images/"]').waitFor();
  assert.equal(await field(page, "Introduction").inputValue(), "Mugs, and more mugs.");
  assert.equal(await field(page, "Deutsch").isChecked(), false);

  page.allow.push(/status of 422/);
  await field(page, "Accent colour").fill("#ffcc00");
  await press(page, "Save");
  await page.getByText("White text on it cannot be read").waitFor();
  assert.equal(await field(page, "Accent colour").getAttribute("aria-invalid"), "true");
  await field(page, "Choose the accent colour").fill("#aa0000");
  assert.equal(await field(page, "Accent colour").inputValue(), "#aa0000");
  await press(page, "Save");
  await toast(page, "Settings saved.");
  await until(async () => await ticked(page) === 1, "the imprint is written");
  const { window } = await call("GET", "/settings");
  assert.deepEqual([window.enabled, window.accent, window.languages, window.pages.imprint],
    [true, "#aa0000", ["en"], "# Imprint\nAna Silva"]);

  await press(page, "Delete picture");
  await page.getByRole("dialog").getByRole("button", { name: "Delete picture" }).click();
  await until(async () => (await call("GET", "/shop")).window.logo === null, "the logo is gone");
  await end();
}

export async function the_account_of_transfers_is_held_against_its_digits() {
  const { shop, call, page, end } = await begun([]);
  await page.goto(`${shop.url}/admin#/settings/payments`);
  await field(page, "Account holder").fill("Ana Silva");
  await field(page, "IBAN").fill("DE88 3704 0044 0532 0130 00");
  page.allow.push(/status of 422/);
  await press(page, "Save");
  await page.getByText("This is no IBAN").waitFor();
  await field(page, "IBAN").fill("de89 3704 0044 0532 0130 00");
  await press(page, "Save");
  await toast(page, "Settings saved.");
  assert.equal(await field(page, "IBAN").inputValue(), "DE89 3704 0044 0532 0130 00");
  const { bank_account: account } = await call("GET", "/settings");
  assert.deepEqual(account,
    { account_holder: "Ana Silva", iban: "DE89370400440532013000", bic: null });
  await press(page, "Save");
  await toast(page, "Nothing was changed.");
  await end();
}

export async function a_declared_withdrawal_waits_on_today_until_it_is_done() {
  const shop = await serve({ command: "demo" });
  await tillbox(["staff", "add", OWNER, "--role", "owner", "--data", shop.data], PASSWORD);
  const page = await person(shop.url);
  await signIn(page, shop.url);
  const card = page.getByRole("heading", { name: "Withdrawals to look at" });
  await card.waitFor();
  await page.getByText("Only one of it, please").waitFor();
  await press(page, "Done");
  await toast(page, "The withdrawal is settled.");
  await card.waitFor({ state: "detached" });
  await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
  await card.waitFor();
  await page.getByRole("link", { name: /^Order \d+$/ }).click();
  await heading(page, /^Order/);
  assert.deepEqual(page.trouble, []);
  await page.context().close();
  await shop.stop();
}
