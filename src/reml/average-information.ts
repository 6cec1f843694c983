/**
 * The average of observed and expected information about θ (Johnson & Thompson 1995, J. Dairy Sci. 78:449; Gilmour, Thompson
 * & Cullis 1995, Biometrics 51:1440), σ² profiled out: for −2 log likelihood
 * H_ij = qᵢᵀPqⱼ/σ² − (qᵢᵀPy)(qⱼᵀPy)/(mσ⁴), qᵢ = ∂V/∂θᵢ·Py, with m residual degrees of freedom and V in units of σ².
 */
import { multiply } from "../marginal/cross-products.ts";
import { solveForward } from "../marginal/factor.ts";
import { type GaussianSystem, solve } from "../marginal/gaussian.ts";
import { applyFactors, applyTransposedFactors, type RelativeFactors } from "../marginal/relative-factors.ts";
import type { RandomLayout } from "./random-layout.ts";

/** Row-major k × k; the system must have been evaluated at `lambda`, with `residual` its penalised residual sum of squares. */
export function averageInformation(
  system: GaussianSystem,
  layout: RandomLayout,
  lambda: RelativeFactors,
  residual: number,
  degrees: number,
): Float64Array {
  const { structure, a, factor, p } = system;
  const size = structure.effects + p + 1;
  const { borderBeta, u, b } = spherical(system, lambda);
  // Z'Py = Z'(y − Xβ − Zb): the cross products with the residual.
  const x = new Float64Array(size);
  for (let i = 0; i < b.length; i++) x[i] = -b[i]!;
  for (let j = 0; j < p; j++) x[structure.effects + j] = -borderBeta[j]!;
  x[size - 1] = 1;
  const score = new Float64Array(size);
  multiply(structure, a, x, score);

  // q = Z·c with c = (Λ̇Λᵀ + ΛΛ̇ᵀ)·Z'Py, and ΛᵀZ'Py = u.
  const half: Float64Array[] = [];
  const products: Float64Array[] = [];
  const coefficients: Float64Array[] = [];
  for (const { block, row, column, repeats } of layout.theta) {
    const { levels, size: width } = structure.blocks[block]!;
    const c = new Float64Array(size);
    const d = new Float64Array(size);
    for (let level = 0; level < levels; level++) {
      const at = structure.firstColumn[block]! + level * width;
      for (let i = 0; i < repeats; i++) d[at + column + i] = score[at + row + i]!;
    }
    applyFactors(structure, lambda, d);
    c.set(d);
    for (let level = 0; level < levels; level++) {
      const at = structure.firstColumn[block]! + level * width;
      for (let i = 0; i < repeats; i++) c[at + row + i]! += u[at + column + i]!;
    }
    const product = new Float64Array(size);
    multiply(structure, a, c, product);
    const forward = product.slice();
    applyTransposedFactors(structure, lambda, forward);
    solveForward(factor, forward, p);
    coefficients.push(c);
    products.push(product);
    half.push(forward.subarray(0, structure.effects + p));
  }
  const sigma2 = residual / degrees;
  const k = layout.theta.length;
  // qᵀPy = cᵀZ'Py
  const along = coefficients.map((c) => inner(c.subarray(0, structure.effects), score));
  const information = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) {
      const value =
        (inner(coefficients[i]!, products[j]!) - inner(half[i]!, half[j]!)) / sigma2 -
        (along[i]! * along[j]!) / (degrees * sigma2 * sigma2);
      information[i * k + j] = value;
      information[j * k + i] = value;
    }
  }
  return information;
}

/** Effects, and the coefficients of the orthonormal border. */
function spherical(system: GaussianSystem, lambda: RelativeFactors) {
  const { r, p, projection } = system;
  const { beta, b, u } = solve(system, lambda);
  const borderBeta = new Float64Array(p);
  for (let i = 0; i < p; i++) {
    let sum = -projection[i]!;
    for (let j = i; j < p; j++) sum += r[i * p + j]! * beta[j]!;
    borderBeta[i] = sum;
  }
  return { borderBeta, u, b };
}

function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
