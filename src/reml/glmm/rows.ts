/**
 * The log-likelihood of every row with the derivatives that Laplace's approximation needs. Kernels give the value and exact
 * first derivatives; higher ones in the linear predictor of mu are central differences of those (five points; Abramowitz &
 * Stegun 1964, 25.3.6 and 25.3.24), good to about ten digits.
 */

import type { RowKernel } from "../../families/family.ts";
import * as Elementary from "../../numeric/elementary.ts";
import type { Component, Components } from "./components.ts";

export interface RowModel {
  readonly n: number;
  readonly kernel: RowKernel;
  readonly components: Components;
  /** n × 3: y, trials, upper bound. */
  readonly response: Float64Array;
  /** Multiplies the log-likelihood of a row. */
  readonly weights: Float64Array | undefined;
  /** Entry of the kernel's parameters that is a residual standard deviation in logarithms; −1 = none. */
  readonly sigmaAt: number;
}

/** Derivatives of the log-likelihood of each row; `eta` is the linear predictor of mu. */
export interface RowDerivatives {
  /** ∂ℓ/∂η, −∂²ℓ/∂η², ∂³ℓ/∂η³. */
  readonly score: Float64Array;
  readonly weight: Float64Array;
  readonly third: Float64Array;
  /** For each component after mu: ∂ℓ/∂ζ, ∂²ℓ/∂η∂ζ, ∂³ℓ/∂η²∂ζ for its linear predictor ζ. */
  readonly others: readonly OtherDerivatives[];
}

export interface OtherDerivatives {
  readonly score: Float64Array;
  readonly cross: Float64Array;
  readonly third: Float64Array;
}

export function emptyDerivatives({ n, components }: RowModel): RowDerivatives {
  const vector = () => new Float64Array(n);
  return {
    score: vector(),
    weight: vector(),
    third: vector(),
    others: components.all.slice(1).map(() => ({ score: vector(), cross: vector(), third: vector() })),
  };
}

/** Linear predictors of the components after mu, which stay put while the mode of the effects is sought. */
export interface OtherPredictors {
  /** Kernel-scale values and their derivatives, per component after mu. */
  readonly values: readonly Float64Array[];
  readonly slopes: readonly Float64Array[];
}

export function otherPredictors({ components, n }: RowModel, etas: readonly Float64Array[]): OtherPredictors {
  const others = components.all.slice(1);
  const apply = (f: (component: Component, x: number) => number) =>
    others.map((component, j) => {
      const out = new Float64Array(n);
      for (let i = 0; i < n; i++) out[i] = f(component, etas[j]![i]!);
      return out;
    });
  return {
    values: apply(({ link }, x) => link.value(x)),
    slopes: apply(({ link }, x) => link.derivative(x)),
  };
}

/** Step of the differences, in units of the scale on which a row's likelihood varies. */
const STEP = 0.01;
/** The search for the mode needs less: three points. */
const SHORT_STEP = 1e-3;

/** Σ of the weighted log-likelihoods (without data-only terms); −Infinity where a row is impossible. */
export function logLikelihood(model: RowModel, eta: Float64Array, others: OtherPredictors): number {
  const row = rowAt(model, others);
  let sum = 0;
  for (let i = 0; i < model.n; i++) {
    row.load(i);
    const value = row.value(eta[i]!);
    if (!(value > -Infinity)) return -Infinity;
    sum += (model.weights?.[i] ?? 1) * value;
  }
  return sum;
}

/** The weighted log-likelihood of each row, and the scores. */
export function firstDerivatives(
  model: RowModel,
  eta: Float64Array,
  others: OtherPredictors,
  into: RowDerivatives,
): Float64Array {
  const row = rowAt(model, others);
  return Float64Array.from({ length: model.n }, (_, i) => {
    row.load(i);
    const w = model.weights?.[i] ?? 1;
    const value = row.value(eta[i]!);
    into.score[i] = w * row.slope();
    into.others.forEach(({ score }, j) => (score[i] = w * row.otherSlope(i, j)));
    return w * value;
  });
}

