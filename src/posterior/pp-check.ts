/** Posterior- and prior-predictive checks of a fit. */

import type { Fit } from "../api/fit-types.ts";
import { RESPONSE_WIDTH } from "../autodiff/ops/likelihood.ts";
import { DataError, didYouMean } from "../errors.ts";
import { familyOf } from "../families/index.ts";
import { packResponse } from "../families/response-data.ts";
import type { LooWeights } from "../loo/importance.ts";
import { anything, checkOptions, numbers, type OptionTable, oneOf, text, whole } from "../options.ts";
import { type CheckOptions, type CheckResult, checkNeeds, type Predictive, runCheck } from "../ppc/index.ts";
import { stream } from "../random/streams.ts";
import { looWeights } from "./comparison/loo.ts";
import { categoryLabels, epred, predict } from "./predictions/predict.ts";

export interface PpCheckOptions extends CheckOptions {
  /** Column of the data for `…_grouped` checks. */
  readonly group?: string;
  /** Numeric column for the axis of intervals and errors. */
  readonly x?: string;
  /** As in predict(). */
  readonly reFormula?: string;
  readonly seed?: number;
}

export const ppCheckOptions = {
  stat: anything,
  ndraws: whole(1),
  style: oneOf("hanging", "standing", "suspended"),
  probabilities: numbers<readonly [number, number]>(),
  group: text,
  x: text,
  reFormula: text,
  seed: whole(0),
} satisfies OptionTable<PpCheckOptions>;

/** Draws that checks are made from, unless they need all of them. */
const ENOUGH = 1000;

/**
 * One check by its name (`dens_overlay`, `stat`, `bars_grouped`, …): a Vega-Lite specification and the numbers behind it. A fit
 * with `samplePrior: true` gives a prior-predictive check.
 *
 * @throws NutmixError for a check that does not exist or does not fit the response; DataError for a column that is not there.
 */
export function ppCheck(fit: Fit, type = "dens_overlay", options: PpCheckOptions = {}): CheckResult {
  options = checkOptions("ppCheck()", ppCheckOptions, options);
  const { check } = checkNeeds(type);
  const predictive = predictiveOf(fit, options, {
    loo: check.needs.includes("loo"),
    epred: check.needs.includes("epred"),
  });
  const seed = options.seed ?? fit.settings.seed;
  return runCheck(type, predictive, options, stream(seed, 0, `predictive check ${type}`));
}

/** What checks look at, for several of them at once. With `loo` all draws take part, because weights belong to draws. */
export function predictiveOf(
  fit: Fit,
  options: PpCheckOptions,
  needs: { readonly loo: boolean | LooWeights; readonly epred: boolean },
): Predictive {
  const { response, nobs } = fit.spec.design;
  const packed = packResponse(response, familyOf(fit.spec.family));
  const total = fit.draws.chains * fit.draws.draws;
  const request = {
    ...(needs.loo === false && { ndraws: Math.min(ENOUGH, total) }),
    ...(options.reFormula !== undefined && { reFormula: options.reFormula }),
    ...(options.seed !== undefined && { seed: options.seed }),
  };
  const replicated = predict(fit, undefined, request);
  const weights = needs.loo === true ? looWeights(fit) : needs.loo === false ? undefined : needs.loo;
  const y = Float64Array.from({ length: nobs }, (_, i) => packed[i * RESPONSE_WIDTH]!);
  const kind = kindOf(fit, y);
  return {
    response: response.name,
    y,
    yrep: replicated.matrix(),
    draws: replicated.draws,
    rows: nobs,
    kind,
    ...(kind === "category" && { categories: categoryLabels(fit) }),
    ...(needs.epred && kind !== "category" && { epred: epred(fit, undefined, request).matrix() }),
    ...(options.group !== undefined && { group: groupOf(fit, options.group) }),
    ...(options.x !== undefined && { x: { name: options.x, values: numericOf(fit, options.x) } }),
    ...(weights && { looLogWeights: (i: number, out: Float64Array) => void weights.write(i, out) }),
    ...(response.censoring && { status: response.censoring.codes }),
  };
}

function kindOf({ spec }: Fit, y: Float64Array): Predictive["kind"] {
  const { kind, check } = familyOf(spec.family).response;
  if (kind === "category") return "category";
  if (kind === "binary") return "binary";
  // A family of counts refuses halves.
  return check(0.5, 1) !== undefined && y.every(Number.isInteger) ? "count" : "continuous";
}

function groupOf(fit: Fit, name: string): NonNullable<Predictive["group"]> {
  const column = columnOf(fit, name);
  if (column.kind === "factor") return { name, labels: column.levels, index: column.codes };
  const values = Array.from<number>(column.values);
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  const labels = distinct.map((value) =>
    column.kind === "logical" ? (value === 1 ? "TRUE" : "FALSE") : String(value),
  );
  return { name, labels, index: Int32Array.from(values, (value) => distinct.indexOf(value)) };
}

function numericOf(fit: Fit, name: string): Float64Array {
  const column = columnOf(fit, name);
  if (column.kind !== "numeric")
    throw new DataError(`"${name}" is not a column of numbers: use it as \`group\``);
  return column.values;
}

function columnOf({ data }: Fit, name: string) {
  const found = data.columns.get(name);
  if (found !== undefined) return found;
  const names = [...data.columns.keys()];
  throw new DataError(
    `the model uses no column "${name}"; it uses ${names.join(", ")}${didYouMean(name, names)}`,
  );
}
