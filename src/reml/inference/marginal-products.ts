/** ZᵀV⁻¹Z and ZᵀV⁻¹X of a fit, V the covariance of the (whitened) response. Dense in the number of effects. */
import { multiply } from "../../marginal/cross-products.ts";
import { solveForward } from "../../marginal/factor.ts";
import { evaluate } from "../../marginal/gaussian.ts";
import { applyTransposedFactors } from "../../marginal/relative-factors.ts";
import type { LinearModel } from "../linear-model.ts";
import type { LmmFit } from "../lmm-fit.ts";
import { relativeFactors } from "../random-layout.ts";

export interface MarginalProducts {
  /** q × q, column-major. */
  readonly t: Float64Array;
  /** q × p, column-major. */
  readonly u: Float64Array;
  /** For each variance and covariance the places of the effects' covariance matrix where it stands. */
  readonly elements: readonly (readonly (readonly [number, number])[])[];
  /** Those variances and covariances. */
  readonly gamma: readonly number[];
}

export function marginalProducts(fit: LmmFit, { system, layout }: LinearModel): MarginalProducts {
  const { structure, p, a, factor, r } = system;
  const q = structure.effects;
  const lambda = relativeFactors(layout, fit.theta);
  evaluate(system, lambda);
  const sigma2 = fit.sigma ** 2;
  const size = q + p + 1;
  // Columns of L⁻¹[ΛᵀZᵀZ, ΛᵀZᵀQ] over the effects alone.
  const half: Float64Array[] = [];
  const products: Float64Array[] = [];
  for (let column = 0; column < q + p; column++) {
    const unit = new Float64Array(size);
    unit[column] = 1;
    const product = new Float64Array(size);
    multiply(structure, a, unit, product);
    const forward = product.slice();
    applyTransposedFactors(structure, lambda, forward);
    solveForward(factor, forward, 0);
    half.push(forward.subarray(0, q));
    products.push(product.subarray(0, q));
  }
  const inner = (x: Float64Array, y: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < q; i++) sum += x[i]! * y[i]!;
    return sum;
  };
  const t = new Float64Array(q * q);
  for (let j = 0; j < q; j++) {
    for (let i = 0; i <= j; i++) {
      t[j * q + i] = (products[j]![i]! - inner(half[i]!, half[j]!)) / sigma2;
      t[i * q + j] = t[j * q + i]!;
    }
  }
  // For Q, then X = QR.
  const orthonormal = Array.from({ length: p }, (_, k) =>
    products[q + k]!.map((value, i) => (value - inner(half[i]!, half[q + k]!)) / sigma2),
  );
  const u = new Float64Array(q * p);
  for (let k = 0; k < p; k++) {
    for (let j = 0; j <= k; j++) {
      const factorR = r[j * p + k]!;
      for (let i = 0; i < q; i++) u[k * q + i]! += orthonormal[j]![i]! * factorR;
    }
  }
  return { t, u, ...covarianceElements(fit, layout, structure.firstColumn) };
}

function covarianceElements(
  fit: LmmFit,
  layout: LinearModel["layout"],
  firstColumn: Int32Array,
): Pick<MarginalProducts, "elements" | "gamma"> {
  const gamma: number[] = [];
  const elements = layout.theta.map(({ term, block, row, column, repeats }) => {
    const { from, names } = layout.terms[term]!;
    gamma.push(fit.random[term]!.covariance[(column - from) * names.length + row - from]!);
    const { size, levels } = layout.blocks[block]!;
    return Array.from({ length: levels * repeats }, (_, k) => {
      const at = firstColumn[block]! + Math.floor(k / repeats) * size + (k % repeats);
      const pair = [at + row, at + column] as const;
      return row === column ? [pair] : [pair, [at + column, at + row] as const];
    }).flat();
  });
  return { elements, gamma };
}
