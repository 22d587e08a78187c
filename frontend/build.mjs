// Bundles what the pages load into server/static/vendor: `npm run build`, which `make setup` calls.
// Nothing is fetched here or by the bundles: packages come from the lock file, addresses from this host.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { baseMap } from "./basemap.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const vendor = fileURLToPath(new URL("../server/static/vendor/", import.meta.url));

rmSync(vendor, { recursive: true, force: true });
mkdirSync(vendor, { recursive: true });

await build({
  entryPoints: readdirSync(`${here}src`, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${here}src/${entry.name}`),
  outdir: vendor,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2020"],
  legalComments: "linked",
  logLevel: "warning",
  absWorkingDir: here,
  // Pictures of leaflet and the like become part of the style, as the policy allows (img-src data:).
  loader: { ".png": "dataurl", ".svg": "dataurl", ".gif": "dataurl" },
});

writeFileSync(`${vendor}basemap.json`, JSON.stringify(baseMap()));
