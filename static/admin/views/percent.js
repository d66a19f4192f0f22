// Percentages of the wire, such as "10.75", as people read them.

import { language } from "../texts.js";

/** The exponent makes a hundredth of it without calculating. */
export const percent = (text) =>
  new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 4 })
    .format(`${text}e-2`);
