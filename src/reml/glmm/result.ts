/** From the optimum of a generalised model to the fit that is handed to the user. */

import { SamplingError } from "../../errors.ts";
import { naturalFromScale } from "../../families/links.ts";
import { selectedInverse } from "../../marginal/selected-inverse.ts";
import { NORMAL_975 } from "../../numeric/quantile.ts";
import { aic, bic } from "../information-criteria.ts";
import type { FixedEffects } from "../lmm-fit.ts";
import { turnSigns } from "../optimise-theta.ts";
import { relativeFactors } from "../random-layout.ts";
import { randomTerms, scaledFactors } from "../random-terms.ts";
import { findSingularity } from "../singularity.ts";
import type { Component } from "./components.ts";
import type { ConstantEstimate, GlmmFit } from "./glmm-fit.ts";
import type { GlmmModel, GlmmOptimum } from "./glmm-model.ts";
import { modeAt } from "./laplace.ts";
import { factoriseWeights } from "./mode.ts";
import { eachRowParameters } from "./natural-parameters.ts";
import { fullDerivatives } from "./rows.ts";
import { separationWarnings } from "./separation.ts";

export function glmmResult(model: GlmmModel, optimum: GlmmOptimum, nodes: number): GlmmFit {
  const { design, family, links, categories, components, layout, rows, problem } = model;
  const k = layout.theta.length;
  const theta = turnSigns(layout, optimum.parameters.slice(0, k));
  const parameters = optimum.parameters.slice();
  parameters.set(theta);
  const mode = modeAt(problem, parameters);
  if (mode === undefined) {
    throw new SamplingError(
      "the search ended where the likelihood of the group-level effects has no maximum: rescale the predictors, simplify the model, or use priors (brm)",
    );
  }
  fullDerivatives(rows, mode.eta, mode.others, problem.work);
  factoriseWeights(problem, mode.lambda, problem.work.weight);
  selectedInverse(problem.factor, new Float64Array(0), problem.selected);

  const size = parameters.length;
  const block = (members: readonly Component[]): FixedEffects => {
    const at = members.flatMap(({ from, names }) => names.map((_, j) => k + from + j));
    const covariance = new Float64Array(at.length ** 2).fill(Number.NaN);
    if (optimum.covariance !== undefined) {
      at.forEach((i, a) =>
        at.forEach((j, b) => (covariance[b * at.length + a] = optimum.covariance![i * size + j]!)),
      );
    }
    return {
      names: members.flatMap(({ names }) => names),
      estimates: Float64Array.from(at, (i) => parameters[i]!),
      covariance,
    };
  };
  const [mu, ...others] = components.all;
  const thresholds = others.filter(({ at }) => at >= family.dpars.length);
  const fixed = block([...thresholds, mu!]);
  const logLik = -optimum.value / 2 + rows.dataTerms;
  const singularity = findSingularity(layout.terms, scaledFactors(layout, relativeFactors(layout, theta)));
  const warnings = [
    ...design.warnings,
    ...warningsOf(optimum, singularity.components),
    ...separationWarnings(family, fixed),
  ];
  return {
    kind: "glmm",
    formula: design.formula,
    method: nodes > 1 ? "AGQ" : "Laplace",
    nodes,
    family: { name: family.name, links },
    categories,
    design,
    aliased: components.aliased,
    nobs: design.nobs,
    convergence: {
      converged: optimum.converged,
      evaluations: optimum.evaluations,
      gradient: optimum.gradient,
      ...(!optimum.converged && { message: `the gradient is still ${optimum.gradient.toExponential(1)}` }),
    },
    singularity,
    criterion: -2 * logLik,
    logLik,
    df: size,
    aic: aic(logLik, size),
    bic: bic(logLik, size, design.nobs),
    theta,
    thetaNames: layout.theta.map(({ name }) => name),
    fixed,
    distributional: others
      .filter(({ columns }) => columns !== undefined)
      .map((component) => ({ dpar: component.name, ...block([component]) })),
    constants: others
      .filter(({ at, columns }) => columns === undefined && at < family.dpars.length)
      .map((component) => constantEstimate(model, component, parameters, optimum.covariance)),
    random: randomTerms(layout, problem.structure, mode.lambda, mode.u, problem.selected.values, 1),
    linearPredictor: mode.eta,
    fitted: fittedMeans(model, mode.eta, parameters.subarray(k)),
    warnings,
  };
}

function constantEstimate(
  { family, layout }: GlmmModel,
  { name, at, from }: Component,
  parameters: Float64Array,
  covariance: Float64Array | undefined,
): ConstantEstimate {
  const { scale } = family.dpars[at]!;
  const place = layout.theta.length + from;
  const value = parameters[place]!;
  const half = NORMAL_975 * Math.sqrt(covariance?.[place * parameters.length + place] ?? Number.NaN);
  const natural = (x: number): number => naturalFromScale(scale, x);
  return { name, estimate: natural(value), lower: natural(value - half), upper: natural(value + half) };
}

/** E(y | effects at their modes), from every parameter on its natural scale. */
function fittedMeans(
  { family, rows, components, links, categories }: GlmmModel,
  eta: Float64Array,
  beta: Float64Array,
): Float64Array {
  const context = { links, categories };
  const d = new Float64Array(3);
  const means = new Float64Array(rows.n);
  eachRowParameters(family, components, rows.n, eta, beta, (i, p) => {
    d.set(rows.response.subarray(3 * i, 3 * i + 3));
    means[i] = family.mean(d, p, context);
  });
  return means;
}

function warningsOf({ converged, gradient, covariance }: GlmmOptimum, singular: readonly string[]): string[] {
  const warnings: string[] = [];
  if (singular.length > 0) {
    warnings.push(
      `singular fit: ${singular.join("; ")}. The estimate lies on the boundary: the data hold no evidence for more ` +
        "variation; consider a simpler covariance, or a prior (brm)",
    );
  }
  if (!converged) {
    warnings.push(
      `not converged: the gradient of the deviance is ${gradient.toExponential(1)}; rescale predictors or simplify the model`,
    );
  }
  if (covariance === undefined) {
    warnings.push(
      "the Hessian at the optimum is not positive definite: there are no standard errors; a parameter is not identified " +
        "or lies on a boundary",
    );
  }
  return warnings;
}
