// Terms of results as elements: text only, never markup out of data.

const DATE = /^-?\d{4}(-\d{2}(-\d{2})?)?/;

/** What can be made a link: pages of this site for its own IRIs, web addresses for others. */
export function pageOf({ base, root }, iri) {
  if (iri.startsWith(base)) {
    const [path, fragment] = iri.slice(base.length).replace(/^id\//, "").split("#");
    return `${root}page/${path.split("/").map(encodeURIComponent).join("/")}${fragment ? `#${fragment}` : ""}`;
  }
  return /^https?:\/\//i.test(iri) ? iri : "";
}

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function shown(known, labels, term) {
  if (!term) return "";
  const words = element("bdi", { lang: term["xml:lang"] }, wordsOf(known, labels, term));
  if (term.type !== "uri") return words;
  const href = pageOf(known, term.value);
  return href ? element("a", { href, title: term.value, rel: "noreferrer" }, words) : words;
}

/** A label, a prefixed name, or the value itself. */
export function wordsOf(known, labels, term) {
  if (!term) return "";
  if (term.type !== "uri") return term.value;
  return labels.get(term.value) ?? shortened(known.prefixes, term.value);
}

function shortened(prefixes, iri) {
  const fitting = Object.entries(prefixes).filter(([, namespace]) => iri.startsWith(namespace));
  const [best] = fitting.sort(([, one], [, other]) => other.length - one.length);
  return best ? `${best[0]}:${iri.slice(best[1].length)}` : iri;
}

export function rowsOf(yasr) {
  return yasr.results?.getBindings() ?? [];
}

export function variablesOf(yasr) {
  return yasr.results?.getVariables() ?? [];
}

export function isNumber(term) {
  return term?.type !== "uri" && term?.value !== "" && Number.isFinite(Number(term?.value));
}

export function isDate(term) {
  const datatype = term?.datatype ?? "";
  const says = /#(date|dateTime|gYear|gYearMonth)$|EDTF|edtf/.test(datatype);
  return says && /\d{4}/.test(term.value);
}

/** First and last day of a date, or of an interval or set in EDTF; undefined where it is open. */
export function daysOf(text) {
  const [begin, end] = text.replace(/[[\]{}~?%]/g, "").split(/\/|\.\./).map((part) => part.trim());
  const first = DATE.exec(begin ?? "")?.[0];
  const last = end === undefined ? first : DATE.exec(end)?.[0];
  return { first: first && Date.parse(first), last: last && endOf(last) };
}

function endOf(text) {
  const [year, month, day] = text.split("-").map(Number);
  return Date.UTC(year, month ? month - (day ? 1 : 0) : 12, day ? day + 1 : 1);
}

/** The labels of IRIs, asked for in one query; English first, then any. */
export async function labelsOf(known, iris) {
  const wanted = [...new Set(iris)].filter((iri) => /^https?:[^<>"{}|\\^`\s]*$/.test(iri)).slice(0, 400);
  if (!wanted.length) return new Map();
  const query = `SELECT ?thing ?label WHERE { VALUES ?thing { ${wanted.map((iri) => `<${iri}>`).join(" ")} }
    ?thing <http://www.w3.org/2000/01/rdf-schema#label> ?label } ORDER BY (LANG(?label) != "en") ?label`;
  return firsts(await select(known, query), "thing", "label");
}

export async function select(known, query) {
  const response = await fetch(known.endpoint, {
    method: "POST",
    body: new URLSearchParams({ query }),
    headers: { Accept: "application/sparql-results+json" },
  });
  return response.ok ? (await response.json()).results.bindings : [];
}

export function firsts(rows, key, value) {
  const found = new Map();
  for (const row of rows) if (!found.has(row[key].value)) found.set(row[key].value, row[value].value);
  return found;
}

export function irisOf(rows) {
  return rows.flatMap((row) => Object.values(row)).filter((term) => term?.type === "uri").map((term) => term.value);
}

/** A plugin for YASR: what it is called, when it can be used, and how it draws. */
export function plugin(name, priority, canHandle, draw) {
  return class {
    constructor(yasr) {
      this.yasr = yasr;
      this.label = name;
      this.priority = priority;
      this.helpReference = "";
    }
    canHandleResults() {
      return Boolean(this.yasr.results?.getVariables()?.length) && canHandle(this.yasr);
    }
    getIcon() {
      return document.createElement("span");
    }
    async draw() {
      const target = element("div", { class: `view-${name.toLowerCase()}` });
      this.yasr.resultsEl.replaceChildren(target);
      await draw(this.yasr, target);
    }
  };
}
