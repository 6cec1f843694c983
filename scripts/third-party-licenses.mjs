// Writes THIRD-PARTY-LICENSES.txt: the notices of the code that is bundled into dist/.
import { readFileSync, writeFileSync } from "node:fs";

const bundled = [
  "@stdlib/math",
  "@stdlib/random",
  "@stdlib/stats",
  "ml-matrix",
  "ml-array-max",
  "ml-array-min",
  "ml-array-rescale",
  "is-any-array",
  "vega",
  "vega-lite",
  "d3-array",
  "d3-color",
  "d3-delaunay",
  "d3-dispatch",
  "d3-dsv",
  "d3-force",
  "d3-format",
  "d3-geo",
  "d3-geo-projection",
  "d3-hierarchy",
  "d3-interpolate",
  "d3-path",
  "d3-quadtree",
  "d3-scale",
  "d3-scale-chromatic",
  "d3-shape",
  "d3-time",
  "d3-time-format",
  "d3-timer",
  "delaunator",
  "internmap",
  "robust-predicates",
  "topojson-client",
];
const notices = bundled.map((name) => {
  const folder = new URL(`../node_modules/${name}/`, import.meta.url);
  const { version, license } = JSON.parse(readFileSync(new URL("package.json", folder), "utf8"));
  const read = (file) => {
    try {
      return readFileSync(new URL(file, folder), "utf8").trim();
    } catch {
      return "";
    }
  };
  return [`${name} ${version} (${license})`, read("NOTICE"), read("LICENSE")].filter(Boolean).join("\n\n");
});
writeFileSync(
  new URL("../THIRD-PARTY-LICENSES.txt", import.meta.url),
  `dist/ contains parts of these packages.\n\n${notices.join(`\n\n${"=".repeat(80)}\n\n`)}\n`,
);
