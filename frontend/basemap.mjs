// The base map: coasts and borders of one region as Natural Earth draws them, cut out of world-atlas.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { feature, mesh } from "topojson-client";

const BOX = { west: 36, south: 34, east: 56, north: 46 };
const require = createRequire(import.meta.url);

/** Lines and names of countries within the box, in degrees with three decimals. */
export function baseMap() {
  const file = require.resolve("world-atlas/countries-50m.json");
  const atlas = JSON.parse(readFileSync(file, "utf8"));
  const { version } = JSON.parse(readFileSync(require.resolve("world-atlas/package.json"), "utf8"));
  const { countries } = atlas.objects;
  return {
    source: `Natural Earth 4.1.0, 1:50 million, from world-atlas ${version}`,
    box: BOX,
    coasts: cut(mesh(atlas, countries, (one, other) => one === other)),
    borders: cut(mesh(atlas, countries, (one, other) => one !== other)),
    countries: feature(atlas, countries).features.map(named).filter(Boolean),
  };
}

/** Runs of points of each line that lie in the box, with one point outside at each end. */
function cut(lines) {
  return lines.coordinates.flatMap(runs).filter((run) => run.length > 1);
}

function runs(line) {
  const found = [[]];
  line.forEach((point, index) => {
    const near = [line[index - 1], point, line[index + 1]].some((each) => each && inside(each));
    if (near) found.at(-1).push(point.map(rounded));
    else if (found.at(-1).length) found.push([]);
  });
  return found;
}

function inside([x, y]) {
  return x > BOX.west && x < BOX.east && y > BOX.south && y < BOX.north;
}

function rounded(number) {
  return Math.round(number * 1000) / 1000;
}

/** The name of a country at the middle of the part of it that lies in the box. */
function named({ properties, geometry }) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  const parts = polygons.map(([ring]) => middle(clipped(ring)));
  const [largest] = parts.sort((one, other) => other.area - one.area);
  return largest?.area > 0.05 ? { name: properties.name, at: largest.at.map(rounded) } : undefined;
}

/** Sutherland and Hodgman: the ring within the box. */
function clipped(ring) {
  const sides = [
    [0, BOX.west, 1],
    [0, BOX.east, -1],
    [1, BOX.south, 1],
    [1, BOX.north, -1],
  ];
  return sides.reduce(clippedAt, ring);
}

function clippedAt(ring, [axis, limit, sign]) {
  return ring.flatMap((point, index) => {
    const before = ring.at(index - 1);
    const [is, was] = [point, before].map((each) => (each[axis] - limit) * sign >= 0);
    if (is === was) return is ? [point] : [];
    const share = (limit - before[axis]) / (point[axis] - before[axis]);
    const crossing = before.map((from, each) => from + share * (point[each] - from));
    return is ? [crossing, point] : [crossing];
  });
}

/** Area and centre of gravity of a ring. */
function middle(ring) {
  let [area, x, y] = [0, 0, 0];
  ring.forEach((point, index) => {
    const before = ring.at(index - 1);
    const cross = before[0] * point[1] - point[0] * before[1];
    area += cross / 2;
    x += ((before[0] + point[0]) * cross) / 6;
    y += ((before[1] + point[1]) * cross) / 6;
  });
  return { area: Math.abs(area), at: area ? [x / area, y / area] : [0, 0] };
}
