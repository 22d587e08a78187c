// Dates as bars: the first column of dates is the begin, a second one the end.
import { daysOf, element, irisOf, isDate, labelsOf, plugin, rowsOf, shown, svg, variablesOf } from "./terms.js";

const YEAR = 31_557_600_000;
const BARS = 200;

export function timeline(known) {
  return plugin("Timeline", 8, (yasr) => dates(yasr).length > 0, async (yasr, target) => {
    const [begin, end] = dates(yasr);
    const name = variablesOf(yasr).find((each) => ![begin, end].includes(each));
    const spans = rowsOf(yasr).filter((row) => row[begin]).slice(0, BARS).map((row) => span(row, begin, end));
    const days = spans.flatMap(({ first, last }) => [first, last]).filter(Number.isFinite);
    const [low, high] = [Math.min(...days) - YEAR / 24, Math.max(...days) + YEAR / 24];
    const labels = await labelsOf(known, irisOf(spans.map(({ row }) => ({ name: row[name] }))));
    const at = (day) => (100 * (day - low)) / (high - low);
    const rows = spans.map((each) => drawn(known, labels, name, each, at));
    target.append(axis(low, high, at), element("ol", { class: "tl-rows" }, ...rows));
  });
}

function dates(yasr) {
  const rows = rowsOf(yasr);
  return variablesOf(yasr)
    .filter((name) => rows.some((row) => isDate(row[name])) && rows.every((row) => !row[name] || isDate(row[name])))
    .slice(0, 2);
}

function span(row, begin, end) {
  const { first, last } = daysOf(row[begin].value);
  const text = [begin, end].map((name) => row[name]?.value).filter(Boolean).join(" – ");
  const ends = [last, row[end] && daysOf(row[end].value).last].filter(Number.isFinite);
  const vague = /[[{~?%]/.test(row[begin].value);
  return { row, text, vague, first, last: last === undefined ? undefined : Math.max(...ends) };
}

function drawn(known, labels, name, { row, text, vague, first, last }, at) {
  const from = first === undefined ? 0 : at(first);
  const to = last === undefined ? 100 : at(last);
  const track = svg("svg", { class: "tl-track", height: 22, "aria-hidden": "true" });
  track.append(svg("rect", { class: vague ? "tl-maybe" : "tl-certain", x: `${from}%`, width: `${Math.max(to - from, 0.4)}%`, y: 6, height: 10 }));
  const label = element("span", { class: "tl-label" }, shown(known, labels, row[name]), " ", element("span", { class: "edtf" }, text));
  return element("li", {}, label, track);
}

function axis(low, high, at) {
  const [first, last] = [low, high].map((day) => new Date(day).getUTCFullYear());
  const step = [1, 2, 5, 10, 20, 50, 100, 500].find((each) => (last - first) / each <= 8) ?? 1000;
  const marks = svg("svg", { height: 20 });
  for (let year = Math.ceil(first / step) * step; year <= last; year += step) {
    const x = at(Date.UTC(year, 0, 1));
    if (x >= 0 && x <= 96) marks.append(svg("text", { x: `${x}%`, y: 14 }, String(year)));
  }
  return element("div", { class: "tl-axis", "aria-hidden": "true" }, document.createElement("span"), marks);
}
