// What a browser can add: nothing here is needed to buy. It shows the price of the chosen variant,
// sends lists again when they are narrowed, and shows what an order comes to as its form changes.
"use strict";

document.documentElement.classList.add("with-script");

const buy = document.querySelector("[data-buy]");
const checkout = document.querySelector("[data-checkout]");
const narrow = document.querySelector(".narrow");

// A product with several variants: price and picture are those of the chosen one.
function showVariant(radio) {
  const label = radio.closest("label");
  const copy = (from, to) => {
    const target = buy.querySelector(to);
    if (target) target.replaceChildren(...Array.from(label.querySelector(from).cloneNode(true).childNodes));
  };
  copy("[data-of]", "[data-price]");
  copy("[data-low]", "[data-lowest]");
  const picture = document.getElementById(`picture-${radio.dataset.picture}`);
  if (picture) picture.parentNode.scrollTo({ left: picture.offsetLeft - picture.parentNode.offsetLeft });
}

if (buy) {
  buy.addEventListener("change", (event) => {
    if (event.target.name === "variant") showVariant(event.target);
  });
}

if (narrow) narrow.addEventListener("change", () => narrow.requestSubmit());

// The checkout. A press of the button counts once; the shop sees to that as well.
let sent = false;
let asked = 0;

// What is chosen changes the ways to send, the ways to pay and the sums. The shop makes its page
// anew, and these parts of it take the place of those that are shown; but nobody loses the focus.
function showAnew() {
  const mine = ++asked;
  const form = new URLSearchParams(new FormData(checkout));
  form.set("action", "update");
  const request = new XMLHttpRequest();
  request.open("POST", checkout.getAttribute("action"));
  request.responseType = "document";
  request.onload = () => {
    if (mine === asked && !sent && request.status === 200) showParts(request.response);
  };
  request.send(form);
}

function sum() {
  const parts = checkout.querySelector(".grand").children;
  return Array.from(parts, (part) => part.textContent).join(" ");
}

function showParts(page) {
  const before = sum();
  for (const part of checkout.querySelectorAll("[data-part]")) {
    const fresh = page.querySelector(`[data-part=${part.dataset.part}]`);
    if (fresh && !part.contains(document.activeElement)) part.replaceWith(document.adoptNode(fresh));
  }
  showAddress();
  // A new total is read out; what was replaced is not.
  if (sum() !== before) checkout.querySelector("[data-told]").textContent = sum();
}

// Some ways to send need no address, and what is fetched has none.
function showAddress() {
  const chosen = checkout.querySelector("[name=shipping_method]:checked");
  if (!chosen) return;
  const need = chosen.dataset.address;
  checkout.querySelector("[data-address-fields]").classList.toggle("not-needed", need === "none");
  for (const word of checkout.querySelectorAll("[data-optional]")) word.hidden = need === "needed";
  for (const field of checkout.querySelectorAll("[data-follows]")) field.required = need === "needed";
}

if (checkout) {
  showAddress();
  checkout.addEventListener("change", (event) => {
    showAddress();
    // Whoever types an address for the invoice wants it there.
    if (event.target.name.startsWith("billing_") && event.target.value) checkout.elements.billing.checked = true;
    if (["country", "shipping_method", "payment_method", "discount_code"].includes(event.target.name)) showAnew();
  });
  // Whoever takes the tick away again does not, and what they typed stays on the page.
  checkout.addEventListener("formdata", ({ formData }) => {
    if (formData.has("billing")) return;
    for (const name of [...formData.keys()]) {
      if (name.startsWith("billing_")) formData.delete(name);
    }
  });
  checkout.addEventListener("submit", (event) => {
    // Enter in a field is no order, and needs no page of its own.
    const isUpdate = event.submitter && event.submitter.value === "update";
    if (sent || isUpdate) event.preventDefault();
    if (isUpdate) showAnew();
    else sent = true;
  });
  // Whoever comes back by the browser's button may send it again.
  addEventListener("pageshow", () => { sent = false; });
}
