// Bundles the main entry for the browser and checks that nothing of Node is left in it.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { builtinModules } from "node:module";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const out = fileURLToPath(new URL("../.cache/browser/", import.meta.url));
rmSync(out, { recursive: true, force: true });
const bundle = await rolldown({
  input: fileURLToPath(new URL("../dist/index.js", import.meta.url)),
  platform: "browser",
  tsconfig: false,
  resolve: { conditionNames: ["browser", "import", "default"] },
  onLog(level, log, print) {
    if (log.code === "UNRESOLVED_IMPORT") throw new Error(log.message);
    print(level, log);
  },
});
await bundle.write({ dir: out, format: "esm" });
await bundle.close();

const builtins = new RegExp(`(?:from\\s*|import\\s*\\(?\\s*|require\\s*\\(\\s*)["'](?:node:[\\w/]+|${builtinModules.filter((name) => !name.startsWith("_")).join("|")})["']`);
for (const file of readdirSync(out)) {
  const found = builtins.exec(readFileSync(`${out}${file}`, "utf8"));
  if (found !== null) throw new Error(`${file} still imports Node: ${found[0]}`);
}
console.log(`browser bundle: ${readdirSync(out).length} files, no Node built-ins`);
