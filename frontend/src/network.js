// The network that moves: the rows of /network.json as nodes and arrows, in the place of the drawing.
import cytoscape from "cytoscape";

const LEGIBLE = 0.9;

function begin() {
  const figure = document.querySelector("[data-network]");
  if (figure) start(figure);
}

begin();
document.addEventListener("live", begin);

async function start(figure) {
  const response = await fetch(figure.dataset.network);
  if (!response.ok) throw new Error(`${figure.dataset.network}: ${response.status}`);
  const { rows } = await response.json();
  const target = figure.querySelector(".network-moving");
  target.hidden = false;
  const graph = cytoscape({
    container: target,
    elements: elements(rows),
    style: style(colours()),
    layout: { name: "cose", animate: false, randomize: false, nodeRepulsion: 300_000, idealEdgeLength: 80, edgeElasticity: 200, nodeOverlap: 40, nodeDimensionsIncludeLabels: true, padding: 16 },
    minZoom: 0.3,
    maxZoom: 3,
    userZoomingEnabled: false,
  });
  graph.on("tap", "node, edge", (event) => event.target.data("page") && location.assign(event.target.data("page")));
  readable(graph);
  target.append(buttons(graph));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => graph.style(style(colours())));
}

/** On a narrow screen, begin around the one with the most relations, where names can be read; ⤢ shows all. */
function readable(graph) {
  if (graph.width() > 600 || graph.zoom() >= LEGIBLE) return;
  graph.zoom(LEGIBLE);
  graph.center(graph.nodes().max((node) => node.degree()).ele);
}

function elements(rows) {
  const nodes = new Map();
  for (const row of rows) {
    nodes.set(row.actor, { id: row.actor, label: row.actor_label, page: row.actor_page });
    nodes.set(row.towards, { id: row.towards, label: row.towards_label, page: row.towards_page });
  }
  const edges = rows.map((row, index) => ({
    id: `tie-${index}`,
    source: row.actor,
    target: row.towards,
    label: row.kinds,
    page: row.page,
    certainty: row.certainty,
  }));
  return [...nodes.values(), ...edges].map((data) => ({ data }));
}

/** The colours of the page, which are others in the dark. */
function colours() {
  const values = getComputedStyle(document.documentElement);
  const colour = (name) => values.getPropertyValue(name).trim();
  return { ink: colour("--ink"), paper: colour("--paper"), link: colour("--link"), soft: colour("--soft") };
}

function style({ ink, paper, link, soft }) {
  return [
    {
      selector: "node",
      style: {
        label: "data(label)", color: ink, "background-color": link, width: 14, height: 14,
        "font-size": 12, "font-weight": 600, "text-wrap": "wrap", "text-max-width": 130, "text-margin-y": -4,
        "text-outline-color": paper, "text-outline-width": 2, "text-outline-opacity": 0.9,
      },
    },
    {
      selector: "edge",
      style: {
        label: "data(label)", color: soft, "font-size": 9, "text-rotation": "autorotate",
        "text-outline-color": paper, "text-outline-width": 2, "text-outline-opacity": 0.9,
        width: 1.6, "line-color": soft, "target-arrow-color": soft, "target-arrow-shape": "triangle",
        "arrow-scale": 0.8, "curve-style": "bezier", "control-point-step-size": 50,
      },
    },
    { selector: 'edge[certainty = "possibly"]', style: { "line-style": "dashed" } },
  ];
}

function buttons(graph) {
  const bar = document.createElement("div");
  bar.className = "network-buttons";
  const zoom = (factor) => () =>
    graph.zoom({ level: graph.zoom() * factor, renderedPosition: { x: graph.width() / 2, y: graph.height() / 2 } });
  bar.append(button("+", "Zoom in", zoom(1.4)), button("−", "Zoom out", zoom(1 / 1.4)));
  bar.append(button("⤢", "Show all", () => graph.fit(undefined, 24)));
  return bar;
}

function button(sign, name, act) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = sign;
  element.setAttribute("aria-label", name);
  element.addEventListener("click", act);
  return element;
}
