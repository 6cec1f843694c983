/**
 * Log marginal likelihoods by bridge sampling: Meng & Wong (1996), "Simulating ratios of normalizing constants via a simple
 * identity"; Gronau et al. (2017), "A tutorial on bridge sampling", with a normal proposal fitted to half of the draws.
 */

import { ess } from "../diagnostics/ess.ts";
import { NutmixError } from "../errors.ts";
import { lowerCholesky } from "../linalg/lower-cholesky.ts";
import * as Elementary from "../numeric/elementary.ts";
import { greatest } from "../numeric/greatest.ts";
import type { Rng } from "../random/rng.ts";

export interface UnconstrainedDraws {
  readonly chains: number;
  /** Per chain. */
  readonly draws: number;
  readonly dimension: number;
  /** (chains × draws) × dimension, row-major. */
  readonly values: Float64Array;
}

export interface MarginalLikelihood {
  readonly logMarginalLikelihood: number;
  /** Approximate coefficient of variation of the marginal likelihood (Frühwirth-Schnatter 2004): its error on the log scale. */
  readonly error: number;
  readonly iterations: number;
}

const TOLERANCE = 1e-10;
const MOST_ITERATIONS = 1000;

/**
 * @param logDensity normalised joint log density of data and unconstrained parameters (log-Jacobian included).
 * @throws NutmixError when there are too few draws for the dimension, or the iteration does not converge.
 */
export function bridgeSampling(
  sample: UnconstrainedDraws,
  logDensity: (q: Float64Array) => number,
  rng: Rng,
): MarginalLikelihood {
  const { chains, draws, dimension: d, values } = sample;
  const half = Math.floor(draws / 2);
  const rest = draws - half;
  if (half * chains <= d + 1) {
    throw new NutmixError(
      `bridge sampling fits a normal distribution of ${d} dimensions to half of the draws: ${half * chains} are too few; draw more`,
    );
  }
  const row = (chain: number, draw: number): Float64Array => {
    const at = (chain * draws + draw) * d;
    return values.subarray(at, at + d);
  };
  const proposal = fitNormal(
    Array.from({ length: chains * half }, (_, s) => row(Math.floor(s / half), s % half)),
    d,
  );
  const n1 = chains * rest;
  const l1 = new Float64Array(n1);
  for (let s = 0; s < n1; s++) {
    const q = row(Math.floor(s / rest), half + (s % rest));
    l1[s] = logDensity(q) - proposal.logDensity(q);
  }
  const n2 = n1;
  const l2 = new Float64Array(n2);
  const q = new Float64Array(d);
  for (let s = 0; s < n2; s++) {
    const log = proposal.draw(rng, q);
    l2[s] = logDensity(q) - log;
  }
  const shift = l1.slice().sort()[Math.floor(n1 / 2)]!;
  const effective = Math.min(n1, ess({ chains, draws: rest, values: l1 }) || n1);
  const s1 = effective / (effective + n2);
  const s2 = n2 / (effective + n2);
  let r = 1;
  for (let iteration = 1; iteration <= MOST_ITERATIONS; iteration++) {
    let numerator = 0;
    let denominator = 0;
    for (const l of l2) {
      const e = Elementary.exp(l - shift);
      numerator += e === Number.POSITIVE_INFINITY ? 1 / s1 : e / (s1 * e + s2 * r);
    }
    for (const l of l1) denominator += 1 / (s1 * Elementary.exp(l - shift) + s2 * r);
    const next = numerator / n2 / (denominator / n1);
    const change = Math.abs((next - r) / next);
    r = next;
    if (!(Number.isFinite(r) && r > 0)) break;
    if (change < TOLERANCE) {
      const error = errorOf(l1, l2, shift, r, s1, s2, chains, rest);
      return { logMarginalLikelihood: Elementary.log(r) + shift, error, iterations: iteration };
    }
  }
  throw new NutmixError(
    "bridge sampling did not converge: the posterior is far from normal, or there are too few draws",
  );
}

