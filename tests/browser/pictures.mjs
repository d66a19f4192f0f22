// Pictures of products: how they come, how they are put in order, and where they are shown.

import assert from "node:assert/strict";
import { BUYER, begun, field, heading, inDialog, press, toast, until } from "./hands.mjs";
import { bring, file, lying, photograph } from "./photographs.mjs";

const chooser = (page) => page.locator(".drop input[multiple]");
const tiles = (page) => page.locator(".pictures > li");
const sent = async (page, count) => until(async () => {
  const busy = await page.locator(".pictures progress").count();
  return !busy && await page.locator('.pictures img[src^="/images/"]').count() === count;
}, `${count} pictures are sent`);

export async function pictures_are_chosen_dropped_and_pasted_shrunk_and_put_in_order() {
  const { shop, call, page, end } = await begun([]);
  const { id } = await call("POST", "/products", { name: "Jug", price: "18.00" });
  const read = () => call("GET", `/products/${id}`);
  await page.goto(`${shop.url}/admin#/products/${id}`);
  await heading(page, "Jug");
  const large = lying(await photograph(page, { width: 3000, height: 2000 }));
  await chooser(page).setInputFiles([
    file("IMG_1.jpg", large), file("IMG_2.jpg", await photograph(page, { width: 900, height: 1200 })),
  ]);
  await sent(page, 2);
  await bring(page, "dragover", file("c.png", Buffer.from("00", "hex"), "image/png"));
  await bring(page, "drop",
    file("c.png", await photograph(page, { width: 3000, height: 300, type: "image/png", alpha: 0.4 }), "image/png"));
  await sent(page, 3);
  await bring(page, "paste", file("image.png", await photograph(page, { width: 500, height: 400, type: "image/png" }), "image/png"));
  await sent(page, 4);
  // What is larger than any screen was made smaller before it was sent, and stands upright.
  const sizes = (await read()).images.map(({ width, height }) => [width, height]);
  assert.deepEqual(sizes, [[1600, 2400], [900, 1200], [2400, 240], [500, 400]]);

  const words = field(page, "Alternative text, Picture 2");
  await words.fill("A blue jug");
  await words.press("Enter");
  await until(async () => (await read()).images[1].alt === "A blue jug");
  // By the keyboard: the button keeps the focus, so that it can be pressed again.
  await page.getByRole("button", { name: "To the left: Picture 2" }).focus();
  await page.keyboard.press("Enter");
  await until(async () => (await read()).images[0].alt === "A blue jug");
  await until(() => page.evaluate(() => document.activeElement.ariaLabel === "To the left: Picture 1"));
  // By the mouse.
  const [from, to] = [await tiles(page).nth(3).locator(".frame").boundingBox(),
    await tiles(page).nth(0).locator(".frame").boundingBox()];
  await page.mouse.move(from.x + 60, from.y + 60);
  await page.mouse.down();
  await page.mouse.move(to.x + 60, to.y + 60, { steps: 6 });
  await page.mouse.up();
  await until(async () => (await read()).images[0].width === 500);

  await page.getByRole("button", { name: "Delete picture: Picture 1" }).click();
  await inDialog(page, "Delete picture");
  await until(async () => (await read()).images.length === 3);
  // The product is saved after that without a conflict: its pictures are no field of the form.
  await field(page, "Name").fill("Big jug");
  await press(page, "Save product");
  await toast(page, "Big jug is saved.");
  assert.equal((await read()).images.length, 3);
  await page.goto(`${shop.url}/admin#/products`);
  await page.locator('tr[data-row] .thumb img[src^="/images/"]').waitFor();
  await end();
}

