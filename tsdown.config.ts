import { resolve } from "node:path";
import { defineConfig } from "tsdown";

/** Packages of which the bundle holds the parts that are used. */
const bundled = [
  /^@stdlib\//,
  /^ml-/,
  "is-any-array",
  /^vega/,
  /^d3-/,
  "internmap",
  "topojson-client",
  "json-stringify-pretty-compact",
  "delaunator",
  "robust-predicates",
  "semver",
  "tslib",
];

export default defineConfig({
  entry: {
    index: "src/index.ts",
    "index-node": "src/index-node.ts",
    cli: "src/cli/main.ts",
    "spawn-node": "src/parallel/spawn-node.ts",
    "spawn-web": "src/parallel/spawn-web.ts",
    "worker-node": "src/parallel/worker-node.ts",
    "worker-web": "src/parallel/worker-web.ts",
  },
  format: "esm",
  platform: "neutral",
  target: "es2022",
  fixedExtension: false,
  dts: true,
  clean: true,
  external: ["#spawn", /^node:/],
  // Mathematics is tree-shaken into the bundle: installed as it is, @stdlib alone weighs hundreds of megabytes.
  noExternal: bundled,
  inlineOnly: bundled,
  failOnWarn: false,
  inputOptions: {
    resolve: {
      mainFields: ["module", "main"],
      // Vega's own choice for browsers: charts are drawn as text, so neither files nor a canvas are needed.
      alias: {
        "vega-loader": resolve("node_modules/vega-loader/build/vega-loader.browser.module.js"),
        "vega-canvas": resolve("node_modules/vega-canvas/build/vega-canvas.browser.module.js"),
      },
    },
  },
});
