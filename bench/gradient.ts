/**
 * Microseconds per gradient and nanoseconds per row: every reference model, every family, and models of the shapes of the limit, rows
 * passed over in JavaScript and in WebAssembly, in one run.
 *
 *     npm run bench:gradient -- [NAME…]
 *
 * Where g++ is there and LIMIT names a C++ file that prints hand-written gradients of these shapes, what it prints comes last.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildModel, compileModel } from "nutmix";
import { caseNames, loadCase } from "./cases.ts";
import { shapes } from "./shapes.ts";

type Options = NonNullable<Parameters<typeof buildModel>[2]>;
export type GradientModel = readonly [formula: string, data: unknown, options: Options];

const SECONDS = 0.15;
const ROUNDS = 3;

const models: Record<string, () => GradientModel> = {
  ...Object.fromEntries(
    caseNames().map((name) => [
      name,
      (): GradientModel => {
        const { formula, data, options } = loadCase(name);
        return [formula, data, { ...options, strategy: "explicit", likelihood: "rows" } as Options];
      },
    ]),
  ),
  ...shapes,
};

/** Random-looking numbers in (0, 1) (Weyl sequence, scrambled). */
function uniforms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let x = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
    return (((x ^ (x >>> 15)) >>> 0) + 0.5) / 4294967296;
  };
}

interface Timer {
  readonly rows: number;
  readonly dimension: number;
  /** Microseconds per gradient in a run of so many seconds. */
  run(seconds: number): number;
}

function timer([formula, data, options]: GradientModel, backend: "js" | "auto"): Timer {
  const spec = buildModel(formula, data, { ...options, backend });
  const { density, start } = compileModel(spec);
  const uniform = uniforms(5);
  const q = Float64Array.from(
    { length: density.dimension },
    (_, i) => (start?.[i] ?? 0) + 0.4 * (uniform() - 0.5),
  );
  const gradient = new Float64Array(q.length);
  return {
    rows: spec.design.nobs,
    dimension: density.dimension,
    run(seconds) {
      const until = performance.now() + 1000 * seconds;
      // The shortest of many batches of a millisecond or so: what a busy machine does between them does not count.
      let batch = 1;
      let best = Infinity;
      for (let now = performance.now(); now < until; ) {
        for (let k = 0; k < batch; k++) density.evaluate(q, gradient);
        const end = performance.now();
        best = Math.min(best, (1000 * (end - now)) / batch);
        if (end - now < 1) batch *= 2;
        now = end;
      }
      return best;
    },
  };
}

const asked = process.argv.slice(2);
console.log(`${"model".padEnd(44)}   rows   dim        js µs      wasm µs  wasm ns/row`);
for (const [name, make] of Object.entries(models)) {
  if (asked.length > 0 && !asked.some((part) => name.includes(part))) continue;
  const model = make();
  const timers = { js: timer(model, "js"), auto: timer(model, "auto") };
  const best = { js: Infinity, auto: Infinity };
  // In turns, so that a busy machine slows both; the first round only warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const backend of ["js", "auto"] as const) {
      const time = timers[backend].run(SECONDS);
      if (round > 0) best[backend] = Math.min(best[backend], time);
    }
  }
  const { rows, dimension } = timers.js;
  const figures = [best.js.toFixed(1).padStart(12), best.auto.toFixed(1).padStart(12)];
  console.log(
    `${name.padEnd(44)} ${String(rows).padStart(6)} ${String(dimension).padStart(5)} ${figures.join(" ")} ${((1000 * best.auto) / rows).toFixed(1).padStart(12)}`,
  );
}

const { LIMIT } = process.env;
if (LIMIT !== undefined) {
  const program = join(mkdtempSync(join(tmpdir(), "limit-")), "limit");
  execFileSync("g++", ["-O3", "-march=native", "-ffast-math", LIMIT, "-o", program, "-lmvec", "-lm"]);
  console.log(`\nhand-written C++:\n${execFileSync(program, { encoding: "utf8" })}`);
}
