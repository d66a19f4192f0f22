// Draws the parts of the page when they are looked at: all at once would keep a phone busy for
// seconds. Who searches the page or prints it gets them all.

/** A screen below what is seen, so that nobody meets an empty part. */
const AHEAD = '50% 0px 100%';

/** What draws a part that was not drawn yet. */
const waiting = new Map();
const observer = new IntersectionObserver(see, { rootMargin: AHEAD });

export function drawWhenSeen(part, draw) {
  part.classList.add('waiting');
  waiting.set(part, draw);
  observer.observe(part);
}

/** Draws the part, unless it is there. */
export function drawNow(part) {
  const draw = waiting.get(part);
  if (!draw) return;
  waiting.delete(part);
  observer.unobserve(part);
  part.classList.remove('waiting');
  draw();
}

export const drawAll = () => [...waiting.keys()].forEach(drawNow);

/** The browser's own search finds only what is drawn, and says nothing but its key. */
export function drawForSearch() {
  addEventListener('keydown', ({ key, ctrlKey, metaKey }) => {
    if (key === 'F3' || (key === 'f' && (ctrlKey || metaKey))) drawAll();
  });
}

// Each in its turn, so that a finger is followed between two of them.
function see(entries) {
  const seen = entries.filter((entry) => entry.isIntersecting);
  seen.forEach(({ target }) => setTimeout(drawNow, 0, target));
}
