// Numbers as bars: the first column that holds numbers, named by the first that does not.
import { element, irisOf, isNumber, labelsOf, plugin, rowsOf, svg, variablesOf, wordsOf } from "./terms.js";

const BARS = 100;

export function chart(known) {
  return plugin("Chart", 7, (yasr) => Boolean(numbers(yasr)), async (yasr, target) => {
    const rows = rowsOf(yasr).slice(0, BARS);
    const value = numbers(yasr);
    const name = namesOf(yasr, value);
    const labels = await labelsOf(known, irisOf(rows.map((row) => ({ [name]: row[name] }))));
    const filled = rows.filter((row) => isNumber(row[value]));
    const figures = filled.map((row) => Number(row[value].value));
    const largest = Math.max(...figures.map(Math.abs), 1e-9);
    target.append(element("p", {}, `${value}, by ${name ?? "row"}; the same numbers stand in the table.`));
    target.append(
      element("ol", { class: "chart" }, ...filled.map((row, index) =>
        bar(wordsOf(known, labels, row[name]) || `${index + 1}`, figures[index], largest),
      )),
    );
  });
}

function numbers(yasr) {
  const rows = rowsOf(yasr);
  return variablesOf(yasr).find((name) => rows.some((row) => row[name]) && rows.every((row) => !row[name] || isNumber(row[name])));
}

function namesOf(yasr, value) {
  const others = variablesOf(yasr).filter((name) => name !== value);
  const rows = rowsOf(yasr);
  const holds = (name, type) => rows.some((row) => row[name]?.type === type);
  return others.find((name) => holds(name, "literal") && !rows.every((row) => isNumber(row[name]))) ?? others[0];
}

function bar(name, figure, largest) {
  const share = (100 * Math.abs(figure)) / largest;
  const track = svg("svg", { class: "chart-bar", height: 16, "aria-hidden": "true" });
  track.append(svg("rect", { width: `${share}%`, height: 16, class: "tl-certain" }));
  return element("li", {}, element("bdi", {}, name), track, element("span", { class: "number" }, figure.toLocaleString("en")));
}
