/**
 * The collapsed log-likelihood as one node of the graph. Operands: sigma, the held coefficients [e], then for every
 * covariance block its standard deviations [M] and, when correlated, its Cholesky factor [M × M].
 */

import type { Op } from "../../autodiff/op.ts";
import { requireShape } from "../../autodiff/op.ts";
import { type CollapsedSystem, collapsedGradient, collapsedValue } from "../../marginal/collapsed.ts";
import * as Elementary from "../../numeric/elementary.ts";

/** Where a covariance block stands: λ of `factor` has it at rows and columns `from` …; operands by position. */
export interface CovarianceOperand {
  readonly factor: number;
  readonly from: number;
  readonly size: number;
  readonly sd: number;
  readonly cholesky: number | undefined;
}

export interface CollapsedAttributes {
  readonly system: CollapsedSystem;
  readonly covariances: readonly CovarianceOperand[];
  /** Standard deviations that are known (normal priors): diagonal of the factor's λ times sigma. */
  readonly known: { readonly factor: number; readonly sd: Float64Array } | undefined;
  /** Σ weights less the number of integrated coefficients with flat priors: the exponent of 1/σ. */
  readonly degrees: number;
}

interface CollapsedWork {
  readonly lambda: Float64Array[];
  readonly slope: Float64Array;
  residual: number;
  usable: boolean;
}

export const collapsedLikelihood: Op<CollapsedAttributes, CollapsedWork> = {
  name: "collapsedLikelihood",
  shape(inputs, { system, covariances }) {
    const operands = covariances.reduce((sum, { cholesky }) => sum + (cholesky === undefined ? 1 : 2), 2);
    requireShape(
      inputs.length === operands && inputs[0]!.length === 0 && inputs[1]![0] === system.held,
      "collapsedLikelihood: operands do not fit",
    );
    return [];
  },
  workspace: ({ attributes: { system } }) => ({
    lambda: system.structure.blocks.map(({ size }) => new Float64Array(size * size)),
    slope: new Float64Array(system.held + 1),
    residual: 0,
    usable: false,
  }),
  forward({ x, y, work, attributes }) {
    const { system, degrees } = attributes;
    const sigma = x[0]![0]!;
    fillFactors(attributes, x, work.lambda);
    const value = sigma > 0 && sigma < Infinity ? collapsedValue(system, work.lambda, x[1]!) : undefined;
    work.usable = value !== undefined;
    y[0] = Number.NEGATIVE_INFINITY;
    if (value === undefined) return;
    work.slope.set(value.slope);
    work.residual = value.residual;
    y[0] =
      -0.5 *
      (degrees * Elementary.log(2 * Math.PI * sigma * sigma) +
        value.logDeterminants +
        value.residual / (sigma * sigma));
    if (Number.isNaN(y[0])) y[0] = Number.NEGATIVE_INFINITY;
  },
  backward({ x, xBar, yBar, work, attributes }) {
    if (!work.usable) return;
    const { system, covariances, degrees, known } = attributes;
    const bar = yBar[0]!;
    const sigma = x[0]![0]!;
    const sigma2 = sigma * sigma;
    const byLambda = collapsedGradient(system, work.lambda, x[1]!, sigma2);
    let sigmaSlope = -degrees / sigma + work.residual / (sigma2 * sigma);
    const alongLambda = (f: number, row: number, column: number): number => {
      const { size } = system.structure.blocks[f]!;
      const at = row * size + column;
      // d log p/dλ = −½·byLambda, and λ = absolute/σ.
      sigmaSlope += (0.5 * byLambda[f]![at]! * work.lambda[f]![at]!) / sigma;
      return (-0.5 * byLambda[f]![at]!) / sigma;
    };
    for (const { factor, from, size, sd, cholesky } of covariances) {
      for (let i = 0; i < size; i++) {
        for (let j = cholesky === undefined ? i : 0; j <= i; j++) {
          const slope = bar * alongLambda(factor, from + i, from + j);
          const l = cholesky === undefined ? 1 : x[cholesky]![i * size + j]!;
          if (xBar[sd] !== null) xBar[sd]![i]! += slope * l;
          if (cholesky !== undefined && xBar[cholesky] !== null) {
            xBar[cholesky]![i * size + j]! += slope * x[sd]![i]!;
          }
        }
      }
    }
    if (known !== undefined) known.sd.forEach((_, k) => alongLambda(known.factor, k, k));
    if (xBar[0] !== null) xBar[0]![0]! += bar * sigmaSlope;
    const heldBar = xBar[1];
    if (heldBar !== null) {
      for (let k = 0; k < system.held; k++) heldBar![k]! += (bar * work.slope[k]!) / sigma2;
    }
  },
};

/** λ of every factor: diag(sd)·L/σ, block by block. */
export function fillFactors(
  { system, covariances, known }: CollapsedAttributes,
  x: readonly ArrayLike<number>[],
  lambda: readonly Float64Array[],
): void {
  const sigma = x[0]![0]!;
  for (const { factor, from, size, sd, cholesky } of covariances) {
    const width = system.structure.blocks[factor]!.size;
    for (let i = 0; i < size; i++) {
      for (let j = cholesky === undefined ? i : 0; j <= i; j++) {
        const l = cholesky === undefined ? 1 : x[cholesky]![i * size + j]!;
        lambda[factor]![(from + i) * width + from + j] = (x[sd]![i]! * l) / sigma;
      }
    }
  }
  known?.sd.forEach((sd, k) => {
    lambda[known.factor]![k * known.sd.length + k] = sd / sigma;
  });
}
