// The map that moves: the features of /map.geojson on a base map from this host, in the place of the drawing.
import L from "leaflet";
import "leaflet/dist/leaflet.css";

const STATES = {
  certainly: { weight: 2, fillOpacity: 0.28 },
  possibly: { weight: 2, fillOpacity: 0.1, dashArray: "6 5" },
  none: { weight: 1.5, fillOpacity: 0.04 },
};

const SHIFTS = [0, -0.5, 0.5, -1, 1, -1.5, 1.5, -2, 2, -3, 3];

const OFFSETS = { right: [4, 0], left: [-4, 0], top: [0, -4], bottom: [0, 4] };

function begin() {
  const figure = document.querySelector("[data-map]");
  if (figure) start(figure);
}

begin();
document.addEventListener("live", begin);

async function start(figure) {
  const [shown, base] = await Promise.all([figure.dataset.map, figure.dataset.base].map(json));
  const target = figure.querySelector(".map-moving");
  target.hidden = false;
  const map = L.map(target, { minZoom: 5, maxZoom: 12, zoomSnap: 0.25, attributionControl: false, keyboard: true });
  drawBase(map, base);
  const layer = L.geoJSON(shown, { style, pointToLayer, onEachFeature: describe }).addTo(map);
  const bounds = layer.getBounds();
  map.fitBounds(framed(figure) ?? (bounds.isValid() ? bounds.pad(map.getSize().x < 500 ? 0.02 : 0.2) : [[38.4, 44.5], [41.3, 48.5]]));
  L.control.scale({ imperial: false }).addTo(map);
  map.on("zoomend moveend resize", () => arrange(map));
  arrange(map);
}

/** Put each name where it is whole and on no other; one that fits nowhere is seen when its point is pointed at. */
function arrange(map) {
  const frame = map.getContainer().getBoundingClientRect();
  const taken = [];
  map.eachLayer((layer) => {
    const name = layer.getTooltip?.();
    if (!name?.options.permanent || !name.getElement()) return;
    const sides = ["right", "left", "top", "bottom"];
    const fits = sides.some((side) => placed(name, side, frame, taken));
    name.getElement().classList.toggle("map-crowded", !fits);
  });
  for (const country of map.getContainer().querySelectorAll(".map-country span")) {
    const fits = SHIFTS.some((lines) => shifted(country, lines, taken));
    country.classList.toggle("map-crowded", !fits);
  }
}

/** Move the name of a country by so many lines, so that it is not left out where that of its neighbour stands. */
function shifted(country, lines, taken) {
  country.style.translate = `0 ${lines * country.offsetHeight}px`;
  const box = country.getBoundingClientRect();
  if (taken.some((other) => meet(box, other))) return false;
  taken.push(box);
  return true;
}

function placed(name, side, frame, taken) {
  name.options.direction = side;
  name.options.offset = L.point(OFFSETS[side]);
  name.update();
  const box = name.getElement().getBoundingClientRect();
  const whole = box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;
  if (!whole || taken.some((other) => meet(box, other))) return false;
  taken.push(box);
  return true;
}

function meet(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

/** South-west and north-east of what the page is asked to show, if it is asked for one place. */
function framed(figure) {
  return figure.dataset.frame && JSON.parse(figure.dataset.frame).map(([x, y]) => [y, x]);
}

async function json(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.json();
}

function drawBase(map, base) {
  const lines = (name, parts) =>
    L.polyline(parts.map((line) => line.map(([x, y]) => [y, x])), { className: name, interactive: false }).addTo(map);
  lines("map-coast", base.coasts);
  lines("map-border", base.borders);
  for (const { name, at } of base.countries) {
    const icon = L.divIcon({ className: "map-country", html: text(name), iconSize: [0, 0] });
    L.marker([at[1], at[0]], { icon, interactive: false, keyboard: false }).addTo(map);
  }
}

function style(feature) {
  return { className: "map-area", ...STATES[feature.properties.state ?? "none"] };
}

function pointToLayer(feature, at) {
  return L.circleMarker(at, { radius: 5, className: "map-point" });
}

/** Names beside the point, what is known of the day in a pop-up; text only, never markup out of data. */
function describe(feature, layer) {
  const { label, page, lines } = feature.properties;
  const isPoint = feature.geometry.type === "Point";
  layer.bindTooltip(text(label), { permanent: isPoint, direction: "right", className: "map-label", offset: OFFSETS.right });
  if (isPoint) layer.on("mouseover mouseout", ({ type }) => layer.getTooltip().getElement()?.classList.toggle("map-pointed", type === "mouseover"));
  const body = document.createElement("div");
  const link = document.createElement("a");
  if (page) link.href = page;
  link.append(text(label));
  body.append(link, ...lines.map(paragraph));
  layer.bindPopup(body);
}

function paragraph(line) {
  const element = document.createElement("p");
  element.textContent = line;
  return element;
}

function text(value) {
  const element = document.createElement("span");
  element.dir = "auto";
  element.textContent = value;
  return element;
}
