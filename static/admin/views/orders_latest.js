// Orders that fit one of several filters, the latest first. The shop answers one filter at a time,
// so the lists are read side by side and dealt out like two stacks of cards.

import { api, query } from "../api.js";
import { h } from "../dom.js";
import { t } from "../texts.js";
import { button } from "../ui.js";

const PAGE = 25;

/** Puts rows into `body`; answers how many the first page has, and the button for more. */
export async function latest(filters, q, body, row) {
  const stacks = filters.map((filter) => ({ filter: { ...filter, q, limit: PAGE }, cards: [] }));
  const more = h("p", { class: "more" });
  const load = async () => {
    const orders = await deal(stacks);
    body.append(...orders.map(row));
    more.hidden = stacks.every(isEmpty);
    return orders.length;
  };
  more.append(button(t("more"), load));
  return { count: await load(), more };
}

const isEmpty = ({ cards, next }) => !cards.length && next === null;

async function deal(stacks) {
  const dealt = [];
  while (dealt.length < PAGE) {
    await Promise.all(stacks.map(refill));
    const [first] = stacks.filter(({ cards }) => cards.length).sort(later);
    if (!first) break;
    dealt.push(first.cards.shift());
  }
  return dealt;
}

const later = ({ cards: [one] }, { cards: [other] }) =>
  other.order_date.localeCompare(one.order_date) || other.id - one.id;

/** `next` is undefined before the first page and null after the last. */
async function refill(stack) {
  if (stack.cards.length || stack.next === null) return;
  const page = await api.get(query("/orders", { ...stack.filter, after: stack.next }));
  stack.cards = page.data;
  stack.next = page.next_cursor;
}
