/** How much the posterior leans on priors and likelihood. */

import type { Fit } from "../../api/fit-types.ts";
import { findDistribution } from "../../distributions/index.ts";
import { DrawColumns } from "../../draws/draw-columns.ts";
import { chainSeries } from "../../draws/draws.ts";
import { type ParameterSelection, selectParameters } from "../../draws/select.ts";
import { NutmixError } from "../../errors.ts";
import { bothPowers, type Sensitivity, sensitivityOf } from "../../loo/power-scaling.ts";
import { groupBlocks } from "../../model/groups.ts";
import { coefficientDraw, coefficientName, correlationDraw, sdDraw } from "../../model/names.ts";
import { columnMeans } from "../../model/predictor.ts";
import * as Elementary from "../../numeric/elementary.ts";
import { logLik } from "../predictions/log-lik.ts";

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
      ? draws.names.flatMap((name, k) => (name.startsWith("r_") ? [] : [k]))
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
  const columns = new DrawColumns(draws.names);
  const total = draws.chains * draws.draws;
  const width = draws.names.length;
  const out = new Float64Array(total);
  let proper = 0;
  for (const { target, call } of priors) {
    if (call.name === "" || call.name === "constant" || target.class === "cor") continue;
    proper++;
    const distribution = findDistribution(call.name);
    const dpar = target.dpar === "" ? "mu" : target.dpar;
    const value = readerOf(fit, columns, target.class, dpar, target.coef, target.group);
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
    const names = block.coefficients.map(({ label }) => label);
    const position = (i: number, j: number): number =>
      columns.of(correlationDraw(block.group, names[j]!, names[i]!));
    for (let s = 0; s < total; s++) {
      const row = draws.values.subarray(s * width, (s + 1) * width);
      out[s]! += (eta - 1) * logDeterminant(size, (i, j) => row[position(i, j)]!);
    }
  }
  if (proper === 0) throw new NutmixError("every prior is flat: there is nothing to scale");
  return out;
}

function readerOf(
  { spec }: Fit,
  columns: DrawColumns,
  priorClass: string,
  dpar: string,
  coef: string,
  group: string,
): (row: Float64Array) => number {
  if (priorClass === "b") {
    const column = columns.of(coefficientDraw(dpar, coef));
    return (row) => row[column]!;
  }
  if (priorClass === "sd") {
    const column = columns.of(sdDraw(group, dpar, coef));
    return (row) => row[column]!;
  }
  if (priorClass !== "Intercept") {
    const column = columns.of(priorClass);
    return (row) => row[column]!;
  }
  // The prior belongs to the intercept at the centre of the columns.
  const { population } = spec.design.predictors.find((own) => own.dpar === dpar)!;
  const means = columnMeans(population.columns, spec.design.nobs);
  const coefficients = columns.all(
    population.names.map((name) => coefficientDraw(dpar, coefficientName(name))),
  );
  const name = coefficientDraw(dpar, "Intercept");
  const sign = coef === "" ? 1 : -1;
  const intercept = columns.of(coef === "" ? name : `${name}[${coef}]`);
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
