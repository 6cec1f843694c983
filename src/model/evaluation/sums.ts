/** Gaussian likelihoods from sufficient statistics: at a cost that does not depend on the number of rows. */
import { sampledCost } from "../costs.ts";
import { compileSampled } from "../sampled.ts";
import type { UndecidedSpec } from "../spec.ts";
import type { Evaluation } from "./evaluation.ts";

/** Largest relative error of the sum of squares that cancellation may leave. */
const PRECISION = 1e-8;

export const sums: Evaluation = {
  strategy: "explicit",
  likelihood: "sums",
  refuses: withoutSums,
  refusal: (reason) => `there are no sufficient statistics: ${reason}; use likelihood "rows" or "auto"`,
  cost: (spec) => sampledCost(spec, "sums"),
  compile: (spec) => compileSampled(spec, spec.design),
};

/** Why the likelihood needs the rows, or undefined. */
function withoutSums({ design, family, priorOnly }: UndecidedSpec): string | undefined {
  if (priorOnly) return "the likelihood is left out";
  if (family.name !== "gaussian" || family.links.mu !== "identity") {
    return "the response is not Gaussian with an identity link";
  }
  const { response, predictors } = design;
  if (predictors.length > 1) return "another parameter than mu is predicted";
  if (response.censoring !== undefined) return "the response is censored";
  if (response.se !== undefined) return "rows have standard errors of their own";
  const [{ population, offset }] = predictors as [(typeof predictors)[0]];
  const { values, weights } = response;
  const y = offset === undefined ? values : values.map((value, i) => value - offset[i]!);
  if (!population.intercept && cancels(y, weights)) {
    return "the response lies so far from zero that sums of squares lose its variation";
  }
  return undefined;
}

function cancels(y: Float64Array, weights: Float64Array | undefined): boolean {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < y.length; i++) {
    const weight = weights?.[i] ?? 1;
    count += weight;
    sum += weight * y[i]!;
    squares += weight * y[i]! ** 2;
  }
  const mean = sum / count;
  const spread = y.reduce((total, value, i) => total + (weights?.[i] ?? 1) * (value - mean) ** 2, 0);
  return !(squares * Number.EPSILON < PRECISION * spread);
}
