/**
 * Microseconds per gradient of whole posteriors, rows passed over in JavaScript and in WebAssembly, in one run.
 *
 *     npm run bench:kernels -- [NAME…]
 */
import { readFileSync } from "node:fs";
import { buildModel, compileModel, prior, readCsv } from "nutmix";

type Model = readonly [
  formula: string,
  data: unknown,
  options: NonNullable<Parameters<typeof buildModel>[2]>,
];

const SECONDS = 0.4;
const ROUNDS = 5;

/** A sequence of numbers in (0, 1) that looks random enough (Weyl 1916 sequence, scrambled). */
function uniforms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let x = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
    return (((x ^ (x >>> 15)) >>> 0) + 0.5) / 4294967296;
  };
}

function simulated(family: string, rows: number, predictors: number, groups: number, sorted = false): Model {
  const uniform = uniforms(rows);
  const names = Array.from({ length: predictors }, (_, k) => `x${k + 1}`);
  const data: Record<string, unknown> = {};
  const eta = new Float64Array(rows);
  for (const name of names) {
    const slope = 0.4 * (uniform() - 0.5);
    const column = Array.from({ length: rows }, () => 3 * (uniform() - 0.5));
    data[name] = column;
    column.forEach((x, i) => {
      eta[i]! += slope * x;
    });
  }
  data.g = Array.from({ length: rows }, (_, i) =>
    String(Math.floor((sorted ? i / rows : uniform()) * groups)),
  );
  data.y = Array.from(eta, (value) => respond(family, value, uniform()));
  return [`y ~ ${names.join(" + ")} + (1 | g)`, data, { family, strategy: "explicit" }];
}

function respond(family: string, eta: number, u: number): number {
  const noise = Math.log(u / (1 - u));
  if (family === "bernoulli") return noise < eta ? 1 : 0;
  if (family === "poisson" || family === "negbinomial") return Math.floor(-Math.exp(0.7 + eta) * Math.log(u));
  if (family === "cumulative") return 1 + [-1, 0, 1, 2].filter((threshold) => eta + noise > threshold).length;
  if (family === "Gamma") return -Math.exp(eta) * Math.log(u);
  return eta + noise;
}

function verbagg(): Model {
  const folder = new URL("../../test/fixtures/posteriors/", import.meta.url);
  const model = JSON.parse(readFileSync(new URL("brms-verbagg.json", folder), "utf8"));
  const factors = Object.entries(model.factors as Record<string, string[]>);
  const columnTypes = Object.fromEntries(factors.map(([name, factor]) => [name, { factor }]));
  const data = readCsv(readFileSync(new URL("brms-verbagg.csv", folder), "utf8"), { columnTypes });
  const priors = (model.priors as { prior: string }[]).map(({ prior: text, ...where }) => prior(text, where));
  return [model.formula, data, { family: model.family, priors }];
}

const models: Record<string, () => Model> = {
  "verbagg 7584, crossed": verbagg,
  "bernoulli 100000 x 10, 500 groups": () => simulated("bernoulli", 100_000, 10, 500),
  "bernoulli 100000 x 10, 500 sorted": () => simulated("bernoulli", 100_000, 10, 500, true),
  "bernoulli 1000 x 10, 500 groups": () => simulated("bernoulli", 1000, 10, 500),
  "poisson 10000 x 3, 100 groups": () => simulated("poisson", 10_000, 3, 100),
  "negbinomial 10000 x 3": () => simulated("negbinomial", 10_000, 3, 100),
  "gaussian 10000 x 3, explicit": () => simulated("gaussian", 10_000, 3, 100),
  "student 10000 x 3": () => simulated("student", 10_000, 3, 100),
  "cumulative 10000 x 3": () => simulated("cumulative", 10_000, 3, 100),
  "Gamma 10000 x 3": () => simulated("Gamma", 10_000, 3, 100),
  "bernoulli 16 x 2": () => simulated("bernoulli", 16, 2, 5),
  "bernoulli 64 x 2": () => simulated("bernoulli", 64, 2, 5),
  "bernoulli 256 x 2": () => simulated("bernoulli", 256, 2, 5),
  "gaussian 64 x 2": () => simulated("gaussian", 64, 2, 5),
  "gaussian 256 x 2": () => simulated("gaussian", 256, 2, 5),
};

/** A function that runs gradients for `seconds` and returns microseconds per gradient. */
function timer([formula, data, options]: Model, backend: "js" | "wasm"): (seconds: number) => number {
  const { density, start } = compileModel(buildModel(formula, data, { ...options, backend }));
  const uniform = uniforms(5);
  const q = Float64Array.from(
    { length: density.dimension },
    (_, i) => (start?.[i] ?? 0) + 0.4 * (uniform() - 0.5),
  );
  const gradient = new Float64Array(q.length);
  return (seconds) => {
    const until = performance.now() + 1000 * seconds;
    const began = performance.now();
    let runs = 0;
    do {
      for (let k = 0; k < 10; k++) density.evaluate(q, gradient);
      runs += 10;
    } while (performance.now() < until);
    return (1000 * (performance.now() - began)) / runs;
  };
}

const asked = process.argv.slice(2);
for (const [name, make] of Object.entries(models)) {
  if (asked.length > 0 && !asked.some((part) => name.includes(part))) continue;
  const model = make();
  const timers = { js: timer(model, "js"), wasm: timer(model, "wasm") };
  const best = { js: Infinity, wasm: Infinity };
  // In turns, so that a busy machine slows both; the first round only warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const backend of ["js", "wasm"] as const) {
      const time = timers[backend](SECONDS);
      if (round > 0) best[backend] = Math.min(best[backend], time);
    }
  }
  console.log(
    `${name.padEnd(36)} js ${best.js.toFixed(1).padStart(9)} µs   wasm ${best.wasm.toFixed(1).padStart(9)} µs   ${(best.js / best.wasm).toFixed(2)} times`,
  );
}
