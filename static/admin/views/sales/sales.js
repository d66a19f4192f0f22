// The sales of a span: its chart, its rows and its sums.

import { address, go } from "../../address.js";
import { api, query as withQuery } from "../../api.js";
import { form, select } from "../../form.js";
import { date, t, today } from "../../texts.js";
import { card, h, tabs } from "../../ui.js";
import { chart } from "../shared/chart.js";
import { drawFields, fieldList, readFields } from "../shared/field_list.js";
import { nothing, rowsTable, sums } from "./tables.js";

const INTERVALS = ["day", "week", "month"];
const SPAN = fieldList("sales", [
  { name: "from", props: { type: "date" } },
  { name: "to", props: { type: "date" } },
  {
    name: "interval", make: select,
    options: () => INTERVALS.map((name) => [name, t(`sales.by_${name}`)]),
  },
]);

export async function show({ query }) {
  const wanted = Object.fromEntries(query);
  const { report, fault } = await load(wanted);
  const shown = report ?? wanted;
  const open = address("sales", { from: shown.from, to: shown.to, interval: shown.interval });
  return [
    h("div", { class: "head" }, h("h1", {}, t("section.sales"))),
    tabs(t("sales.presets"), presets(today()), open),
    card(null, choice(shown, fault)),
    report && content(report),
  ];
}

/** A span that the shop does not take is no reason to show nothing: it is said at the form. */
async function load(wanted) {
  try {
    return { report: await api.get(withQuery("/reports/sales", wanted)) };
  } catch (error) {
    if (error.status !== 422) throw error;
    return { fault: error.message };
  }
}

function presets(now) {
  const [year, month] = now.split("-").map(Number);
  const first = iso(year, month, 1);
  return [
    [{ from: iso(...now.split("-").map(Number), -29), to: now, interval: "day" }, "last_30_days"],
    [{ from: first, to: iso(year, month + 1, 0), interval: "day" }, "this_month"],
    [{ from: iso(year, month - 1, 1), to: iso(year, month, 0), interval: "day" }, "last_month"],
    [{ from: iso(year, 1, 1), to: iso(year, 12, 31), interval: "month" }, "this_year"],
  ].map(([values, name]) => [address("sales", values), t(`sales.${name}`)]);
}

/** A date of the calendar, moved by days; the browser's zone has no part in it. */
function iso(year, month, day, days = 0) {
  return new Date(Date.UTC(year, month - 1, day + days)).toISOString().slice(0, 10);
}

function choice(shown, fault) {
  const element = form([
    h("div", { class: "fields" }, drawFields(SPAN, { interval: "day", ...shown })),
    fault && h("p", { class: "fault summary", role: "alert" }, fault),
  ], async (element) => go(address("sales", readFields(element, SPAN))),
  { action: t("sales.show") });
  return element;
}

function content(report) {
  const title = t("sales.title", { from: date(report.from), to: date(report.to) });
  if (report.data.every(nothing)) {
    return card(title, h("p", { class: "quiet" }, t("sales.nothing")));
  }
  return [
    card(title, chart(report, title)),
    sums(report),
    card(t("sales.rows"), rowsTable(report)),
  ];
}
