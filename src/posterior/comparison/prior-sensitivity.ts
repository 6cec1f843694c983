/** How much the posterior leans on priors and likelihood. */

import type { Fit } from "../../api/fit-types.ts";
import { findDistribution } from "../../distributions/index.ts";
import { chainSeries } from "../../draws/draws.ts";
import { mainParameters, type ParameterSelection, selectParameters } from "../../draws/select.ts";
import { NutmixError } from "../../errors.ts";
import { bothPowers, type Sensitivity, sensitivityOf } from "../../loo/power-scaling.ts";
import { groupBlocks } from "../../model/groups.ts";
import { coefficientName } from "../../model/names.ts";
import { columnMeans } from "../../model/population.ts";
import { coefficientsOf } from "../../model/quantities.ts";
import * as Elementary from "../../numeric/elementary.ts";
import type { PriorTarget } from "../../priors/prior.ts";
import type { Layout } from "../../quantities/layout.ts";
import { layoutOf } from "../layout-of.ts";
import { logLik } from "../predictions/log-lik.ts";
import { columnOfPrior, keyOfPrior } from "../prior-columns.ts";

/**
 * Sensitivity of each parameter to raising the prior or the likelihood to powers near 1; no refit.
 * @throws NutmixError when every prior is flat.
 */
export function powerScaling(
  fit: Fit,
  options: { readonly parameters?: ParameterSelection } = {},
): Sensitivity[] {
  const { draws } = fit;
  const chosen =
    options.parameters === undefined
      ? mainParameters(draws)
      : selectParameters(draws.names, options.parameters);
  const pointwise = logLik(fit);
  const n = pointwise.observations;
  const likelihood = Float64Array.from({ length: draws.chains * draws.draws }, (_, s) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += pointwise.values[s * n + i]!;
    return sum;
  });
  const byPrior = bothPowers(logPrior(fit));
  const byLikelihood = bothPowers(likelihood);
  return chosen.flatMap((k) => {
    const { values } = chainSeries(draws, k);
    const varies = values.some((value) => value !== values[0]);
    return varies ? [sensitivityOf(draws.names[k]!, values, byPrior, byLikelihood)] : [];
  });
}

/** Joint log prior density of coefficients, standard deviations, correlations and family parameters of every draw. */
export function logPrior(fit: Fit): Float64Array {
  const { draws, priors, spec } = fit;
  const layout = layoutOf(spec, draws);
  const total = draws.chains * draws.draws;
  const width = draws.names.length;
  const out = new Float64Array(total);
  let proper = 0;
  for (const { target, call } of priors) {
    if (call.name === "" || call.name === "constant" || target.class === "cor") continue;
    proper++;
    const distribution = findDistribution(call.name);
    const value = readerOf(fit, layout, target);
    for (let s = 0; s < total; s++) {
      out[s]! += distribution.logDensity(
        value(draws.values.subarray(s * width, (s + 1) * width)),
        call.arguments,
      );
    }
  }
  for (const block of groupBlocks(spec.design)) {
    if (!block.correlated) continue;
    const prior = priors.find(({ target }) => target.class === "cor" && target.group === block.group);
    const eta = prior?.call.arguments[0] ?? 1;
    if (eta === 1) continue;
    proper++;
    const size = block.coefficients.length;
    // |R|^(η − 1); for more than two coefficients through the determinant of the correlation matrix.
    const coefficients = coefficientsOf(block);
    const positions = coefficients.map((a, i) =>
      coefficients.slice(0, i).map((b) => layout.correlation(block.group, a, b)),
    );
    for (let s = 0; s < total; s++) {
      const row = draws.values.subarray(s * width, (s + 1) * width);
      out[s]! += (eta - 1) * logDeterminant(size, (i, j) => row[positions[i]![j]!]!);
    }
  }
  if (proper === 0) throw new NutmixError("every prior is flat: there is nothing to scale");
  return out;
}

function readerOf({ spec }: Fit, layout: Layout, target: PriorTarget): (row: Float64Array) => number {
  const column = columnOfPrior(layout, target);
  if (column !== undefined) return (row) => row[column]!;
  if (target.class !== "Intercept") {
    throw new NutmixError(
      `the draws have no parameter for the prior of ${target.class} ${target.coef}`.trim(),
    );
  }
  // The prior belongs to the intercept, or to a threshold, at the centre of the columns.
  const key = keyOfPrior(target);
  const { population } = spec.design.predictors.find((own) => own.dpar === key.dpar)!;
  const means = columnMeans(population.columns, spec.design.nobs);
  const coefficients = Int32Array.from(population.names, (name) =>
    layout.coefficient({ key, name: coefficientName(name) }),
  );
  const threshold = target.coef === "" ? undefined : Number(target.coef) - 1;
  const sign = threshold === undefined ? 1 : -1;
  const intercept =
    threshold === undefined
      ? layout.coefficient({ key, name: "Intercept" })
      : layout.thresholds(key)[threshold]!;
  return (row) =>
    coefficients.reduce((sum, column, k) => sum + sign * means[k]! * row[column]!, row[intercept]!);
}

function logDeterminant(size: number, correlation: (i: number, j: number) => number): number {
  const l = new Float64Array(size * size);
  let log = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? 1 : correlation(i, j);
      for (let k = 0; k < j; k++) sum -= l[i * size + k]! * l[j * size + k]!;
      if (i === j) {
        l[i * size + i] = Math.sqrt(Math.max(sum, 0));
        log += Elementary.log(Math.max(sum, Number.MIN_VALUE));
      } else l[i * size + j] = sum / l[j * size + j]!;
    }
  }
  return log;
}
