/**
 * Log densities of the ordinal families. `mu` is the linear predictor itself: threshold families receive it untouched, and the
 * link of mu names the distribution function F that the density evaluates.
 * Definitions as in Bürkner & Vuorre (2019), "Ordinal regression models in psychology".
 */
import * as b from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { THRESHOLDS, y } from "./density.ts";
import type { KernelContext } from "./family.ts";
import { scaledLinkExpression, thresholdCdf } from "./link-expressions.ts";

export type OrdinalDensity = (context: KernelContext) => Expression;

const mu = b.parameter("mu");
const disc = b.parameter("disc");
/** Threshold above category k. */
const above = (k: Expression | number): Expression => b.element(THRESHOLDS, b.sub(k, 1));
/** disc (τ_k − mu) */
const distance = (threshold: Expression): Expression => b.mul(disc, b.sub(threshold, mu));
/** 0, and −∞ where disc is not positive. */
const possible = b.select(b.lt(0, disc), 0, -Infinity);
const linkOf = ({ links }: KernelContext): string => links.mu ?? "logit";

/** P(Y ≤ k) = F(disc (τ_k − mu)). */
export const cumulativeDensity: OrdinalDensity = (context) => {
  const cdf = thresholdCdf(linkOf(context));
  const upper = distance(above(y));
  const lower = distance(above(b.sub(y, 1)));
  const gap = b.mul(disc, b.sub(above(y), above(b.sub(y, 1))));
  const inner = b.select(
    b.eq(y, context.categories),
    cdf.logCcdf(lower),
    cdf.logDifference(upper, lower, gap),
  );
  return b.add(b.select(b.eq(y, 1), cdf.logCdf(upper), inner), possible);
};

/** Σ over the thresholds up to the category: of those that are passed, and of the one that is not. */
function sequence(
  { categories }: KernelContext,
  passed: (x: Expression) => Expression,
  stopped: (x: Expression) => Expression,
): Expression {
  const decisions = Array.from({ length: Math.max(0, categories - 1) }, (_, i) => {
    const x = distance(above(i + 1));
    return b.select(b.lt(i + 1, y), passed(x), b.select(b.eq(y, i + 1), stopped(x), 0));
  });
  return b.sum([...decisions, possible]);
}

/** A sequence of decisions to stop at category k, or to go on: P(Y = k | Y ≥ k) = F(disc (τ_k − mu)). */
export const stoppingDensity: OrdinalDensity = (context) => {
  const { logCdf, logCcdf } = thresholdCdf(linkOf(context));
  return sequence(context, logCcdf, logCdf);
};

/** The same sequence with the roles of F turned round: P(Y > k | Y ≥ k) = F(disc (mu − τ_k)). */
export const continuationDensity: OrdinalDensity = (context) => {
  const { logCdf, logCcdf } = thresholdCdf(linkOf(context));
  return sequence(
    context,
    (x) => logCdf(b.neg(x)),
    (x) => logCcdf(b.neg(x)),
  );
};

/** P(Y = k + 1 | Y ∈ {k, k + 1}) = F(disc (mu − τ_k)): a softmax over the running sums of logit F. */
export const adjacentDensity: OrdinalDensity = (context) => {
  let score: Expression = b.constant(0);
  let total = score;
  let chosen = score;
  for (let k = 1; k < context.categories; k++) {
    const step = scaledLinkExpression(linkOf(context), "logit", b.neg(distance(above(k))));
    score = b.add(score, step);
    total = b.logSumExp(total, score);
    chosen = b.add(chosen, b.select(b.lt(k, y), step, 0));
  }
  return b.add(b.sub(chosen, total), possible);
};
