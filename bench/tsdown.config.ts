import { defineConfig } from "tsdown";

/** Bundles the benchmark; the package itself is imported by its own name, as built in dist/. */
export default defineConfig({
  entry: { sampling: "bench/sampling.ts" },
  outDir: ".cache/bench",
  format: "esm",
  fixedExtension: false,
  dts: false,
  tsconfig: false,
  external: ["nutmix"],
});
