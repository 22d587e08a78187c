// The rows as a table: IRIs by their labels, leading to the pages of this site.
import { element, irisOf, labelsOf, plugin, rowsOf, shown, variablesOf } from "./terms.js";

const ROWS = 500;

export function table(known) {
  return plugin("Table", 10, () => true, async (yasr, target) => {
    const rows = rowsOf(yasr);
    const some = rows.slice(0, ROWS);
    target.append(element("p", { role: "status" }, counted(rows.length)));
    const holder = element("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": "Rows" });
    target.append(holder);
    holder.append(drawn(known, new Map(), variablesOf(yasr), some));
    const labels = await labelsOf(known, irisOf(some));
    if (labels.size) holder.replaceChildren(drawn(known, labels, variablesOf(yasr), some));
  });
}

function counted(number) {
  const rows = `${number.toLocaleString("en")} ${number === 1 ? "row" : "rows"}`;
  return number > ROWS ? `${rows}; the first ${ROWS} are shown, download the rest` : rows;
}

function drawn(known, labels, variables, rows) {
  const head = element("tr", {}, ...variables.map((name) => element("th", { scope: "col" }, name)));
  const body = rows.map((row) => element("tr", {}, ...variables.map((name) => cell(known, labels, row[name]))));
  const caption = element("caption", {}, "Rows of the result");
  return element("table", { class: "rows" }, caption, element("thead", {}, head), element("tbody", {}, ...body));
}

function cell(known, labels, term) {
  return element("td", {}, shown(known, labels, term));
}
