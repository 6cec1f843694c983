/**
 * Sampling benchmark: default runs (4 chains of 1000 + 1000) of reference models, beside what compiled Stan needed.
 *
 *     npm run bench -- [CASE…] [--json FILE] [--compare FILE]
 *
 * Seconds depend on the machine; effective samples per 1000 gradient evaluations do not. The calibration line times a
 * fixed floating-point loop, so that runs on different machines can be related.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { brm, type Fit, prior, readCsv, summarise } from "nutmix";

interface Case {
  readonly formula: string;
  readonly family: string;
  readonly link: string;
  readonly factors: Record<string, string[]>;
  readonly priors: { prior: string; class: string; coef: string; group: string; dpar: string }[];
  readonly stan: { leapfrogs: number; minEssBulk: number };
}

interface Measured {
  readonly case: string;
  readonly rows: number;
  readonly compileMs: number;
  readonly wallS: number;
  readonly chainS: number;
  readonly gradients: number;
  readonly gradientMicroseconds: number;
  readonly minEss: number;
  readonly essPerSecond: number;
  readonly essPer1000Gradients: number;
  readonly ofStan: number;
  readonly divergences: number;
}

const defaults = ["cbpp", "epilepsy", "inhaler", "radon_mn", "sleepstudy", "verbagg"];
const folder = new URL("../../test/fixtures/posteriors/", import.meta.url);
const { names, json, compare } = readArguments(process.argv.slice(2));

console.log(`calibration: ${calibrate().toFixed(0)} ms`);
const results: Measured[] = [];
for (const name of names) {
  const measured = await measure(name);
  results.push(measured);
  console.table([measured]);
}
console.table(results);
if (compare !== undefined) printRatios(JSON.parse(readFileSync(compare, "utf8")) as Measured[]);
if (json !== undefined) writeFileSync(json, `${JSON.stringify(results, null, 2)}\n`);

async function measure(name: string): Promise<Measured> {
  const model = JSON.parse(readFileSync(new URL(`brms-${name}.json`, folder), "utf8")) as Case;
  const columnTypes = Object.fromEntries(Object.entries(model.factors).map(([k, factor]) => [k, { factor }]));
  const data = readCsv(readFileSync(new URL(`brms-${name}.csv`, folder), "utf8"), { columnTypes });
  const priors = model.priors.map(({ prior: text, ...where }) => prior(text, where));
  const fit = await brm(model.formula, data, { family: model.family, link: model.link, priors, seed: 1 });
  return digest(name, model, fit);
}

function digest(name: string, model: Case, fit: Fit): Measured {
  const gradients = sum(fit.adaptation.map((chain) => chain.warmupLeapfrogs + chain.samplingLeapfrogs));
  const chainS = sum([...fit.timing.warmupMs, ...fit.timing.samplingMs]) / 1000;
  const main = summarise(fit.draws).filter((row) => !row.name.startsWith("r_"));
  const minEss = Math.min(...main.map((row) => row.essBulk).filter(Number.isFinite));
  const stanPer1000 = (1000 * model.stan.minEssBulk) / model.stan.leapfrogs;
  return {
    case: name,
    rows: fit.spec.design.nobs,
    compileMs: round(fit.timing.compileMs),
    wallS: round(fit.timing.wallMs / 1000),
    chainS: round(chainS),
    gradients,
    gradientMicroseconds: round((1e6 * chainS) / gradients),
    minEss: round(minEss),
    essPerSecond: round((1000 * minEss) / fit.timing.wallMs),
    essPer1000Gradients: round((1000 * minEss) / gradients),
    ofStan: round((1000 * minEss) / gradients / stanPer1000),
    divergences: fit.draws.statistics.divergent.reduce((a, b) => a + b, 0),
  };
}

function printRatios(before: readonly Measured[]): void {
  console.table(
    results.flatMap((now) => {
      const then = before.find((row) => row.case === now.case);
      if (then === undefined) return [];
      return [
        {
          case: now.case,
          essPerSecond: round(now.essPerSecond / then.essPerSecond),
          essPer1000Gradients: round(now.essPer1000Gradients / then.essPer1000Gradients),
          gradientMicroseconds: round(now.gradientMicroseconds / then.gradientMicroseconds),
        },
      ];
    }),
  );
}

/** Milliseconds of a fixed loop of exponentials and products. */
function calibrate(): number {
  const started = performance.now();
  const x = new Float64Array(10_000);
  for (let pass = 0; pass < 1000; pass++) {
    for (let i = 0; i < x.length; i++) x[i] = Math.exp(-x[i]!) * 0.5 + i * 1e-9;
  }
  return performance.now() - started;
}

function readArguments(args: readonly string[]): { names: string[]; json?: string; compare?: string } {
  const chosen: string[] = [];
  const options: { json?: string; compare?: string } = {};
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--json") options.json = args[++i]!;
    else if (args[i] === "--compare") options.compare = args[++i]!;
    else chosen.push(args[i]!);
  }
  return { names: chosen.length === 0 ? defaults : chosen, ...options };
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
