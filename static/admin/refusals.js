// What the shop refuses, in the language of the page: a sentence for each code of its API, filled
// with what the problem tells.

import { date, digits, language, filled, money, number, t } from "./texts.js";

const { default: texts } = await import(`./texts/${language}/refusals.js`);
const sentences = new Map(Object.entries(texts).flatMap(([codes, text]) =>
  codes.replace("fault.", "").split(" ").map((code) => [code, text])));

/** A problem of the shop with its sentences said by the page; `method`, `path`: what was asked. */
export function inWords(problem, method, path = "") {
  const about = named(path.split("?")[0]);
  const places = method === "DELETE" ? [`undo_${about}`, "undo"] : [about];
  const members = { ...plain(problem), allowed: problem.allowed?.map(step).join(", ") || null };
  const errors = problem.errors?.map((fault) => ({
    ...fault, detail: sentence({ ...members, ...fault, ...plain(fault) }, about),
    said: fault.detail,
  }));
  const all = [...new Set(errors?.map(({ detail }) => detail))].join(" ");
  return { ...problem, errors, detail: all || sentence({ ...problem, ...members }, ...places) };
}

/** The sentence for a fault, which may stand in an answer too; an unknown code keeps its own. */
export function sentence({ code, detail = "", pointer, parameter, ...members }, ...places) {
  const values = { ...members, ...told(detail) };
  const near = [named(pointer ?? parameter), ...places].filter(Boolean);
  const fitting = [...near.map((place) => `${code}.${place}`), code]
    .flatMap((key) => sentences.get(key) ?? [])
    .map((text) => ({ text, gaps: [...text.matchAll(/\{(\w+)\}/g)] }))
    .filter(({ gaps }) => gaps.every(([, name]) => (values[name] ?? null) !== null));
  // What can be done instead says less about the fault than its place.
  const tells = ({ gaps }) => gaps.filter(([, name]) => name !== "allowed").length;
  const [fullest] = fitting.sort((one, other) => tells(other) - tells(one));
  if (fullest) return filled(fullest.text, values);
  return sentences.has(code) ? sentences.get("validation_failed") : detail;
}

/** The last name in a pointer or a path; numbers are places in a list, or ids. */
const named = (path = "") => path.split("/").filter((part) => /^[a-z]/.test(part)).at(-1) ?? "";

const plain = (problem) => Object.fromEntries(Object.entries(problem)
  .filter(([, value]) => typeof value === "number").map(([name, value]) => [name, number(value)]));

const step = (name) => t(`order.do_${name}`).replace(/ ?…$/, "");

/** What a sentence of the shop names, for which a problem has no members; and what to type. */
function told(detail) {
  const values = {
    amount: number(39.9, { minimumFractionDigits: digits(), maximumFractionDigits: digits() }),
    fraction: number(0.75), percent: number(10.75),
  };
  const take = (pattern, name, show) => {
    detail = detail.replace(pattern, (_, ...parts) => {
      values[name] ??= show(...parts);
      return "";
    });
  };
  take(/“([^”]*)”/g, "name", (text) => text);
  take(/\b(\d+(?:\.\d+)?) ([A-Z]{3})\b/g, "money", money);
  take(/(\d{4}-\d\d-\d\d)/g, "date", (text) => date(text));
  const numbers = detail.match(/(?<![\w.,])\d+(?:\.\d+)?(?!\w)/g) ?? [];
  const [n, most] = numbers.map((one) => number(one));
  return { ...values, n, most };
}
