/** Shares of variance, draw by draw: intraclass correlations and R² of Nakagawa, Johnson & Schielzeth (2017) as posteriors. */

import type { Fit } from "../../api/fit-types.ts";
import { chainSeries } from "../../draws/draws.ts";
import { FamilyError } from "../../errors.ts";
import { groupBlocks } from "../../model/groups.ts";
import { coefficientsOf } from "../../model/quantities.ts";
import { checkOptions } from "../../options.ts";
import { layoutOf } from "../layout-of.ts";
import { epred, linpred } from "../predictions/predict.ts";
import { describe, type PredictionSummaryOptions, summaryOptions } from "../predictions/predictions.ts";
import type { NamedEstimate } from "./coefficients.ts";

export interface VariancePartition {
  /** Variances on the scale of the linear predictor: `fixed`, one per grouping factor, `residual`. */
  readonly variances: readonly NamedEstimate[];
  /** Share of each grouping factor, and of all (`adjusted`), in random + residual; `unadjusted` in the total. */
  readonly icc: readonly NamedEstimate[];
  /** `marginal`: the population level alone; `conditional`: with groups. */
  readonly r2: readonly NamedEstimate[];
}

/** Variance of the distribution behind a link of probabilities. */
const LATENT: Readonly<Record<string, number>> = {
  logit: Math.PI ** 2 / 3,
  probit: 1,
  cloglog: Math.PI ** 2 / 6,
};

/**
 * The residual variance is sigma² for a gaussian response (its mean over the rows when it is predicted) and that of the latent
 * variable for bernoulli, binomial and ordinal ones.
 * @throws FamilyError for families and links without such a variance.
 */
export function variancePartition(fit: Fit, options: PredictionSummaryOptions = {}): VariancePartition {
  options = checkOptions("variancePartition()", summaryOptions, options);
  const { draws, spec } = fit;
  const total = draws.chains * draws.draws;
  const layout = layoutOf(spec, draws);
  const valuesOf = (column: number): Float64Array => chainSeries(draws, column).values;
  const byGroup = new Map<string, Float64Array>();
  for (const block of groupBlocks(spec.design)) {
    const members = block.members.filter(({ key }) => key.dpar === "mu");
    if (members.length === 0) continue;
    const variance = byGroup.get(block.group) ?? new Float64Array(total);
    byGroup.set(block.group, variance);
    const coefficients = coefficientsOf(block);
    const own = coefficients.map((one) => valuesOf(layout.sd(block.group, one)));
    for (const { term: a, first: firstA } of members) {
      for (const { term: b, first: firstB } of members) {
        a.names.forEach((_, i) =>
          b.names.forEach((__, j) => {
            const [p, q] = [firstA + i, firstB + j];
            if (p !== q && !block.correlated) return;
            const moment = meanProduct(a.columns, i, b.columns, j, spec.design.nobs);
            const rho =
              p === q
                ? undefined
                : valuesOf(layout.correlation(block.group, coefficients[p]!, coefficients[q]!));
            for (let s = 0; s < total; s++) {
              variance[s]! += moment * own[p]![s]! * own[q]![s]! * (rho?.[s] ?? 1);
            }
          }),
        );
      }
    }
  }
  const fixed = varianceOverRows(fit, total);
  const residual = residualVariance(fit, total);
  const random = new Float64Array(total);
  for (const variance of byGroup.values()) for (let s = 0; s < total; s++) random[s]! += variance[s]!;

  const ratio = (top: (s: number) => number, bottom: (s: number) => number): Float64Array =>
    Float64Array.from({ length: total }, (_, s) => top(s) / bottom(s));
  const inner = (s: number): number => random[s]! + residual[s]!;
  const whole = (s: number): number => fixed[s]! + inner(s);
  const estimate = (name: string, values: Float64Array): NamedEstimate => ({
    name,
    ...describe(values.slice(), options),
  });
  return {
    variances: [
      estimate("fixed", fixed),
      ...[...byGroup].map(([group, variance]) => estimate(group, variance)),
      estimate("residual", residual),
    ],
    icc: [
      ...[...byGroup].map(([group, variance]) =>
        estimate(
          group,
          ratio((s) => variance[s]!, inner),
        ),
      ),
      estimate(
        "adjusted",
        ratio((s) => random[s]!, inner),
      ),
      estimate(
        "unadjusted",
        ratio((s) => random[s]!, whole),
      ),
    ],
    r2: [
      estimate(
        "marginal",
        ratio((s) => fixed[s]!, whole),
      ),
      estimate(
        "conditional",
        ratio((s) => fixed[s]! + random[s]!, whole),
      ),
    ],
  };
}

function meanProduct(a: Float64Array, i: number, b: Float64Array, j: number, rows: number): number {
  let sum = 0;
  for (let r = 0; r < rows; r++) sum += a[i * rows + r]! * b[j * rows + r]!;
  return sum / rows;
}

/** Variance over the rows (n − 1) of the linear predictor without group-level effects. */
function varianceOverRows(fit: Fit, total: number): Float64Array {
  const means = new Float64Array(total);
  const squares = new Float64Array(total);
  let seen = 0;
  for (const { from, to, values } of linpred(fit, undefined, { reFormula: "none" }).blocks()) {
    const count = to - from;
    for (let i = 0; i < count; i++) {
      seen++;
      for (let s = 0; s < total; s++) {
        const value = values[s * count + i]!;
        const delta = value - means[s]!;
        means[s]! += delta / seen;
        squares[s]! += delta * (value - means[s]!);
      }
    }
  }
  return squares.map((value) => value / (seen - 1));
}

function residualVariance(fit: Fit, total: number): Float64Array {
  const { family } = fit.spec;
  const link = family.links.mu!;
  if (family.name === "gaussian" && link === "identity") {
    const sums = new Float64Array(total);
    let rows = 0;
    for (const { from, to, values } of epred(fit, undefined, { dpar: "sigma" }).blocks()) {
      const count = to - from;
      rows += count;
      for (let s = 0; s < total; s++) {
        for (let i = 0; i < count; i++) sums[s]! += values[s * count + i]! ** 2;
      }
    }
    return sums.map((value) => value / rows);
  }
  const latent = ["bernoulli", "binomial", "cumulative"].includes(family.name) ? LATENT[link] : undefined;
  if (latent === undefined) {
    throw new FamilyError(
      `the residual variance of ${family.name} with link ${link} on the scale of the linear predictor is not defined here; ` +
        "bayesR2() works for every family",
    );
  }
  return new Float64Array(total).fill(latent);
}
