/** Linear mixed models by REML or ML. */
import { SamplingError } from "../errors.ts";
import { evaluate, inverseBlocks, type Solution, solve, unscaledCovariance } from "../marginal/gaussian.ts";
import { type Profiled, residualRows } from "./criterion.ts";
import { aic, bic } from "./information-criteria.ts";
import { type LinearModel, type LinearModelOptions, linearModel, profiledOf } from "./linear-model.ts";
import type { LmmFit, RandomTerm } from "./lmm-fit.ts";
import { remember } from "./model-of-fit.ts";
import { optimiseTheta, type ThetaOptimum, type ThetaOptions } from "./optimise-theta.ts";
import { type RandomLayout, relativeFactors } from "./random-layout.ts";
import { findSingularity } from "./singularity.ts";

export interface LmmOptions extends LinearModelOptions, ThetaOptions {}

/**
 * Fits y = Xβ + Zb + e by maximising the profiled (restricted) likelihood over θ, as lme4's lmer() does
 * (Bates, Mächler, Bolker & Walker 2015, J. Stat. Softw. 67(1)).
 * @param data rows, columns, an Arrow table or the result of readCsv().
 * @throws FormulaError, DataError or DesignError naming what does not fit. A singular fit is not an error: `singularity`.
 */
export function lmm(formula: string, data: unknown, options: LmmOptions = {}): LmmFit {
  return fitLinearModel(linearModel(formula, data, options), options);
}

export function fitLinearModel(model: LinearModel, options: ThetaOptions = {}): LmmFit {
  const profiled = profiledOf(model);
  const optimum = optimiseTheta(profiled, options);
  return remember(lmmResult(model, profiled, optimum), model);
}

function lmmResult(model: LinearModel, profiled: Profiled, optimum: ThetaOptimum): LmmFit {
  const { design, fixed, layout, system, reml } = model;
  const lambda = relativeFactors(layout, optimum.theta);
  const parts = evaluate(system, lambda);
  if (parts === undefined || !(parts.residual > 0)) {
    throw new SamplingError(
      "the model fits the response exactly: the residual variance is 0 and no likelihood exists; use fewer terms",
    );
  }
  const sigma2 = parts.residual / residualRows(profiled);
  const solution = solve(system, lambda);
  const df = fixed.names.length + layout.theta.length + 1;
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
    random: randomTerms(model, lambda, solution, sigma2),
    fitted: fittedValues(model, solution),
    warnings: [...design.warnings, ...warningsOf(model, optimum, singularity.components)],
  };
}

function convergenceOf({ converged, evaluations, gradient }: ThetaOptimum): LmmFit["convergence"] {
  if (converged) return { converged, evaluations, gradient };
  const message = `the gradient of the deviance is still ${gradient.toExponential(1)} where the search stopped`;
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
      `not converged: the gradient of the deviance is ${optimum.gradient.toExponential(1)} (wanted 1e-6); ` +
        "rescale predictors, give starting values or try another algorithm",
    );
  }
  return warnings;
}

/** For each term its relative factor in units free of the columns' scale, for the check of singularity. */
function scaledFactors(layout: RandomLayout, lambda: readonly Float64Array[]): Float64Array[] {
  return layout.terms.map(({ block, from, names }, t) => {
    const k = names.length;
    const scale = names.map(
      (_, j) =>
        layout.scale[layout.theta.findIndex(({ term, row, column }) => term === t && row === from + j && column === row)]!,
    );
    return termFactor(lambda[block]!, layout.blocks[block]!.size, from, k).map(
      (value, at) => value * scale[Math.floor(at / k)]!,
    );
  });
}

function termFactor(lambda: Float64Array, size: number, from: number, k: number): Float64Array {
  const factor = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) factor[i * k + j] = lambda[(from + i) * size + from + j]!;
  }
  return factor;
}

function randomTerms(
  { layout, system }: LinearModel,
  lambda: readonly Float64Array[],
  { b }: Solution,
  sigma2: number,
): RandomTerm[] {
  const { structure, p } = system;
  const s = inverseBlocks(system, new Float64Array(p + 1));
  const { sparseBlocks, sparseColumns, firstNode, firstColumn, valueStart, denseSize: m } = structure;
  return layout.terms.map(({ group, names, levels, block, from }) => {
    const { size } = layout.blocks[block]!;
    const k = names.length;
    const factor = termFactor(lambda[block]!, size, from, k);
    const effects = new Float64Array(levels.length * k);
    const conditional = new Float64Array(levels.length * k * k);
    const rows = lambda[block]!.subarray(from * size, (from + k) * size);
    for (let level = 0; level < levels.length; level++) {
      const column = firstColumn[block]! + level * size;
      for (let j = 0; j < k; j++) effects[j * levels.length + level] = b[column + from + j]!;
      const sparse = block < sparseBlocks;
      const at = sparse ? valueStart[firstNode[block]! + level]! : (column - sparseColumns) * (m + 1);
      const own = congruent(rows, k, size, sparse ? s.sparse : s.dense, at, sparse ? size : m);
      conditional.set(
        own.map((value) => value * sigma2),
        level * k * k,
      );
    }
    return {
      group,
      names,
      levels,
      covariance: selfProduct(factor, k).map((value) => value * sigma2),
      effects,
      conditionalCovariance: conditional,
    };
  });
}

/** Rows·S·Rowsᵀ for k rows of `size` and a symmetric block of S. */
function congruent(
  rows: Float64Array,
  k: number,
  size: number,
  s: Float64Array,
  at: number,
  stride: number,
): Float64Array {
  const out = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      let sum = 0;
      for (let h = 0; h < size; h++) {
        for (let g = 0; g < size; g++) sum += rows[i * size + h]! * s[at + h * stride + g]! * rows[j * size + g]!;
      }
      out[j * k + i] = sum;
    }
  }
  return out;
}

function selfProduct(factor: Float64Array, k: number): Float64Array {
  const out = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      let sum = 0;
      for (let h = 0; h < k; h++) sum += factor[i * k + h]! * factor[j * k + h]!;
      out[j * k + i] = sum;
    }
  }
  return out;
}

/** Xβ + offset + Zb. */
function fittedValues({ design, fixed, layout, system }: LinearModel, { beta, b }: Solution): Float64Array {
  const n = design.nobs;
  const fitted = design.predictors[0]!.offset?.slice() ?? new Float64Array(n);
  beta.forEach((coefficient, j) => {
    for (let i = 0; i < n; i++) fitted[i]! += coefficient * fixed.columns[j * n + i]!;
  });
  layout.blocks.forEach(({ size, index, columns }, f) => {
    const first = system.structure.firstColumn[f]!;
    for (let k = 0; k < size; k++) {
      for (let i = 0; i < n; i++) fitted[i]! += columns[k * n + i]! * b[first + index[i]! * size + k]!;
    }
  });
  return fitted;
}