/** Square root of the relative mean-squared error (Gronau et al. 2017, appendix B). */
function errorOf(
  l1: Float64Array,
  l2: Float64Array,
  shift: number,
  r: number,
  s1: number,
  s2: number,
  chains: number,
  draws: number,
): number {
  // p = posterior density, g = proposal, both relative to the proposal.
  const f1 = l2.map((l) => {
    const p = Elementary.exp(l - shift) / r;
    return p === Number.POSITIVE_INFINITY ? 1 / s1 : p / (s1 * p + s2);
  });
  const f2 = l1.map((l) => 1 / (s1 * (Elementary.exp(l - shift) / r) + s2));
  const [mean1, variance1] = moments(f1);
  const [mean2, variance2] = moments(f2);
  const effective = ess({ chains, draws, values: f2 }) || f2.length;
  return Math.sqrt(variance1 / mean1 ** 2 / f1.length + variance2 / mean2 ** 2 / effective);
}

function moments(x: Float64Array): [mean: number, variance: number] {
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  return [mean, x.reduce((a, b) => a + (b - mean) ** 2, 0) / (x.length - 1)];
}

interface Normal {
  logDensity(q: Float64Array): number;
  /** Writes a draw and returns its log density. */
  draw(rng: Rng, out: Float64Array): number;
}

function fitNormal(rows: readonly Float64Array[], d: number): Normal {
  const mean = new Float64Array(d);
  for (const row of rows) for (let i = 0; i < d; i++) mean[i]! += row[i]! / rows.length;
  const covariance = new Float64Array(d * d);
  for (const row of rows) {
    for (let i = 0; i < d; i++) {
      const a = row[i]! - mean[i]!;
      for (let j = 0; j <= i; j++) covariance[i * d + j]! += (a * (row[j]! - mean[j]!)) / (rows.length - 1);
    }
  }
  const factor = lowerCholesky(covariance, d);
  if (factor === undefined) {
    throw new NutmixError(
      "the draws do not vary in every direction: bridge sampling cannot fit its proposal",
    );
  }
  let constant = -0.5 * d * Elementary.log(2 * Math.PI);
  for (let i = 0; i < d; i++) constant -= Elementary.log(factor[i * d + i]!);
  const z = new Float64Array(d);
  return {
    logDensity(q) {
      let squares = 0;
      for (let i = 0; i < d; i++) {
        let rest = q[i]! - mean[i]!;
        for (let j = 0; j < i; j++) rest -= factor[i * d + j]! * z[j]!;
        z[i] = rest / factor[i * d + i]!;
        squares += z[i]! * z[i]!;
      }
      return constant - 0.5 * squares;
    },
    draw(rng, out) {
      let squares = 0;
      for (let i = 0; i < d; i++) {
        z[i] = rng.normal();
        squares += z[i]! * z[i]!;
      }
      for (let i = 0; i < d; i++) {
        let sum = mean[i]!;
        for (let j = 0; j <= i; j++) sum += factor[i * d + j]! * z[j]!;
        out[i] = sum;
      }
      return constant - 0.5 * squares;
    },
  };
}

/** exp of the difference of two log marginal likelihoods, with the error of its logarithm. */
export function bayesFactor(
  a: MarginalLikelihood,
  b: MarginalLikelihood,
): { readonly bayesFactor: number; readonly log: number; readonly error: number } {
  const log = a.logMarginalLikelihood - b.logMarginalLikelihood;
  return { bayesFactor: Elementary.exp(log), log, error: Elementary.hypot(a.error, b.error) };
}

/** Posterior model probabilities; `prior` defaults to equal ones. */
export function posteriorProbabilities(
  models: readonly MarginalLikelihood[],
  prior: readonly number[] = models.map(() => 1 / models.length),
): number[] {
  const logs = models.map(
    ({ logMarginalLikelihood }, k) => logMarginalLikelihood + Elementary.log(prior[k]!),
  );
  const most = greatest(logs);
  const e = logs.map((own) => Elementary.exp(own - most));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((own) => own / sum);
}
