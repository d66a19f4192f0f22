// What was chosen for a new order so far, kept in this tab, so that neither an ended session nor a
// reload loses it.

const NAME = "draft order new cart";

export const keptCart = () =>
  JSON.parse(sessionStorage.getItem(NAME)) ?? { lines: [], customer: null };

/** Null forgets it. */
export function keepCart(cart) {
  if (cart) sessionStorage.setItem(NAME, JSON.stringify(cart));
  else sessionStorage.removeItem(NAME);
}
