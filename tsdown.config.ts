import { defineConfig } from "tsdown";

/** Packages of which the bundle holds the parts that are used. */
const bundled = [/^@stdlib\//, /^ml-/, "is-any-array"];

export default defineConfig({
  entry: {
    index: "src/index.ts",
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
  inputOptions: { resolve: { mainFields: ["module", "main"] } },
});
