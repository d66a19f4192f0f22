// A chart of what was sold: bars for the eye, and the same as a table for the ear.

import { date, minor, money, number, roughly, t } from "../../texts.js";
import { fill, h, uid } from "../../ui.js";

const HEIGHT = 220;
const SPACE = { right: 8, top: 12, bottom: 26 };
const STEPS_MAX = 5;
// Fewer pixels would let the dates run into each other.
const DATE_WIDTH = 64;
const TEXT_SIZE = 12;
// The size of text for which all these are.
const ROOT_SIZE = 16;
const LATER_MILLIS = 100;

/** The name of a row: its day, the first day of its week, or its month. */
export function span(start, interval) {
  if (interval === "month") return date(start, { year: "numeric", month: "long" });
  return interval === "week" ? t("chart.week_of", { date: date(start) }) : date(start);
}

/** The chart of a report. It is drawn again when the room for it changes. */
export function chart(report, title) {
  const picture = h("div");
  const heard = h("div", { class: "hidden-text" });
  let drawn = 0;
  const watch = new ResizeObserver(([{ contentRect }]) => {
    const width = Math.round(contentRect.width);
    // Its height changes as well, and a view that is gone has no width.
    if (width === drawn || !width) return;
    drawn = width;
    const places = measure(report, width, getComputedStyle(document.documentElement));
    const bars = draw(report, title, places);
    fill(picture, bars);
    later(() => bars.append(...columns(report, places)));
  });
  watch.observe(picture);
  later(() => fill(heard, spoken(report, title)));
  return h("figure", { class: "chart-figure" }, picture, heard);
}

/** Nobody waits for what is not seen. */
const later = (work) => setTimeout(work, LATER_MILLIS);

function spoken({ data, interval }, title) {
  return h("table", {},
    h("caption", {}, title),
    h("thead", {}, h("tr", {}, ["chart.span", "chart.orders", "sales.revenue"].map((key) =>
      h("th", { scope: "col" }, t(key))))),
    h("tbody", {}, data.map((row) => h("tr", {},
      h("th", { scope: "row" }, span(row.start, interval)),
      h("td", {}, number(row.orders)), h("td", {}, money(row.revenue))))));
}

/**
 * The room for the bars and each of them, and how high an amount stands. `root`: the style of the
 * page, whose text somebody may have made larger.
 */
function measure({ data }, width, root) {
  const larger = parseFloat(root.fontSize) / ROOT_SIZE;
  // A day on which more came back than was ordered stands below the line.
  const amounts = data.map((row) => Number(minor(row.revenue)));
  const [most, least] = [Math.max(...amounts, 1), Math.min(...amounts, 0)];
  const step = niceStep(most - least);
  const [steps, below] = [Math.ceil(most / step), Math.ceil(-least / step)];
  const marks = Array.from({ length: steps + below + 1 }, (_, at) => step * (at - below))
    .map((amount) => [amount, roughly(BigInt(Math.round(amount)))]);
  const left = 8 + widest(marks, `${TEXT_SIZE * larger}px ${root.fontFamily}`);
  const room = {
    left, width: width - left - SPACE.right,
    height: (HEIGHT - SPACE.top - SPACE.bottom) * larger,
  };
  const scale = room.height / (step * (steps + below));
  return {
    width, room, marks, larger, scale,
    height: HEIGHT * larger, slot: room.width / data.length,
    zero: SPACE.top * larger + steps * step * scale,
  };
}

function widest(marks, font) {
  const pen = Object.assign(document.createElement("canvas").getContext("2d"), { font });
  return Math.max(...marks.map(([, text]) => pen.measureText(text).width));
}

function draw({ data, interval }, title, places) {
  const id = uid("chart");
  return h("svg", {
    class: "chart", viewBox: `0 0 ${places.width} ${places.height}`, role: "img",
    "aria-labelledby": id,
  },
  h("title", { id }, title),
  lines(places),
  data.map((row, index) => bar(row, index, places)),
  dates(data, interval, places));
}

/** The lines behind the bars, with what they stand for. */
const lines = ({ marks, scale, room, zero }) => marks.map(([amount, text]) => {
  const y = zero - amount * scale;
  return h("g", {},
    h("line", { x1: room.left, x2: room.left + room.width, y1: y, y2: y }),
    h("text", { x: room.left - 8, y: y + 4, "text-anchor": "end" }, text));
});

function bar(row, index, { slot, scale, zero, room }) {
  const amount = Number(minor(row.revenue)) * scale;
  if (amount === 0) return null;
  const height = Math.max(Math.abs(amount), 1);
  const gap = slot > 6 ? slot * 0.2 : 0;
  return h("rect", {
    x: room.left + index * slot + gap / 2, y: amount > 0 ? zero - height : zero,
    width: slot - gap, height, rx: slot > 12 ? 2 : 0,
  });
}

/** Columns that tell the pointer their sums, also where the bar is low. */
function columns({ data, interval }, { slot, room, larger }) {
  return data.map((row, index) => h("path", {
    d: `M${room.left + index * slot} ${SPACE.top * larger}h${slot}v${room.height}h${-slot}z`,
    fill: "none", "pointer-events": "all",
  }, h("title", {}, `${span(row.start, interval)}: ${money(row.revenue)}, ${
    t("chart.n_orders", { n: row.orders })}`)));
}

function dates(data, interval, { slot, room, larger, height }) {
  const needed = DATE_WIDTH * larger;
  const every = Math.ceil(needed / slot);
  const options = interval === "month"
    ? { month: "short", year: "2-digit" }
    : { day: "numeric", month: "short" };
  return data.map((row, index) => {
    const x = room.left + (index + 0.5) * slot;
    const fits = x < room.left + room.width - needed / 3;
    if (index % every !== 0 || (data.length > 1 && !fits)) return null;
    return h("text", { x, y: height - 8, "text-anchor": "middle" }, date(row.start, options));
  });
}

/** Minor units between two lines: 1, 2, 2.5 or 5 with noughts, so that a few lines do. */
function niceStep(most) {
  const least = most / STEPS_MAX;
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= least);
  return Math.max(Math.ceil(factor * power), 1);
}
