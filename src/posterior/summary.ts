import { argsort, permuted } from "../diagnostics/argsort.ts";
import { convergence } from "../diagnostics/convergence.ts";
import { mcseMean, mcseSd } from "../diagnostics/mcse.ts";
import { createWorkspace, type DiagnosticsWorkspace } from "../diagnostics/workspace.ts";
import { type ChainSeries, chainSeries, type Draws } from "../draws/draws.ts";
import { type ParameterSelection, selectParameters } from "../draws/select.ts";
import { mean, sd } from "../numeric/moments.ts";
import { madSorted, medianSorted, quantileSorted } from "../numeric/quantile.ts";
import { anything, checkOptions, type OptionTable } from "../options.ts";

/**
 * What is reported of one parameter. Quantiles are of type 7, `sd` has n − 1, `mad` is 1.4826 × the median absolute
 * deviation. R-hat, ESS and MCSE are NaN (null in JSON) for constant parameters; everything is NaN when a draw is NaN.
 */
export interface SummaryRow {
  readonly name: string;
  readonly mean: number;
  readonly sd: number;
  readonly median: number;
  readonly mad: number;
  readonly "q2.5": number;
  readonly q5: number;
  readonly q95: number;
  readonly "q97.5": number;
  readonly rhat: number;
  readonly essBulk: number;
  readonly essTail: number;
  readonly mcseMean: number;
  readonly mcseSd: number;
}

export interface SummaryOptions {
  /** Default: every parameter, group-level effects included. */
  readonly parameters?: ParameterSelection;
}

const summariseOptions = { parameters: anything } satisfies OptionTable<SummaryOptions>;

/**
 * One row per parameter, all chains together.
 *
 * @throws {NutmixError} when `options.parameters` names a parameter that does not exist.
 */
export function summarise(draws: Draws, options: SummaryOptions = {}): SummaryRow[] {
  options = checkOptions("summarise()", summariseOptions, options);
  if (options.parameters === undefined) {
    const known = summarised.get(draws);
    if (known !== undefined) return [...known];
  }
  const chosen =
    options.parameters === undefined
      ? draws.names.map((_, i) => i)
      : selectParameters(draws.names, options.parameters);
  const workspace = createWorkspace(draws);
  const rows = chosen.map((i) => summariseSeries(draws.names[i]!, chainSeries(draws, i), workspace));
  if (options.parameters === undefined) summarised.set(draws, rows);
  return [...rows];
}

/** Draws never change, and their whole summary is asked for by tables, reports, comparisons and verdicts alike. */
const summarised = new WeakMap<Draws, readonly SummaryRow[]>();

/** The row of one quantity, for instance a function of the draws. */
export function summariseSeries(
  name: string,
  x: ChainSeries,
  workspace: DiagnosticsWorkspace = createWorkspace(x),
): SummaryRow {
  const known = x.values.length > 0 && !x.values.some(Number.isNaN);
  // A single NaN makes every quantile unknown.
  const order = known ? argsort(x.values) : new Uint32Array(0);
  const sorted = permuted(x.values, order);
  const quantile = (p: number) => quantileSorted(sorted, p);
  return {
    name,
    mean: mean(x.values),
    sd: sd(x.values),
    median: medianSorted(sorted),
    mad: madSorted(sorted),
    "q2.5": quantile(0.025),
    q5: quantile(0.05),
    q95: quantile(0.95),
    "q97.5": quantile(0.975),
    ...convergence(x, workspace, order),
    mcseMean: mcseMean(x, workspace),
    mcseSd: mcseSd(x, workspace),
  };
}

/** Estimate and its error as tables show them: mean and sd, or median and mad when `robust`. */
export function pointEstimate(row: SummaryRow, robust = false): { estimate: number; error: number } {
  return robust ? { estimate: row.median, error: row.mad } : { estimate: row.mean, error: row.sd };
}
