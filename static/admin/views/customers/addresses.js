// The addresses of a customer in their form: added, changed, taken out.

import { shop } from "../../api.js";
import { field, input, select } from "../../form.js";
import { t } from "../../texts.js";
import { fill, h } from "../../ui.js";
import { countries } from "../shared/places.js";
import { rowList, said } from "../shared/row_list.js";

const FIELDS = ["name", "line1", "line2", "postal_code", "city", "region"];
const NEEDED = ["name", "line1", "city"];

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

function addressFields(address) {
  const named = (control, name) => {
    control.dataset.field = name;
    return control;
  };
  return h("div", { class: "fields" },
    FIELDS.map((name) => field(t(`order.address.${name}`),
      named(input("", address[name], { dir: "auto", required: NEEDED.includes(name) }), name))),
    field(t("order.address.country"), named(select("", address.country ?? "",
      [["", "–"], ...countries()], { required: true }), "country")));
}

const readAddress = (row) => Object.fromEntries(
  [...FIELDS, "country"].map((name) => [name, said(row, name) ?? blank(name)]));

/** What is needed goes to the shop as it is, which says what is wrong with it. */
const blank = (name) => ([...NEEDED, "country"].includes(name) ? "" : null);
