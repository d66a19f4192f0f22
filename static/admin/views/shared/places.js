// Countries, currencies and time zones to choose from, by their names in the reader's language.

import { language } from "../../texts.js";

// The codes of ISO 3166-1; the browser knows their names, but not which of them exist.
const COUNTRIES = `
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR
BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ
EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW
GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY
KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV
MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY
QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG
TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM
ZW`.trim().split(/\s+/);

const byName = (a, b) => a[1].localeCompare(b[1], language);

const namesOf = (type) => new Intl.DisplayNames(language, { type });

const names = (codes, type) => {
  const known = namesOf(type);
  return codes.map((code) => [code, known.of(code) ?? code]).sort(byName);
};

let listed;
/** [code, name] of every country. */
export const countries = () => (listed ??= names(COUNTRIES, "region"));

/** Every country to choose from, or none. */
export const anyCountry = () => [["", "–"], ...countries()];

let regions;
/** The name of a country; `*` is for the caller to name. */
export const countryName = (code) =>
  (COUNTRIES.includes(code) && (regions ??= namesOf("region")).of(code)) || code;

/** [code, "code – name"] of every currency, and of `present` whatever the browser knows. */
export function currencies(present) {
  const codes = new Set([...Intl.supportedValuesOf("currency"), present]);
  return names([...codes], "currency")
    .map(([code, name]) => [code, `${code} – ${name}`])
    .sort(([a], [b]) => a.localeCompare(b));
}

/** Every time zone, and `present`, which an older browser may not know. */
export function timeZones(present) {
  const zones = new Set(["UTC", ...Intl.supportedValuesOf("timeZone"), present]);
  return [...zones].sort().map((zone) => [zone, zone.replaceAll("_", " ")]);
}

/** The country that the browser's language names, if it names one. */
export function likelyCountry() {
  const regions = navigator.languages.map((tag) => new Intl.Locale(tag).region);
  return regions.find((region) => COUNTRIES.includes(region)) ?? "";
}
