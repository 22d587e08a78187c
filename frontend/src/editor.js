// The query editor: YASGUI's editor in the place of the plain field, and views of the result below it.
// Everything that it asks for is on this host; nothing is kept in the browser.
import Yasgui from "@zazuko/yasgui";
import "@zazuko/yasgui/build/yasgui.min.css";
import "leaflet/dist/leaflet.css";
import "./editor/editor.css";
import { completers } from "./editor/completion.js";
import { chart } from "./editor/chart.js";
import { map } from "./editor/map.js";
import { table } from "./editor/table.js";
import { timeline } from "./editor/timeline.js";

const { Yasqe, Yasr } = Yasgui;
const form = document.querySelector("form.query");
if (form) begin(form);

async function begin(plain) {
  const field = plain.querySelector("textarea");
  const known = await (await fetch(plain.dataset.terms)).json();
  for (const completer of completers(known)) Yasqe.registerAutocompleter(completer, true);
  const editor = draw(field);
  const views = results(known);
  plain.addEventListener("submit", (event) => {
    field.value = editor.getValue();
    const wanted = plain.elements.format.value;
    if (wanted !== "html") return;
    event.preventDefault();
    run({ plain, editor, views });
  });
  addEventListener("popstate", () => location.reload());
  if (new URLSearchParams(location.search).get("query")) run({ plain, editor, views, push: false });
}

/** Put the editor where the field is; the field stays for the form to send. */
function draw(field) {
  const holder = document.createElement("div");
  holder.className = "editor";
  field.before(holder);
  field.hidden = true;
  field.required = false;
  const label = field.form.querySelector(`label[for="${field.id}"]`);
  label.htmlFor = "";
  const editor = new Yasqe(holder, {
    value: field.value,
    persistenceId: null,
    consumeShareLink: null,
    prefixCcApi: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "auto",
    viewportMargin: Infinity,
    autocompleters: ["terms", "prefixes of this site", "variables"],
    screenReaderLabel: label.textContent,
    // Tab leaves the editor, as it leaves every other field.
    extraKeys: { Tab: false, "Shift-Tab": false, "Ctrl-Enter": () => field.form.requestSubmit() },
  });
  editor.on("change", () => (field.value = editor.getValue()));
  label.addEventListener("click", () => editor.focus());
  return editor;
}

function results(known) {
  const old = document.getElementById("result");
  const holder = old ?? document.createElement("section");
  if (!old) {
    holder.id = "result";
    holder.tabIndex = -1;
    form.after(holder);
  }
  const plugins = { table: table(known), map: map(known), timeline: timeline(known), chart: chart(known) };
  for (const [name, plugin] of Object.entries(plugins)) Yasr.registerPlugin(name, plugin, true);
  return { holder, known, titled: Boolean(old), names: [...Object.keys(plugins), "boolean", "response", "error"] };
}

async function run({ plain, editor, views, push = true }) {
  const query = editor.getValue();
  const address = addressOf(plain, query);
  if (push) history.pushState(null, "", address);
  showElsewhere(query, address);
  views.holder.setAttribute("aria-busy", "true");
  const begun = performance.now();
  const answer = await ask(plain, query);
  views.holder.removeAttribute("aria-busy");
  show(views, answer, Math.round(performance.now() - begun));
}

/** The address that shows this query again, with scripts and without. */
function addressOf(plain, query) {
  const given = new URLSearchParams({ query });
  for (const name of ["default-graph-uri", "named-graph-uri"]) {
    for (const field of plain.querySelectorAll(`input[name="${name}"]`)) given.append(name, field.value);
  }
  return `${plain.getAttribute("action")}?${given}${location.hash}`;
}

async function ask(plain, query) {
  const body = new URLSearchParams(new FormData(plain));
  body.set("query", query);
  body.delete("format");
  const headers = { Accept: "application/sparql-results+json, text/turtle;q=0.9, application/problem+json;q=0.8" };
  const response = await fetch(plain.getAttribute("action"), { method: "POST", body, headers });
  const data = await response.text();
  return { response, data };
}

function show(views, { response, data }, duration) {
  const { holder, known, names, titled } = views;
  holder.replaceChildren(...(titled ? [] : [heading()]));
  if (!response.ok) {
    holder.append(problem(data));
    return;
  }
  const target = document.createElement("div");
  holder.append(target);
  const view = new Yasr(target, {
    persistenceId: null,
    prefixes: known.prefixes,
    pluginOrder: names,
    defaultPlugin: names.includes(location.hash.slice(1)) ? location.hash.slice(1) : "table",
    maxPersistentResponseSize: 0,
    getDownloadFileName: () => "result",
  });
  view.on("drawn", (_, plugin) => remember(view, plugin));
  const contentType = response.headers.get("Content-Type");
  chooseCode(contentType.startsWith("text/turtle"));
  view.setResponse({ data, contentType, status: response.status, executionTime: duration }, duration);
  holder.focus({ preventScroll: titled });
}

/** The view is part of the address, so that who gets the link sees the same. */
function remember(view) {
  const name = view.getSelectedPluginName();
  const known = location.hash.slice(1) || "table";
  if (name && known !== name) history.replaceState(null, "", `${location.search}#${name}`);
}

function heading() {
  const element = document.createElement("h2");
  element.textContent = "Result";
  return element;
}

/** Problem details (RFC 9457) in words. */
function problem(text) {
  const element = document.createElement("div");
  element.className = "problem";
  element.setAttribute("role", "alert");
  let found = { detail: text };
  try {
    found = JSON.parse(text);
  } catch {
    // Not problem details: shown as it came.
  }
  for (const part of [found.title, found.detail, found.mend]) {
    if (!part) continue;
    const line = document.createElement("p");
    line.textContent = part;
    element.append(line);
  }
  return element;
}

/** The query as a call from elsewhere: the server wrote the code around it. */
function showElsewhere(query, address) {
  for (const code of document.querySelectorAll("[data-before]")) {
    code.textContent = code.dataset.before + query.trim() + code.dataset.after;
  }
  for (const link of document.querySelectorAll("[data-export]")) {
    const url = new URL(address, location.href);
    url.searchParams.set("format", link.dataset.export);
    url.hash = "";
    link.href = url.pathname + url.search;
  }
}

/** Rows are read in one way, triples in another. */
function chooseCode(isGraph) {
  for (const part of document.querySelectorAll("[data-form]")) part.hidden = (part.dataset.form === "graph") !== isGraph;
}
