// Runs the tests one after the other and says at the end how many there were.

import { close } from "./shop.mjs";
import * as looks from "./looks.mjs";

const suites = { looks };
const only = process.env.ONLY;
let passed = 0;
const failed = [];
for (const [suite, tests] of Object.entries(suites)) {
  for (const [name, test] of Object.entries(tests)) {
    const title = `${suite}: ${name.replaceAll("_", " ")}`;
    if (only && !title.includes(only)) continue;
    try {
      await test();
      passed += 1;
      console.log(`ok    ${title}`);
    } catch (error) {
      failed.push(title);
      console.log(`FAIL  ${title}\n${error.stack}`);
    }
  }
}
await close();
console.log(`${passed} passed, ${failed.length} failed`);
process.exit(failed.length || !passed ? 1 : 0);
