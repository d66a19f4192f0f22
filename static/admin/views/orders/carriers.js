// The carriers of parcels, and the one that a number tells of.

export const CARRIERS = [
  "DHL", "Deutsche Post", "DPD", "GLS", "UPS", "FedEx", "Hermes", "Royal Mail", "Evri", "An Post",
  "PostNL", "bpost", "La Poste", "Swiss Post", "Austrian Post", "PostNord", "USPS", "InPost",
];

/** The post of a country, at the end of a number such as RR123456785DE (UPU S10). */
const POSTS = {
  AT: "Austrian Post", BE: "bpost", CH: "Swiss Post", DE: "Deutsche Post", DK: "PostNord",
  FR: "La Poste", GB: "Royal Mail", IE: "An Post", NL: "PostNL", SE: "PostNord", US: "USPS",
};
const SHAPES = [
  [/^1Z[0-9A-Z]{16}$/, "UPS"],
  [/^(00340\d{15}|JJD\d{10,}|JVGL\d{10,}|\d{10})$/, "DHL"],
  [/^99\d{16}$/, "Swiss Post"],
  [/^9[2-5]\d{20}$/, "USPS"],
  [/^(\d{12}|\d{15})$/, "FedEx"],
  [/^\d{14}$/, "DPD"],
  [/^\d{11}$/, "GLS"],
  [/^(H\d{19}|\d{16})$/, "Hermes"],
  [/^3S[0-9A-Z]{9,13}$/, "PostNL"],
  [/^\d{24}$/, "InPost"],
];

/** Undefined where the number could be anybody's. */
export function guess(number) {
  const plain = number.replace(/\s/g, "").toUpperCase();
  const [, country] = plain.match(/^[A-Z]{2}\d{9}([A-Z]{2})$/) ?? [];
  return POSTS[country] ?? SHAPES.find(([shape]) => shape.test(plain))?.[1];
}
