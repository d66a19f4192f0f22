// Runs the tests one after the other and says at the end how many there were.

import * as afterwards from "./afterwards.mjs";
import * as amounts from "./amounts.mjs";
import * as away from "./away.mjs";
import * as back from "./back.mjs";
import * as big from "./big.mjs";
import * as bulk from "./bulk.mjs";
import * as buyers from "./buyers.mjs";
import * as buyersLooks from "./buyers_looks.mjs";
import * as buyersOrders from "./buyers_orders.mjs";
import * as cards from "./cards.mjs";
import * as collections from "./collections.mjs";
import * as docs from "./docs.mjs";
import * as day from "./day.mjs";
import * as dayKeys from "./day_keys.mjs";
import * as fronts from "./fronts.mjs";
import * as german from "./german.mjs";
import * as germanDay from "./german_day.mjs";
import * as goods from "./goods.mjs";
import * as refusals from "./refusals.mjs";
import { SHORT, close } from "./shop.mjs";
import * as lighthouse from "./lighthouse.mjs";
import * as letters from "./letters.mjs";
import * as looks from "./looks.mjs";
import * as mails from "./mails.mjs";
import * as meanwhile from "./meanwhile.mjs";
import * as opening from "./opening.mjs";
import * as papers from "./papers.mjs";
import * as pictures from "./pictures.mjs";
import * as room from "./room.mjs";
import * as spoken from "./spoken.mjs";
import * as storefront from "./storefront.mjs";
import * as tasks from "./tasks.mjs";
import * as window from "./window.mjs";
import * as words from "./words.mjs";
import * as wordsOrders from "./words_orders.mjs";

const suites = {
  opening, day, "day by keys": dayKeys, "german day": germanDay, tasks, afterwards, goods, pictures, collections, window, buyers, "buyers' orders": buyersOrders, cards, mails, letters, papers, spoken, bulk, back, fronts, storefront, meanwhile, away, refusals, amounts, german, words, "words of orders": wordsOrders,
  room, looks, "buyers' looks": buyersLooks, docs, lighthouse, big,
};
const only = process.env.ONLY;
let passed = 0;
const failed = [];
for (const [suite, tests] of Object.entries(suites)) {
  for (const [name, test] of Object.entries(tests)) {
    const title = `${suite}: ${name.replaceAll("_", " ")}`;
    if (only && !title.includes(only)) continue;
    const begun = Date.now();
    try {
      await test();
      passed += 1;
      console.log(`ok    ${title} (${Math.round((Date.now() - begun) / 1000)} s)`);
    } catch (error) {
      failed.push(title);
      console.log(`FAIL  ${title}\n${error.stack}`);
    }
  }
}
await close();
console.log(`${passed} passed, ${failed.length} failed${SHORT ? ", the short round" : ""}`);
process.exit(failed.length || !passed ? 1 : 0);
