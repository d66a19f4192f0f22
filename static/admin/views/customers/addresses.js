// The addresses of a customer in their form: added, changed, taken out.

import { shop } from "../../api.js";
import { t } from "../../texts.js";
import { fill, h } from "../../ui.js";
import { ADDRESS } from "../shared/address.js";
import { drawFields, needed, readFields } from "../shared/field_list.js";
import { rowList } from "../shared/row_list.js";

const NEEDED = ["name", "line1", "city", "country"];
const FIELDS = ADDRESS.map((one) => {
  const required = NEEDED.includes(one.name);
  const dir = one.name !== "country" && "auto";
  return { ...one, props: { dir, required }, take: required ? needed : null };
});

export function addressEditor(addresses) {
  const kept = h("input", { type: "hidden", name: "addresses-typed" });
  const place = h("div", {});
  let list;
  const draw = (items) => {
    list = rowList({ pointer: "/addresses", items, draw: addressFields, title });
    fill(place, list.element);
  };
  const read = () => list.rows().map(readAddress);
  const keep = () => { kept.value = JSON.stringify(read()); };
  const changed = () => {
    keep();
    kept.dispatchEvent(new Event("input", { bubbles: true }));
  };
  draw(addresses);
  place.addEventListener("input", keep);
  place.addEventListener("rows", changed);
  const element = h("div", {}, place, kept,
    h("div", { class: "rows-add" }, h("button", {
      type: "button", onclick: () => list.add({ country: shop().country ?? "" }),
    }, t("customer.add_address"))));
  return {
    element,
    read,
    /** Takes over what the form brought back from a draft. */
    restore: () => kept.value && draw(JSON.parse(kept.value)),
  };
}

const title = (address) =>
  [address.name, address.city].filter(Boolean).join(", ") || t("customer.new_address");

const addressFields = (address) =>
  h("div", { class: "fields" }, drawFields(FIELDS, address, null));

const readAddress = (row) => readFields(row, FIELDS, row.name);
