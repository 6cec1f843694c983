// Seeded fits in Node and in a headless Chromium, where there is one: the draws must have the same bits whenever the elementary
// functions of the two engines have, and always with functions that are the same in both. Workers come from the bundle that
// browser-bundle.mjs wrote.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import { findChromium, runInBrowser } from "./chromium.mjs";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const chromium = findChromium();
if (chromium === undefined) {
  console.log("same bits in a browser: skipped, there is no Chromium on this machine");
  process.exit(0);
}

const out = path("../.cache/same-bits/");
await bundle(path("../dist/index.js"), "index.js");
const fits = await bundle(path("./same-bits-fits.mjs"), "fits.js");
const { dataSets, engineFunctions, fitAll } = await import(pathToFileURL(fits).href);
const texts = Object.fromEntries(
  dataSets.map((name) => [name, readFileSync(path(`../examples/${name}/data.csv`), "utf8")]),
);
const native = await bothSides("native", "../dist/index.js");
// Another copy of the package, loaded when the portable functions are in place.
const portable = await bothSides("portable", `${out}index.js`);
const differing = Object.keys(native.node.engine).filter(
  (name) => native.node.engine[name] !== native.browser.engine[name],
);

const sameNative = compare("the engine's functions", native);
const samePortable = compare("portable functions", portable);
if (samePortable !== undefined) throw new Error(samePortable);
if (sameNative !== undefined && differing.length === 0) throw new Error(sameNative);
console.log(
  differing.length === 0
    ? "same bits in a browser: all fits"
    : `same bits in a browser: all fits with portable functions; of the two engines ${differing.join(", ")} differ in last bits`,
);

/** One file for both sides; in ES2015 a power is a call of Math.pow, which can be replaced as an operator cannot. */
async function bundle(input, name) {
  const resolve = { conditionNames: ["browser", "import", "default"] };
  const made = await rolldown({
    input,
    platform: "browser",
    tsconfig: false,
    resolve,
    transform: { target: "es2015" },
    logLevel: "silent",
  });
  const file = `${out}${name}`;
  await made.write({ file, format: "esm", codeSplitting: false });
  await made.close();
  return file;
}

/** The results of Node, with the package at `file`, and of the browser. */
async function bothSides(functions, file) {
  const script = `
    import { engineFunctions, fitAll } from "/fits.js";
    const texts = ${JSON.stringify(texts).replaceAll("<", "\\u003c")};
    let result;
    try {
      const engine = await engineFunctions();
      result = { engine, fits: await fitAll(() => import("/${functions}/index.js"), texts, "${functions}") };
    } catch (error) {
      result = { error: String(error) };
    }
    await fetch("/result", { method: "POST", body: JSON.stringify(result) });`;
  const browser = await runInBrowser(chromium, { script, read, timeoutMs: 180_000 });
  if (browser.error !== undefined) throw new Error(`a fit in the browser failed: ${browser.error}`);
  const engine = await engineFunctions();
  return { browser, node: { engine, fits: await fitAll(() => import(file), texts, functions) } };
}

/** /native/ is the bundle of browser-bundle.mjs with its workers. */
function read(name) {
  const file = name.startsWith("native/") ? path(`../.cache/browser/${name.slice(7)}`) : `${out}${name.replace("portable/", "")}`;
  return name.endsWith(".js") && existsSync(file) ? readFileSync(file) : undefined;
}

/** Prints both hashes of every fit; the first difference in words, or undefined. */
function compare(functions, { node, browser }) {
  let difference;
  node.fits.forEach((fit, k) => {
    const other = browser.fits[k];
    console.log(`${fit.name}, ${functions}\n  Node     ${fit.hash}\n  Chromium ${other.hash}`);
    if (fit.hash !== other.hash) difference ??= `${fit.name}, ${functions}: ${firstDifference(fit, other)}`;
  });
  return difference;
}

function firstDifference(here, there) {
  const at = here.values.findIndex((value, i) => !Object.is(value, there.values[i]));
  const [draw, name] = [Math.floor(at / here.names.length), here.names[at % here.names.length]];
  return `the draws differ, first in draw ${draw + 1}, ${name}: ${here.values[at]} in Node, ${there.values[at]} in the browser`;
}
