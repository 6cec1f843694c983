/** Fits as the JSON documents of the command line (`nutmix/lmm@1`, `nutmix/glmm@1`). */

import { describeFactors } from "../design/describe-factors.ts";
import { checkOptions, type OptionTable, oneOf, share } from "../options.ts";
import type { GlmmFit } from "./glmm/glmm-fit.ts";
import { coefficientTable, inference, normalInference } from "./inference/coefficient-table.ts";
import type { DfMethod } from "./inference/tests.ts";
import { varianceExplained } from "./inference/variance-explained.ts";
import type { LmmFit, RandomTerm } from "./lmm-fit.ts";
import { correlation, standardDeviations } from "./singularity.ts";

export type MixedDocument = ReturnType<typeof lmmDocument> | ReturnType<typeof glmmDocument>;

export interface LmmDocumentOptions {
  readonly df?: DfMethod;
  readonly level?: number;
}

const documentOptions = {
  df: oneOf("satterthwaite", "kenward-roger", "none"),
  level: share,
} satisfies OptionTable<LmmDocumentOptions>;

export function lmmDocument(fit: LmmFit, options: LmmDocumentOptions = {}) {
  options = checkOptions("lmmDocument()", documentOptions, options);
  const explained = varianceExplained(fit);
  const own = inference(fit, options.df);
  return {
    schema: "nutmix/lmm@1",
    formula: fit.formula,
    method: fit.method,
    ...common(fit),
    sigma: fit.sigma,
    theta: Array.from(fit.theta),
    residual: fit.residual?.parameters ?? [],
    dfMethod: own.method,
    fixed: coefficientTable(own, options.level).map(({ df, ...row }) => ({
      ...row,
      df: df === Infinity ? null : df,
    })),
    vcov: square(own.covariance),
    ...randomPart(fit.random),
    icc: explained.icc.byGroup,
    r2: explained.r2,
    variance: explained,
    warnings: fit.warnings,
  } as const;
}

export function glmmDocument(fit: GlmmFit, options: { readonly level?: number } = {}) {
  options = checkOptions("glmmDocument()", { level: share }, options);
  return {
    schema: "nutmix/glmm@1",
    formula: fit.formula,
    method: fit.method,
    family: fit.family,
    nodes: fit.nodes,
    ...common(fit),
    theta: Array.from(fit.theta),
    fixed: zTable(fit.fixed, options.level),
    vcov: square(fit.fixed.covariance),
    distributional: Object.fromEntries(
      fit.distributional.map((own) => [own.dpar, zTable(own, options.level)]),
    ),
    constants: fit.constants,
    ...randomPart(fit.random),
    warnings: fit.warnings,
  } as const;
}

function zTable(fixed: GlmmFit["fixed"], level: number | undefined) {
  return coefficientTable(normalInference(fixed), level).map(
    ({ name, estimate, se, t, p, lower, upper }) => ({
      name,
      estimate,
      se,
      z: t,
      p,
      lower,
      upper,
    }),
  );
}

function common(fit: LmmFit | GlmmFit) {
  const { design, convergence, singularity } = fit;
  const groups = new Map(fit.random.map(({ group, levels }) => [group, levels.length]));
  return {
    nobs: fit.nobs,
    droppedRows: design.dropped.count,
    groups: Object.fromEntries(groups),
    factors: describeFactors(design),
    ...(design.response.levels && { responseLevels: design.response.levels }),
    converged: convergence.converged,
    gradient: convergence.gradient,
    evaluations: convergence.evaluations,
    singular: singularity.singular,
    criterion: fit.criterion,
    logLik: fit.logLik,
    df: fit.df,
    aic: fit.aic,
    bic: fit.bic,
  };
}

function randomPart(terms: readonly RandomTerm[]) {
  const random = terms.flatMap((term) =>
    standardDeviations(term).map((sd, j) => ({ group: term.group, name: term.names[j]!, sd })),
  );
  const correlations = terms.flatMap((term) =>
    term.names.flatMap((a, i) =>
      term.names.slice(i + 1).flatMap((b, below) => {
        const j = i + 1 + below;
        // Independent coefficients have no correlation to report.
        if (term.covariance[i * term.names.length + j] === 0) return [];
        return [{ group: term.group, a, b, value: correlation(term, i, j) }];
      }),
    ),
  );
  const effects = new Map<string, Map<string, Map<string, number>>>();
  for (const { group, levels, names, effects: values } of terms) {
    const byLevel = effects.get(group) ?? new Map<string, Map<string, number>>();
    effects.set(group, byLevel);
    levels.forEach((level, l) => {
      const own = byLevel.get(level) ?? new Map<string, number>();
      byLevel.set(level, own);
      names.forEach((name, j) => own.set(name, values[j * levels.length + l]!));
    });
  }
  return {
    random,
    correlations,
    effects: Object.fromEntries(
      [...effects].map(([group, byLevel]) => [
        group,
        Object.fromEntries([...byLevel].map(([level, own]) => [level, Object.fromEntries(own)])),
      ]),
    ),
  };
}

function square(columnMajor: Float64Array): number[][] {
  const p = Math.sqrt(columnMajor.length);
  return Array.from({ length: p }, (_, i) => Array.from({ length: p }, (_, j) => columnMajor[j * p + i]!));
}
