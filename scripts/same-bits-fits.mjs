// The fits that are compared between Node and a browser. Runs in both: the package and the texts of the data are handed in.
import { usePortableMath } from "./portable-math.mjs";

/** `data`: bundled data set. Few draws: one different bit early in a chain makes every later draw differ. */
const FITS = [
  { data: "sleepstudy", formula: "Reaction ~ Days + (Days | Subject)", options: {} },
  { data: "sleepstudy", formula: "Reaction ~ Days + (Days | Subject)", options: { strategy: "explicit" } },
  { data: "verbagg", formula: "r2 ~ Anger + btype + situ + (1 | id)", options: { family: "bernoulli" } },
];

export const dataSets = [...new Set(FITS.map(({ data }) => data))];

/**
 * Per fit its name, the names of its parameters, its draws, and the SHA-256 of their bytes. `functions` is native or portable;
 * `load` imports the package, which computes constants when it is loaded.
 */
export async function fitAll(load, texts, functions) {
  if (functions === "portable") usePortableMath();
  const { brm, readCsv } = await load();
  // The portable functions are those of this thread alone; how chains are spread never changes a draw.
  const threads = functions === "portable" ? { createWorker: "none" } : { cores: 2 };
  const results = [];
  for (const { data, formula, options } of FITS) {
    const run = { seed: 20, chains: 2, warmup: 100, draws: 50, maxTreedepth: 6, ...threads };
    const { draws, spec } = await brm(formula, readCsv(texts[data]), { ...options, ...run });
    results.push({
      name: `${formula}, ${spec.family.name}, ${spec.strategy}`,
      names: draws.names,
      values: Array.from(draws.values),
      hash: await sha256(draws.values),
    });
  }
  return results;
}

/** A hash per elementary function of the engine, over arguments that are exact numbers. */
export async function engineFunctions() {
  const names = ["exp", "log", "log1p", "expm1", "tanh", "sin", "cos", "tan", "atan", "hypot", "cbrt"];
  const hashes = {};
  for (const name of names) {
    const values = Float64Array.from({ length: 20_000 }, (_, i) => Math[name]((i + 1) / 4096, 0.75));
    hashes[name] = await sha256(values);
  }
  hashes["**"] = await sha256(Float64Array.from({ length: 20_000 }, (_, i) => ((i + 1) / 4096) ** -0.75));
  return hashes;
}

async function sha256(values) {
  const digest = await crypto.subtle.digest("SHA-256", values);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
