import { fileURLToPath } from "node:url";
import { defineConfig } from "tsdown";

/** Bundles the benchmark; the package itself is imported by its own name, as built in dist/. */
export default defineConfig({
  entry: {
    sampling: fileURLToPath(new URL("./sampling.ts", import.meta.url)),
    gradient: fileURLToPath(new URL("./gradient.ts", import.meta.url)),
    "fit-task": fileURLToPath(new URL("./fit-task.ts", import.meta.url)),
    reml: fileURLToPath(new URL("./reml.ts", import.meta.url)),
  },
  outDir: fileURLToPath(new URL("../.cache/bench", import.meta.url)),
  format: "esm",
  fixedExtension: false,
  dts: false,
  tsconfig: false,
  external: ["nutmix"],
  // Of the generator the benchmark uses the sources.
  noExternal: [/^@stdlib\//],
  inlineOnly: false,
});
