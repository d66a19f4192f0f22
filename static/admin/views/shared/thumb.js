// The small picture of a product: it comes when it is looked at, and keeps its place until then.

import { h } from "../../ui.js";

/** The width of the smallest that the shop makes of a picture. */
export const SMALL = "320";

/** `url`: of a small picture, or null. The name beside it says what it shows. */
export const thumb = (url) => h("span", { class: "thumb" }, url && h("img", {
  src: url, alt: "", width: 40, height: 40, loading: "lazy", decoding: "async",
}));

/** The address of a picture where it is small. */
export const small = (image) => image?.urls[SMALL] ?? null;

/** The picture that stands for a product, or for one of its variants. */
export const pictureOf = ({ images = [] }, variant) =>
  small(images.find(({ id }) => id === variant?.image_id) ?? images[0]);
