/** Dirichlet(α) on a simplex (Stan Functions Reference, "Dirichlet distribution"). */
import * as Elementary from "../numeric/elementary.ts";
import { logGamma } from "../numeric/special.ts";

/** Normalised log density and gradient; one concentration per element. */
export function dirichlet(alpha: ArrayLike<number>) {
  const sizes = Array.from(alpha);
  const constant =
    logGamma(sizes.reduce((sum, own) => sum + own, 0)) - sizes.reduce((sum, own) => sum + logGamma(own), 0);
  return {
    name: `dirichlet(${sizes.join(", ")})`,
    gradient(x: Float64Array, out: Float64Array): number {
      let total = constant;
      for (let k = 0; k < sizes.length; k++) {
        const exponent = sizes[k]! - 1;
        if (exponent === 0) {
          out[k] = 0;
          continue;
        }
        total += exponent * Elementary.log(x[k]!);
        out[k] = exponent / x[k]!;
      }
      return total;
    },
  };
}
