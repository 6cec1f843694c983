// Bundles the main entry and the worker for the browser, checks that nothing of Node is left in them, and fits a model with
// Web Workers in a headless Chromium where there is one.
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { builtinModules } from "node:module";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { findChromium, runInBrowser } from "./chromium.mjs";

const out = fileURLToPath(new URL("../.cache/browser/", import.meta.url));
const built = (name) => fileURLToPath(new URL(`../dist/${name}.js`, import.meta.url));

await bundleForBrowser();
checkBuiltins();
const chromium = findChromium();
if (chromium === undefined) console.log("browser run: skipped, there is no Chromium on this machine");
else await fitInBrowser(chromium);

async function bundleForBrowser() {
  rmSync(out, { recursive: true, force: true });
  const bundle = await rolldown({
    input: { index: built("index"), "worker-web": built("worker-web") },
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
}

function checkBuiltins() {
  const names = builtinModules.filter((name) => !name.startsWith("_")).join("|");
  const builtins = new RegExp(`(?:from\\s*|import\\s*\\(?\\s*|require\\s*\\(\\s*)["'](?:node:[\\w/]+|${names})["']`);
  for (const file of readdirSync(out)) {
    const found = builtins.exec(readFileSync(`${out}${file}`, "utf8"));
    if (found !== null) throw new Error(`${file} still imports Node: ${found[0]}`);
  }
  console.log(`browser bundle: ${readdirSync(out).length} files, no Node built-ins`);
}

async function fitInBrowser(command) {
  const script = `
    import { brm, summary } from "/index.js";
    let workers = 0;
    const Original = Worker;
    globalThis.Worker = class extends Original { constructor(...args) { super(...args); workers++; } };
    const x = Array.from({ length: 40 }, (_, i) => i / 10);
    const data = { x, g: x.map((_, i) => "g" + (i % 5)), y: x.map((v, i) => 1 + 2 * v + Math.sin(7 * i) + (i % 5) / 3) };
    let result;
    try {
      const fit = await brm("y ~ x + (1 | g)", data, { cores: 2, chains: 2, warmup: 500, draws: 500 });
      result = { workers, slope: summary(fit).rows.find(({ name }) => name === "b_x").mean };
    } catch (error) {
      result = { error: String(error) };
    }
    await fetch("/result", { method: "POST", body: JSON.stringify(result) });
  `;
  const read = (name) => (name.endsWith(".js") && existsSync(`${out}${name}`) ? readFileSync(`${out}${name}`) : undefined);
  const result = await runInBrowser(command, { script, read });
  // The data have slope 2; the posterior mean is within a few tenths of it whatever the seed.
  if (!(result.workers === 2 && Math.abs(result.slope - 2) < 0.5)) {
    throw new Error(`the fit in the browser failed: ${JSON.stringify(result)}`);
  }
  console.log(`browser run: ${result.workers} Web Workers, slope ${result.slope.toFixed(2)}`);
}
