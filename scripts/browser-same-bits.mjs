// Seeded fits in Node and in a headless Chromium, where there is one: their draws must have the same bits. Workers come from the
// bundle that browser-bundle.mjs wrote.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findChromium, runInBrowser } from "./chromium.mjs";
import { dataSets, fitAll } from "./same-bits-fits.mjs";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const chromium = findChromium();
if (chromium === undefined) {
  console.log("same bits in a browser: skipped, there is no Chromium on this machine");
  process.exit(0);
}

const texts = Object.fromEntries(
  dataSets.map((name) => [name, readFileSync(path(`../examples/${name}/data.csv`), "utf8")]),
);
const script = `
  import { fitAll } from "/fits.mjs";
  const texts = ${JSON.stringify(texts).replaceAll("<", "\\u003c")};
  let result;
  try {
    result = { fits: await fitAll(await import("/package/index.js"), texts) };
  } catch (error) {
    result = { error: String(error) };
  }
  await fetch("/result", { method: "POST", body: JSON.stringify(result) });`;
const browser = await runInBrowser(chromium, { script, read, timeoutMs: 180_000 });
if (browser.error !== undefined) throw new Error(`a fit in the browser failed: ${browser.error}`);

const here = await fitAll(await import("../dist/index.js"), texts);
let difference;
here.forEach((fit, k) => {
  const there = browser.fits[k];
  console.log(`${fit.name}\n  Node     ${fit.hash}\n  Chromium ${there.hash}`);
  if (fit.hash !== there.hash) difference ??= `${fit.name}: ${firstDifference(fit, there)}`;
});
if (difference !== undefined) throw new Error(difference);
console.log(`same bits in a browser: all ${here.length} fits`);

function read(name) {
  const file = name === "fits.mjs" ? path("./same-bits-fits.mjs") : path(`../.cache/browser/${name.slice(8)}`);
  return /\.m?js$/.test(name) && existsSync(file) ? readFileSync(file) : undefined;
}

function firstDifference(fit, there) {
  const at = fit.values.findIndex((value, i) => !Object.is(value, there.values[i]));
  const [draw, name] = [Math.floor(at / fit.names.length), fit.names[at % fit.names.length]];
  return `the draws differ, first in draw ${draw + 1}, ${name}: ${fit.values[at]} in Node, ${there.values[at]} in the browser`;
}
