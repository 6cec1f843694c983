/** How much the posterior leans on priors and likelihood. */

import type { Fit } from "../../api/fit-types.ts";
import { findDistribution } from "../../distributions/index.ts";
import { chainSeries } from "../../draws/draws.ts";
import { mainParameters, type ParameterSelection, selectParameters } from "../../draws/select.ts";
import { NutmixError } from "../../errors.ts";
import type { PointwiseLogLik } from "../../loo/pointwise.ts";
import { bothPowers, type Sensitivity, sensitivityOf } from "../../loo/power-scaling.ts";
import { coefficientName } from "../../model/names.ts";
import { columnMeans } from "../../model/population.ts";
import type { ModelSpec } from "../../model/spec.ts";
import * as Elementary from "../../numeric/elementary.ts";
import { anything, checkOptions } from "../../options.ts";
import type { PriorTarget, ResolvedPrior } from "../../priors/prior.ts";
import type { Layout } from "../../quantities/layout.ts";
import { layoutOf } from "../layout-of.ts";
import { logLik } from "../predictions/log-lik.ts";
import { keyOfPrior, priorPlaces } from "../prior-columns.ts";
import { requirePosterior } from "../prior-only.ts";

/**
 * Sensitivity of each parameter to raising the prior or the likelihood to powers near 1; no refit.
 * @throws NutmixError when every prior is flat.
 */
export function powerScaling(
  fit: Fit,
  options: { readonly parameters?: ParameterSelection } = {},
): Sensitivity[] {
  options = checkOptions("powerScaling()", { parameters: anything }, options);
  requirePosterior(fit, "powerScaling()");
  const { draws } = fit;
  const chosen =
    options.parameters === undefined
      ? mainParameters(draws)
      : selectParameters(draws.names, options.parameters);
  return sensitivitiesFrom(fit, logLik(fit), chosen);
}

/** As `powerScaling`, from the log-likelihood of every observation. @throws NutmixError when every prior is flat. */
export function sensitivitiesFrom(
  fit: Fit,
  pointwise: PointwiseLogLik,
  chosen: readonly number[] = mainParameters(fit.draws),
): Sensitivity[] {
  const { draws } = fit;
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

/**
 * Joint log prior density of every draw, up to a constant: of coefficients, standard deviations, correlations, simplexes and
 * family parameters.
 */
export function logPrior({ draws, spec }: Fit): Float64Array {
  const layout = layoutOf(spec, draws);
  const { elements, centred, whole } = priorPlaces(spec, layout);
  const total = draws.chains * draws.draws;
  const width = draws.names.length;
  const out = new Float64Array(total);
  let proper = 0;
  const add = (density: (row: Float64Array) => number): void => {
    proper++;
    for (let s = 0; s < total; s++) out[s]! += density(draws.values.subarray(s * width, (s + 1) * width));
  };
  const addElement = ({ call }: ResolvedPrior, value: (row: Float64Array) => number): void => {
    if (call.name === "" || call.name === "constant") return;
    const distribution = findDistribution(call.name);
    add((row) => distribution.logDensity(value(row), call.arguments));
  };
  for (const prior of centred) addElement(prior, centredIntercept(spec, layout, prior.target));
  for (const [column, prior] of elements) addElement(prior, (row) => row[column]!);
  for (const { prior, quantity, columns } of whole) {
    const [first = 1] = prior.call.arguments;
    // LKJ(1) and Dirichlet(1, …, 1) are flat.
    if (prior.call.arguments.every((argument) => argument === 1)) continue;
    if (quantity.role === "correlation") {
      // |R|^(η − 1)
      const size = quantity.coefficients!.length;
      const at = (i: number, j: number): number => columns[(i * (i - 1)) / 2 + j]!;
      add((row) => (first - 1) * logDeterminant(size, (i, j) => row[at(i, j)]!));
    } else {
      const each = columns.map((_, k) => (prior.call.arguments[k] ?? first) - 1);
      add((row) =>
        columns.reduce(
          (sum, column, k) => (each[k] === 0 ? sum : sum + each[k]! * Elementary.log(row[column]!)),
          0,
        ),
      );
    }
  }
  if (proper === 0) throw new NutmixError("every prior is flat: there is nothing to scale");
  return out;
}

/** The intercept, or a threshold, at the centre of the columns. */
function centredIntercept(
  { design }: ModelSpec,
  layout: Layout,
  target: PriorTarget,
): (row: Float64Array) => number {
  const key = keyOfPrior(target);
  const { population } = design.predictors.find((own) => own.dpar === key.dpar)!;
  const means = columnMeans(population.columns, design.nobs);
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