export async function pictures_of_a_new_product_wait_for_it_and_stand_for_its_variants() {
  const { shop, call, page, end } = await begun([]);
  await page.goto(`${shop.url}/admin#/products/new`);
  await heading(page, "New product");
  await field(page, "Name").fill("Scarf");
  await chooser(page).setInputFiles([
    file("red.jpg", await photograph(page)), file("blue.jpg", await photograph(page, { width: 800, height: 800 })),
  ]);
  await until(async () => await page.locator('.pictures img[src^="blob:"]').count() === 2);
  await field(page, "Alternative text, Picture 1").fill("In red");
  await page.getByRole("button", { name: "To the right: Picture 1" }).click();
  await press(page, "Add an option");
  await field(page, "Name of the option").fill("Colour");
  await field(page, "Values").fill("Red\nBlue");
  await field(page, "Values").blur();
  await page.getByLabel("Price, Red").fill("12");
  await page.getByLabel("Price, Blue").fill("12");
  await press(page, "Picture, Red");
  await page.getByRole("dialog").getByRole("button", { name: "In red" }).click();
  await press(page, "Create product");
  await toast(page, "Scarf is created.");
  await sent(page, 2);
  const read = () => call("GET", "/products/1");
  await until(async () => (await read()).variants[0].image_id);
  // The form knows it, and takes nothing back.
  await page.locator(".pick img").waitFor();
  await press(page, "Picture, Blue");
  await page.getByRole("dialog").getByRole("button", { name: "Picture 1" }).click();
  await press(page, "Save product");
  await toast(page, "Scarf is saved.");
  const product = await read();
  assert.deepEqual(product.images.map(({ alt }) => alt), ["", "In red"]);
  assert.deepEqual(product.variants.map(({ image_id: image }) => image), [1, 0].map((at) => product.images[at].id));

  // An order shows what was bought.
  const [red] = product.variants;
  const order = await call("POST", "/orders", {
    items: [{ product_id: 1, variant_id: red.id, quantity: 1 }], customer: BUYER,
    shipping_address: { name: "Ana Silva", line1: "Rua Nova 7", city: "Lisboa", country: "PT" },
  });
  await page.goto(`${shop.url}/admin#/orders/${order.id}`);
  await page.locator('.items .thumb img[src^="/images/"]').waitFor();
  await end();
}

export async function a_picture_that_is_none_says_so_at_its_place_and_holds_up_no_other() {
  const { shop, call, page, end } = await begun([], {
    locale: "de-DE", viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true,
  });
  const { id } = await call("POST", "/products", { name: "Krug", price: "18.00" });
  await page.goto(`${shop.url}/admin#/products/${id}`);
  await heading(page, "Krug");
  page.allow.push(/status of 4(15|22)/);
  const camera = page.locator(".drop input[capture]");
  assert.equal(await camera.count(), 1);
  await page.getByRole("button", { name: "Foto aufnehmen" }).waitFor();
  await chooser(page).setInputFiles([
    file("notes.jpg", Buffer.from("no picture at all")), file("ok.jpg", await photograph(page)),
    file("IMG_0.heic", Buffer.from("a kind that not every browser knows"), "image/heic"),
  ]);
  await sent(page, 1);
  const faulty = tiles(page).filter({ has: page.getByRole("alert") });
  const [damaged, unknown] = await faulty.locator(".fault").allInnerTexts();
  assert.notEqual(damaged.trim(), "");
  assert.equal(unknown, "Dieser Browser kann es nicht lesen. Bitte als JPEG speichern.");
  for (let at = 0; at < 2; at += 1) await faulty.first().getByRole("button", { name: /^Bild löschen/ }).click();
  await until(async () => await tiles(page).count() === 1);
  // The page is left while the camera's picture is still on its way, and come back to.
  await camera.setInputFiles(file("IMG_3.jpg", await photograph(page, { width: 3000, height: 2000 })));
  await page.goto(`${shop.url}/admin#/products`);
  await heading(page, "Artikel");
  await page.goto(`${shop.url}/admin#/products/${id}`);
  await heading(page, "Krug");
  await sent(page, 2);
  assert.equal((await call("GET", `/products/${id}`)).images.length, 2);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await end();
}