/** Score and weight alone, and the log-likelihood. */
export function shortDerivatives(
  model: RowModel,
  eta: Float64Array,
  others: OtherPredictors,
  into: RowDerivatives,
): number {
  const row = rowAt(model, others);
  let sum = 0;
  for (let i = 0; i < model.n; i++) {
    row.load(i);
    const w = model.weights?.[i] ?? 1;
    const h = SHORT_STEP * row.scale(eta[i]!);
    row.value(eta[i]! + h);
    const up = row.slope();
    row.value(eta[i]! - h);
    const down = row.slope();
    const value = row.value(eta[i]!);
    if (!(value > -Infinity)) return -Infinity;
    sum += w * value;
    into.score[i] = w * row.slope();
    into.weight[i] = (w * (down - up)) / (2 * h);
  }
  return sum;
}

/** All derivatives at the mode. */
export function fullDerivatives(
  model: RowModel,
  eta: Float64Array,
  others: OtherPredictors,
  into: RowDerivatives,
): void {
  const row = rowAt(model, others);
  const count = into.others.length;
  const g = new Float64Array(5 * (count + 1));
  for (let i = 0; i < model.n; i++) {
    row.load(i);
    const w = model.weights?.[i] ?? 1;
    const h = STEP * row.scale(eta[i]!);
    for (let s = 0; s < 5; s++) {
      row.value(eta[i]! + (s - 2) * h);
      g[s] = row.slope();
      for (let j = 0; j < count; j++) g[5 * (j + 1) + s] = row.otherSlope(i, j);
    }
    into.score[i] = w * g[2]!;
    into.weight[i] = -w * firstDifference(g, 0, h);
    into.third[i] = w * secondDifference(g, 0, h);
    into.others.forEach((other, j) => {
      other.score[i] = w * g[5 * (j + 1) + 2]!;
      other.cross[i] = w * firstDifference(g, 5 * (j + 1), h);
      other.third[i] = w * secondDifference(g, 5 * (j + 1), h);
    });
  }
}

const firstDifference = (g: Float64Array, at: number, h: number): number =>
  (g[at]! - g[at + 4]! + 8 * (g[at + 3]! - g[at + 1]!)) / (12 * h);

const secondDifference = (g: Float64Array, at: number, h: number): number =>
  (16 * (g[at + 1]! + g[at + 3]!) - g[at]! - g[at + 4]! - 30 * g[at + 2]!) / (12 * h * h);

/** One row at a time, without allocation. */
function rowAt({ kernel, components, response, sigmaAt }: RowModel, others: OtherPredictors) {
  const mu = components.all[0]!;
  const rest = components.all.slice(1);
  const d = new Float64Array(3);
  const p = components.known.slice();
  const g = new Float64Array(p.length);
  let slope = 1;
  const { link } = mu;
  return {
    load(i: number): void {
      d[0] = response[3 * i]!;
      d[1] = response[3 * i + 1]!;
      d[2] = response[3 * i + 2]!;
      for (let j = 0; j < rest.length; j++) p[rest[j]!.at] = others.values[j]![i]!;
    },
    value(eta: number): number {
      if (link.identity) p[mu.at] = eta;
      else {
        p[mu.at] = link.value(eta);
        slope = link.derivative(eta);
      }
      const value = kernel.logDensity(d, p, g);
      return Number.isNaN(value) ? -Infinity : value;
    },
    /** ∂ℓ/∂η where `value` was called last. */
    slope: (): number => g[mu.at]! * slope,
    otherSlope: (i: number, j: number): number => g[rest[j]!.at]! * others.slopes[j]![i]!,
    /** The scale of η: that of the residuals where there are such, else one. */
    scale(eta: number): number {
      if (sigmaAt < 0) return 1;
      const sigma = Elementary.exp(p[sigmaAt]!);
      return link.identity ? sigma : sigma / Math.max(Math.abs(link.derivative(eta)), 1e-300);
    },
  };
}

/** Σ of the terms that depend on the data alone. */
export function dataTerms({ n, kernel, response, weights }: RowModel): number {
  if (kernel.dataTerm === undefined) return 0;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    sum += (weights?.[i] ?? 1) * kernel.dataTerm(response.subarray(3 * i, 3 * i + 3));
  }
  return sum;
}
