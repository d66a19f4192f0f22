// Who is signed in, and the shop they work in. Loaded once, and again when somebody changes it.

import { api } from "./api.js";

let person = null;
let place = { currency: "EUR", time_zone: "UTC", name: "" };

export const me = () => person;
export const shop = () => place;
export const isOwner = () => person?.role === "owner";

/** Finds out who is signed in; null when nobody is. */
export async function load() {
  const [session, shop] = await Promise.all([
    api.get("/staff/sessions/current", { quiet: true }).catch((error) => {
      if (error.status === 401) return null;
      throw error;
    }),
    api.get("/shop"),
  ]);
  person = session;
  place = shop;
  return person;
}

export async function reloadShop() {
  place = await api.get("/shop");
}

export function forget() {
  person = null;
}
