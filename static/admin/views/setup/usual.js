// What is usual in a country: its money and its tax. A code of ISO 4217 begins with the code of its
// country (ISO 3166-1); what several countries share is listed with them.

const OWN = `
AED AFN ALL AMD AOA ARS AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CLP
CNY COP CRC CUP CVE CZK DJF DOP DZD EGP ERN ETB FJD FKP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF
IDR INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MDL MGA
MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NPR OMR PAB PEN PGK PHP PKR PLN PYG QAR RON
RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD
TZS UAH UGX UYU UZS VES VND VUV WST YER ZAR ZMW`.trim().split(/\s+/);

const SHARED = Object.entries({
  EUR: "AD AT AX BE BG BL CY DE EE ES FI FR GF GP GR HR IE IT LT LU LV MC ME MF MQ MT NL PM PT RE"
    + " SI SK SM TF VA YT",
  USD: "AS BQ EC FM GU IO MH MP PR PW SV TC TL UM US VG VI",
  GBP: "GB GG IM JE",
  AUD: "AU CC CX HM KI NF NR TV",
  NZD: "CK NU NZ PN TK",
  CHF: "CH LI",
  DKK: "DK FO GL",
  NOK: "BV NO SJ",
  ILS: "IL PS",
  MAD: "EH MA",
  XAF: "CF CG CM GA GQ TD",
  XCD: "AG AI DM GD KN LC MS VC",
  XOF: "BF BJ CI GW ML NE SN TG",
  XPF: "NC PF WF",
});

/** The currency of a country, where it has one that is not in doubt. */
export const currencyOf = (country) =>
  SHARED.find(([, countries]) => countries.split(" ").includes(country))?.[0]
  ?? OWN.find((code) => country && code.startsWith(country));

// The standard rates of value added tax in 2026, in percent.
const RATES = `
AT 20 BE 21 BG 20 CH 8.1 CY 19 CZ 21 DE 19 DK 25 EE 24 ES 21 FI 25.5 FR 20 GB 20 GR 24 HR 25 HU 27
IE 23 IT 22 LT 21 LU 17 LV 21 MT 18 NL 21 NO 25 PL 23 PT 23 RO 21 SE 25 SI 22 SK 23`;

/** The tax on nearly everything that is sold in a country, where it is known. */
export const standardRate = (country) => RATES.match(`${country || "-"} ([\\d.]+)`)?.[1] ?? "";
