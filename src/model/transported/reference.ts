/**
 * The reference point of transported coordinates: there the rows' likelihood is replaced by the normal one that has its slope and
 * its curvature in the linear predictors.
 */
import type { ElementPrior } from "../../autodiff/ops/density.ts";
import { factorise } from "../../marginal/factor.ts";
import { applyFactors } from "../../marginal/relative-factors.ts";
import { addRandomPart, transposedRandomPart } from "../../marginal/row-products.ts";
import type { Structure } from "../../marginal/structure.ts";
import { setWeights, transportMean } from "../../marginal/transport.ts";
import { fillFactors, fillHeld } from "./hyperparameters.ts";
import { gather, type Part, scatter, type Transportable } from "./part.ts";
import { type RowCurvature, rowCurvature } from "./row-curvature.ts";

/** The search for a mode stops here, or when a step gains less than this. */
const MOST_STEPS = 40;
const ENOUGH = 0.01;
const MOST_HALVINGS = 12;

/**
 * Takes weights and working responses from the rows at the point `own` of the model's own coordinates; false when it is no
 * possible reference: a row is impossible, or the curvature is not positive.
 */
export function refer(given: Transportable, parts: readonly Part[], own: Float64Array): boolean {
  const { model, hyper, rows } = given;
  rows.forward(own);
  hyper.program.forward(own);
  const { predictors, likelihood } = model;
  const etas = rows.outputs.slice(0, predictors.length);
  const values = rows.outputs.slice(predictors.length, predictors.length + likelihood.operands.length);
  const thresholds = likelihood.thresholds && rows.outputs.at(-1)!;
  return parts.every((part, c) => {
    const curvatures: RowCurvature[] = [];
    for (const k of part.cluster.predictors) {
      const curvature = rowCurvature(likelihood, predictors[k]!, etas[k]!, values, thresholds);
      if (curvature === undefined) return false;
      curvatures.push(curvature);
    }
    referPart(given, part, c, curvatures, own);
    return part.joint.sources.every((source) => source.every(Number.isFinite)) && settle(part);
  });
}

function referPart(
  { model, hyper }: Transportable,
  part: Part,
  c: number,
  curvatures: readonly RowCurvature[],
  own: Float64Array,
): void {
  const { cluster, joint, system, lambda, apart } = part;
  const { structure, x, coefficients } = cluster;
  const { rows: n } = model;
  const total = structure.rows;
  const weights = new Float64Array(total);
  const residual = new Float64Array(total);
  curvatures.forEach(({ weight, score }, position) => {
    weights.set(weight, position * n);
    residual.set(score, position * n);
  });
  const latent = new Float64Array(cluster.home.length);
  gather(own, cluster.home, latent);
  const beta = latent.slice(structure.effects);
  const priors = coefficients.map(({ prior }, k) => priorCurvature(prior, beta[k]!));
  setWeights(
    joint,
    weights,
    x,
    Float64Array.from(priors, ({ precision }) => precision),
  );

  fillFactors(hyper, cluster, lambda);
  fillHeld(hyper, c, part.held);
  // ℓ′ + w·η of the latent part of η, less what the held parameters give at the reference.
  const b = latent.slice();
  applyFactors(structure, lambda, b);
  const latentEta = new Float64Array(total);
  addRandomPart(structure, b, latentEta);
  beta.forEach((value, k) => {
    for (let i = 0; i < total; i++) latentEta[i]! += value * x[k * total + i]!;
  });
  for (let i = 0; i < total; i++) residual[i]! += weights[i]! * latentEta[i]!;
  hyper.held[c]!.forEach(({ position, coefficient, element }, k) => {
    const along = new Float64Array(total);
    if (coefficient === undefined) along.set(curvatures[position]!.cross[element]!, position * n);
    else {
      for (let i = 0; i < n; i++) {
        along[position * n + i] = -weights[position * n + i]! * coefficient.column[i]!;
      }
    }
    for (let i = 0; i < total; i++) residual[i]! -= part.held[k]! * along[i]!;
    source(structure, x, along, joint.sources[k + 1]!);
  });
  source(structure, x, residual, joint.sources[0]!);
  priors.forEach(({ precision, pull }, k) => {
    joint.sources[0]![structure.effects + k]! += pull + precision * beta[k]!;
  });
  if (apart === undefined) return;

  setWeights(system, weights, new Float64Array(0), new Float64Array(0));
  joint.sources.forEach((own, k) => {
    system.sources[k]!.set(own.subarray(0, structure.effects));
  });
  const along = new Float64Array(total);
  beta.forEach((_, k) => {
    for (let i = 0; i < total; i++) along[i] = -weights[i]! * x[k * total + i]!;
    transposedRandomPart(structure, along, system.sources[joint.sources.length + k]!);
  });
  apart.centre.set(beta);
}

