// One hand on a telephone: taps and keystrokes are counted, and what is tapped is named by the keys
// of the page's texts, so that a test reads the same in whatever language the page is.

import { readdirSync } from "node:fs";
import { join } from "node:path";

const TEXTS = join(process.env.TESTS, "../../static/admin/texts");

/** `say(key, values)`: a text of the page in this language, as it stands there. */
export async function speaker(language) {
  const folder = join(TEXTS, language);
  const parts = await Promise.all(readdirSync(folder).map((name) => import(join(folder, name))));
  const texts = Object.assign({}, ...parts.map(({ default: part }) => part));
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  return (key, values = {}) => {
    const text = texts[key];
    if (text === undefined) throw new Error(`there is no text ${key}`);
    return filled(text.other ?? text, values);
  };
}

/** Somebody who uses the page with one hand. `page`: of a browser with touch. */
export function oneHand(page, say) {
  const hand = { taps: 0, keys: 0 };
  const of = (role) => (key, values, options) =>
    page.getByRole(role, { name: typeof key === "string" && !values?.raw ? say(key, values) : key,
      exact: true, ...options }).first();
  const tap = async (locator) => {
    hand.taps += 1;
    // What was drawn anew meanwhile is looked for once more.
    await locator.scrollIntoViewIfNeeded().catch(() => locator.scrollIntoViewIfNeeded());
    await locator.tap();
  };
  const labelled = (key, values) => page.getByLabel(say(key, values), { exact: true }).last();
  const type = async (locator, text) => {
    await tap(locator);
    hand.keys += [...text].length;
    // What stands there is marked by whoever taps into it, or taken away with one key.
    if (await locator.inputValue()) hand.keys += 1;
    await locator.fill("");
    await locator.pressSequentially(text);
  };
  return Object.assign(hand, {
    tap, type, labelled,
    press: async (key, values) => tap(of("button")(key, values)),
    follow: async (key, values) => tap(of("link")(key, values)),
    write: async (key, text, values) => type(labelled(key, values), text),
    /** One tap opens the list, another chooses. */
    choose: async (locator, option) => {
      hand.taps += 2;
      await locator.scrollIntoViewIfNeeded();
      await locator.selectOption(option);
    },
    enter: async () => {
      hand.keys += 1;
      await page.keyboard.press("Enter");
    },
    /** Begins to count anew, and answers what was counted. */
    counted: () => {
      const { taps, keys } = hand;
      Object.assign(hand, { taps: 0, keys: 0 });
      return { taps, keys };
    },
  });
}
