/**
 * LKJ(eta) on the Cholesky factor L of a K × K correlation matrix: Π L_kk^{K − k + 2·eta − 2}
 * (Lewandowski, Kurowicka & Joe 2009; Stan Functions Reference, "Cholesky LKJ correlation distribution").
 */
import * as Elementary from "../numeric/elementary.ts";
import { logGamma } from "../numeric/special.ts";

/** Log density and gradient for a row-major lower-triangular factor of size K. */
export function lkjCholesky(size: number, eta: number) {
  const constant = logConstant(size, eta);
  return {
    name: `lkj(${eta})`,
    gradient(l: Float64Array, out: Float64Array): number {
      out.fill(0);
      let total = constant;
      for (let k = 1; k < size; k++) {
        const exponent = size - (k + 1) + 2 * eta - 2;
        const diagonal = l[k * size + k]!;
        total += exponent * Elementary.log(diagonal);
        out[k * size + k] = exponent / diagonal;
      }
      return total;
    },
  };
}

/** −log of the integral: Theorem 5 and section 3 of the paper, by the beta distributions of the partial correlations. */
function logConstant(size: number, eta: number): number {
  let total = 0;
  for (let k = 1; k < size; k++) {
    const b = eta + 0.5 * (size - 1 - k);
    total += logGamma(b + 0.5 * k) - logGamma(b) - 0.5 * k * Elementary.log(Math.PI);
  }
  return total;
}