/** The coefficients' own factor at the reference, where they stand apart; false when it is not positive definite. */
function settle({ joint, apart, lambda }: Part): boolean {
  if (apart === undefined) return true;
  if (factorise(joint.factor, joint.a, lambda) >= 0) return false;
  const { denseSize: m, border: p } = joint.structure;
  const { dense } = joint.factor.values;
  for (let i = 0; i < p; i++) {
    for (let j = 0; j <= i; j++) apart.factor[i * p + j] = dense[(m - p + i) * m + m - p + j]!;
  }
  return apart.factor.every(Number.isFinite);
}

/** [Z X]ᵀr. */
function source(structure: Structure, x: Float64Array, r: Float64Array, out: Float64Array): void {
  const { rows: n, effects, border } = structure;
  transposedRandomPart(structure, r, out);
  for (let k = 0; k < border; k++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += x[k * n + i]! * r[i]!;
    out[effects + k] = sum;
  }
}

/**
 * Moves effects and coefficients of `own` towards their mode given the hyperparameters, by Newton steps that are halved until the
 * density grows, and refers to that point. False when there is no reference on the way.
 */
export function referToMode(given: Transportable, parts: readonly Part[], own: Float64Array): boolean {
  const { own: density } = given;
  const gradient = new Float64Array(own.length);
  let value = density.evaluate(own, gradient);
  if (!Number.isFinite(value)) return false;
  for (let step = 0; step < MOST_STEPS; step++) {
    if (!refer(given, parts, own)) return false;
    const target = own.slice();
    if (!toMean(given, parts, target)) return false;
    const candidate = own.slice();
    let gained = 0;
    for (let half = 0, length = 1; half < MOST_HALVINGS; half++, length /= 2) {
      for (let i = 0; i < own.length; i++) candidate[i] = own[i]! + length * (target[i]! - own[i]!);
      const reached = density.evaluate(candidate, gradient);
      if (!(reached > value)) continue;
      gained = reached - value;
      value = reached;
      own.set(candidate);
      break;
    }
    if (gained < ENOUGH) break;
  }
  return refer(given, parts, own);
}

/** Replaces effects and coefficients by their mean given the hyperparameters. */
function toMean({ hyper }: Transportable, parts: readonly Part[], own: Float64Array): boolean {
  hyper.program.forward(own);
  return parts.every(({ cluster, joint, lambda }, c) => {
    fillFactors(hyper, cluster, lambda);
    const held = new Float64Array(hyper.held[c]!.length);
    fillHeld(hyper, c, held);
    const latent = new Float64Array(cluster.home.length);
    if (!transportMean(joint, lambda, held, latent)) return false;
    scatter(latent, cluster.home, own);
    return true;
  });
}

/** −d² log p/dx² (0 where it is not positive) and d log p/dx of a coefficient's prior. */
function priorCurvature(prior: ElementPrior | null, x: number): { precision: number; pull: number } {
  if (prior === null) return { precision: 0, pull: 0 };
  const { distribution, arguments: args } = prior;
  const out = new Float64Array(1 + args.length);
  const slope = (at: number): number => {
    distribution.gradient(at, args, out);
    return out[0]!;
  };
  const sd = distribution.sd(args);
  const h = 1e-3 * (sd > 0 && sd < Infinity ? sd : 1);
  const precision = (slope(x - h) - slope(x + h)) / (2 * h);
  return { precision: precision > 0 && precision < Infinity ? precision : 0, pull: slope(x) };
}
