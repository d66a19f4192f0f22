// The place where the keyboard goes on when what had the focus is no longer there.

const nameOf = (element) => [
  element.tagName, element.name, element.getAttribute("aria-label") ?? element.textContent,
].join("|");
const like = (lost) => (one) => nameOf(one) === nameOf(lost);

/** Gives the focus to the heading, which a reader for the blind then says. */
export function toHeading(options) {
  const heading = document.querySelector("main h1");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus(options);
}

/** The element in the page now for one that stood there before. */
export const again = (lost) => lost && lost !== document.body
  && [...document.querySelectorAll(`main ${lost.tagName}`)].find(like(lost));

/** Gives a lost focus to where it was, else to the steps of an order, else to the heading. */
export function settle(lost) {
  const { activeElement: now, body } = document;
  if (now && now !== body) return;
  const next = again(lost) || document.querySelector("main .steps");
  if (next) next.focus();
  if (document.activeElement === body) toHeading({ preventScroll: true });
}
