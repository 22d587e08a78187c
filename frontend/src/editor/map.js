// Places as a map: WKT in the rows, or the geometries of places that they name, on the base map of this site.
import L from "leaflet";
import { irisOf, labelsOf, pageOf, plugin, rowsOf, select, shown } from "./terms.js";

const GEO = "http://www.opengis.net/ont/geosparql#";

export function map(known) {
  const isPlace = (term) => term?.type === "uri" && term.value.startsWith(`${known.base}id/place/`);
  const fits = (row) => Object.values(row).some((term) => isWkt(term) || isPlace(term));
  return plugin("Map", 9, (yasr) => rowsOf(yasr).some(fits), async (yasr, target) => {
    const features = await featuresOf(known, rowsOf(yasr), isPlace);
    if (!features.length) {
      target.textContent = "None of these places has a position.";
      return;
    }
    target.classList.add("map-moving");
    const canvas = L.map(target, { attributionControl: false, minZoom: 3, maxZoom: 12 });
    await drawBase(canvas, known.basemap);
    const layer = L.geoJSON(features, { pointToLayer: (_, at) => L.circleMarker(at, { radius: 5 }), onEachFeature: named });
    canvas.fitBounds(layer.addTo(canvas).getBounds().pad(0.3), { maxZoom: 9 });
  });
}

function isWkt(term) {
  return term?.datatype === `${GEO}wktLiteral`;
}

async function featuresOf(known, rows, isPlace) {
  const places = [...new Set(irisOf(rows).filter((iri) => isPlace({ type: "uri", value: iri })))].slice(0, 200);
  const labels = await labelsOf(known, places);
  const values = places.map((iri) => `<${iri}>`).join(" ");
  const found = places.length
    ? await select(known, `SELECT ?place ?wkt WHERE { VALUES ?place { ${values} } ?place <${GEO}hasGeometry>/<${GEO}asWKT> ?wkt }`)
    : [];
  const given = rows.flatMap((row) => Object.values(row).filter(isWkt).map((wkt) => ({ wkt, words: row })));
  const own = given.filter(({ words }) => !Object.values(words).some(isPlace));
  return [
    ...found.map(({ place, wkt }) => feature(wkt.value, shown(known, labels, place), pageOf(known, place.value))),
    ...own.map(({ wkt, words }) => feature(wkt.value, firstWords(known, words))),
  ].filter((each) => each.geometry);
}

function firstWords(known, row) {
  const term = Object.values(row).find((each) => !isWkt(each));
  return shown(known, new Map(), term);
}

function feature(text, words) {
  return { type: "Feature", geometry: geometry(text), properties: { words } };
}

function named({ properties }, layer) {
  if (!(properties.words instanceof Node)) return;
  layer.bindTooltip(properties.words.cloneNode(true), { className: "map-label" });
  layer.bindPopup(properties.words);
}

/** WKT as GeoJSON; undefined for what is neither a point, a line nor an area. */
function geometry(text) {
  const names = { point: "Point", linestring: "LineString", polygon: "Polygon", multipolygon: "MultiPolygon" };
  const [, kind, body] = /^(?:<[^>]*>)?\s*([a-z]+)\s*(\(.*\))\s*$/is.exec(text) ?? [];
  const type = names[kind?.toLowerCase()];
  if (!type) return undefined;
  const pairs = body.replace(/([-+.\deE]+)\s+([-+.\deE]+)/g, "[$1,$2]");
  try {
    const coordinates = JSON.parse(pairs.replaceAll("(", "[").replaceAll(")", "]"));
    return { type, coordinates: type === "Point" ? coordinates[0] : coordinates };
  } catch {
    return undefined;
  }
}

async function drawBase(canvas, address) {
  const response = await fetch(address);
  if (!response.ok) return;
  const base = await response.json();
  for (const [className, lines] of [["map-coast", base.coasts], ["map-border", base.borders]]) {
    L.polyline(lines.map((line) => line.map(([x, y]) => [y, x])), { className, interactive: false }).addTo(canvas);
  }
}
