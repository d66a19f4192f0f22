// Photographs become smaller before they are sent: those of a phone are larger than any screen, and
// larger than the shop takes. What this browser cannot read goes as it is.

const SIDE_MAX = 2400;
const QUALITY = 0.9;
/** More of one picture the shop does not take. */
export const BYTES_MAX = 10 * 1024 * 1024;
/** The kinds that the shop takes. */
export const TAKEN = ["image/jpeg", "image/png", "image/webp"];
/** A file that is no larger in either way is sent as it is. */
const SMALL_BYTES = 1_500_000;
/** Kinds that have no pixel to see through. */
const OPAQUE = /jpe?g|hei[cf]/;

/** The file as it is to be sent. The browser turns it the way that its EXIF data says. */
export async function shrunk(file) {
  const source = await decoded(file);
  if (!source) return file;
  const { naturalWidth: width = source.width, naturalHeight: height = source.height } = source;
  const longest = Math.max(width, height);
  const isFine = longest <= SIDE_MAX && TAKEN.includes(file.type);
  if (isFine && file.size <= SMALL_BYTES) return file;
  for (let side = Math.min(longest, SIDE_MAX); side > 1; side = Math.round(side / 2)) {
    const blob = await drawn(source, file.type, [width, height].map((one) =>
      Math.max(Math.round(one * side / longest), 1)));
    if (!blob) return file;
    if (blob.size <= BYTES_MAX) return isFine && file.size <= blob.size ? file : blob;
  }
  return file;
}

/** An element can read what is too large for a bitmap, or of a kind of its own. */
const decoded = (file) => createImageBitmap(file).catch(() => element(file));

async function element(file) {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
    return image;
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

function drawn(source, type, [width, height]) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  if (!context) return null;
  context.imageSmoothingQuality = "high";
  context.drawImage(source, 0, 0, width, height);
  const kind = !OPAQUE.test(type) && hasAlpha(context, canvas) ? "image/png" : "image/jpeg";
  return new Promise((resolve) => canvas.toBlob(resolve, kind, QUALITY));
}

function hasAlpha(context, { width, height }) {
  const { data } = context.getImageData(0, 0, width, height);
  for (let at = 3; at < data.length; at += 4) if (data[at] < 255) return true;
  return false;
}
