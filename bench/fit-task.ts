/** One fit in a process of its own, whose peak memory is then that of the fit: a task on the command line, figures out. */
import { brm, type Fit, summarise } from "nutmix";
import { loadCase } from "./cases.ts";
import type { MeasuredInside } from "./measured.ts";
import { simulate } from "./simulate.ts";
import type { Task } from "./task.ts";

const task = JSON.parse(process.argv[2]!) as Task;
const { formula, data, options } = task.kind === "fixture" ? loadCase(task.name) : simulate(task);
const fit = await brm(formula, data, { ...options, seed: task.seed, cores: task.cores });
process.stdout.write(JSON.stringify(measure(fit, Math.min(task.cores, fit.settings.chains))));

function measure(fit: Fit, cores: number): MeasuredInside {
  const rows = summarise(fit.draws);
  const main = rows.filter(({ name }) => !name.startsWith("r_"));
  const gradients = sum(fit.adaptation.map((chain) => chain.warmupLeapfrogs + chain.samplingLeapfrogs));
  const warmupS = sum(fit.timing.warmupMs) / 1000;
  const samplingS = sum(fit.timing.samplingMs) / 1000;
  const essBulk = least(main.map((row) => row.essBulk));
  return {
    rows: fit.spec.design.nobs,
    strategy: fit.spec.strategy,
    cores,
    compileMs: fit.timing.compileMs,
    warmupS: warmupS / cores,
    samplingS: samplingS / cores,
    gradients,
    gradientsPerS: gradients / (warmupS + samplingS),
    essBulk,
    essTail: least(main.map((row) => row.essTail)),
    essBulkAll: least(rows.map((row) => row.essBulk)),
    essTailAll: least(rows.map((row) => row.essTail)),
    essPerS: (essBulk * cores) / (warmupS + samplingS),
    essPer1000Gradients: (1000 * essBulk) / gradients,
    // Kilobytes, threads included.
    peakMb: process.resourceUsage().maxRSS / 1024,
    divergences: sum(fit.draws.statistics.divergent),
  };
}

/** Constant parameters have no effective sample size. */
function least(values: readonly number[]): number {
  return values.filter(Number.isFinite).reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
