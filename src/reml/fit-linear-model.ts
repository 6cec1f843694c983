/** From a linear model to its fit: the optimum of θ and everything that follows from it. */
import { evaluate, inverseBlocks, type Solution, solve, unscaledCovariance } from "../marginal/gaussian.ts";
import { addRandomPart } from "../marginal/row-products.ts";
import { type Profiled, residualRows } from "./criterion.ts";
import { refuseExactFit } from "./exact-fit.ts";
import { aic, bic } from "./information-criteria.ts";
import { type LinearModel, profiledOf } from "./linear-model.ts";
import type { LmmFit } from "./lmm-fit.ts";
import { remember } from "./model-of-fit.ts";
import { optimiseTheta, type ThetaOptimum, type ThetaOptions } from "./optimise-theta.ts";
import { relativeFactors } from "./random-layout.ts";
import { randomTerms, scaledFactors } from "./random-terms.ts";
import { findSingularity } from "./singularity.ts";
import { smoothFits } from "./smooth-fits.ts";

export function fitLinearModel(model: LinearModel, options: ThetaOptions = {}): LmmFit {
  const profiled = profiledOf(model);
  const optimum = optimiseTheta(profiled, options);
  return remember(lmmResult(model, profiled, optimum), model);
}

/** `further`: parameters estimated besides θ, σ and the coefficients. */
export function lmmResult(
  model: LinearModel,
  profiled: Profiled,
  optimum: ThetaOptimum,
  further = 0,
): LmmFit {
  const { design, fixed, layout, system, reml } = model;
  const lambda = relativeFactors(layout, optimum.theta);
  const parts = evaluate(system, lambda);
  const sigma2 = (parts?.residual ?? 0) / residualRows(profiled);
  refuseExactFit(Math.sqrt(sigma2), whitenedResponse(model));
  const solution = solve(system, lambda);
  const df = fixed.names.length + layout.theta.length + 1 + further;
  const logLik = -optimum.criterion / 2;
  const singularity = findSingularity(layout.terms, scaledFactors(layout, lambda));
  return {
    kind: "lmm",
    formula: design.formula,
    method: reml ? "REML" : "ML",
    design,
    aliased: fixed.aliased,
    nobs: design.nobs,
    convergence: convergenceOf(optimum),
    singularity,
    criterion: optimum.criterion,
    logLik,
    df,
    aic: aic(logLik, df),
    bic: bic(logLik, df, design.nobs),
    sigma: Math.sqrt(sigma2),
    theta: optimum.theta,
    thetaNames: layout.theta.map(({ name }) => name),
    fixed: {
      names: fixed.names,
      estimates: solution.beta,
      covariance: unscaledCovariance(system).map((value) => value * sigma2),
    },
    random: randomTerms(
      layout,
      system.structure,
      lambda,
      solution.u,
      inverseBlocks(system, new Float64Array(system.p + 1)),
      sigma2,
    ),
    smooths: smoothFits(system, layout, lambda, model.smoothColumns, Math.sqrt(sigma2)),
    fitted: fittedValues(model, solution),
    warnings: [...design.warnings, ...warningsOf(model, optimum, singularity.components)],
  };
}

function convergenceOf({ converged, evaluations, gradient, problem }: ThetaOptimum): LmmFit["convergence"] {
  if (converged) return { converged, evaluations, gradient };
  const message =
    problem ?? `the gradient of the deviance is still ${gradient.toExponential(1)} where the search stopped`;
  return { converged, evaluations, gradient, message };
}

function warningsOf({ fixed }: LinearModel, optimum: ThetaOptimum, singular: readonly string[]): string[] {
  const warnings: string[] = [];
  if (fixed.aliased.length > 0) {
    warnings.push(
      `the population-level design is rank deficient: ${fixed.aliased.join(", ")} ` +
        `${fixed.aliased.length > 1 ? "are" : "is"} left out because other columns already say the same`,
    );
  }
  if (singular.length > 0) {
    warnings.push(
      `singular fit: ${singular.join("; ")}. The estimate lies on the boundary: the data hold no evidence for more ` +
        "variation; consider a simpler covariance, or a prior (brm)",
    );
  }
  if (!optimum.converged) {
    warnings.push(
      `not converged: ${optimum.problem ?? `the gradient of the deviance is ${optimum.gradient.toExponential(1)} (wanted 1e-6)`}; ` +
        "rescale predictors, give starting values or try another algorithm",
    );
  }
  return warnings;
}

/** Xβ + offset + Zb. */
function fittedValues({ design, fixed, layout, system }: LinearModel, { beta, b }: Solution): Float64Array {
  const n = design.nobs;
  const fitted = design.predictors[0]!.offset?.slice() ?? new Float64Array(n);
  beta.forEach((coefficient, j) => {
    for (let i = 0; i < n; i++) fitted[i]! += coefficient * fixed.columns[j * n + i]!;
  });
  // The system's own columns are whitened.
  addRandomPart({ ...system.structure, blocks: layout.blocks }, b, fitted);
  return fitted;
}

/** What the residual standard deviation is compared with: rows of equal variance. */
function whitenedResponse({ response, rootWeights }: LinearModel): Float64Array {
  return rootWeights === undefined ? response : response.map((value, i) => value * rootWeights[i]!);
}
