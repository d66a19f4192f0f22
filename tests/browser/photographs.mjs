// Photographs for the tests, made in the browser, and the ways in which they come to the page.

/** A photograph, in which no two parts are alike. Answers its bytes. */
export async function photograph(page, { width = 800, height = 600, type = "image/jpeg", alpha = 1 } = {}) {
  const base64 = await page.evaluate(async ([width, height, type, alpha]) => {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    context.globalAlpha = alpha;
    for (let at = 0; at < 400; at += 1) {
      context.fillStyle = `hsl(${at * 47 % 360} 60% ${30 + at % 40}%)`;
      context.fillRect(at * 97 % width, at * 61 % height, width / 8, height / 8);
    }
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type, quality: 0.9 })).arrayBuffer());
    return bytes.reduce((text, byte) => text + byte.toString(16).padStart(2, "0"), "");
  }, [width, height, type, alpha]);
  return Buffer.from(base64, "hex");
}

/** The same JPEG as of a phone that was held upright: its EXIF data says to turn it by a quarter. */
export function lying(jpeg) {
  const exif = Buffer.from("457869660000" + "4d4d002a00000008" + "0001" + "011200030000000100060000" + "00000000", "hex");
  const length = Buffer.from([0xff, 0xe1, 0, exif.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), length, exif, jpeg.subarray(2)]);
}

export const file = (name, buffer, mimeType = "image/jpeg") => ({ name, mimeType, buffer });

/** Lets files fall onto the page, or pastes them. */
export const bring = (page, how, { name, mimeType, buffer }) =>
  page.evaluate(([how, name, type, hex]) => {
    const bytes = Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
    const data = new DataTransfer();
    data.items.add(new File([bytes], name, { type }));
    const event = how === "paste"
      ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
      : new DragEvent(how, { dataTransfer: data, bubbles: true, cancelable: true });
    document.querySelector("main h1").dispatchEvent(event);
    if (!event.defaultPrevented) throw new Error(`nobody took the ${how}`);
  }, [how, name, mimeType, buffer.toString("hex")]);

/** The size of the picture at an address, as a browser shows it. */
export const sizeOf = (page, address) => page.evaluate(async (address) => {
  const bitmap = await createImageBitmap(await (await fetch(address)).blob());
  return [bitmap.width, bitmap.height];
}, address);
