// Which money a country uses. A code of ISO 4217 begins with the code of its country (ISO 3166-1);
// what several countries share is listed with them.

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
