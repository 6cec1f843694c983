/** What the ordinal families share: everything but the kernel. */
import * as Elementary from "../numeric/elementary.ts";
import { disc } from "./dpars.ts";
import type { Family, KernelContext, RowKernel } from "./family.ts";
import { FIRST } from "./ordinal-kernels.ts";
import { categoryResponse } from "./responses.ts";

/** Calls `visit(k, P(Y = k))` for k = 1 … K until it returns true. */
function eachCategory(
  kernel: RowKernel,
  p: Float64Array,
  visit: (category: number, probability: number) => boolean,
): void {
  const d = new Float64Array([1, 1, Number.NaN]);
  const g = new Float64Array(p.length);
  const categories = p.length - FIRST + 1;
  for (let k = 1; k <= categories; k++) {
    d[0] = k;
    if (visit(k, Elementary.exp(kernel.logDensity(d, p, g)))) return;
  }
}

export function ordinalFamily(
  name: string,
  links: readonly string[],
  thresholds: "ordered" | "free",
  kernel: (context: KernelContext) => RowKernel,
): Family {
  return {
    name,
    response: categoryResponse,
    dpars: [{ name: "mu", links, scale: "identity", lower: -Infinity, upper: Infinity }, disc],
    additions: [],
    thresholds,
    kernel,
    sample(rng, _d, p, context) {
      let rest = rng.uniform();
      let drawn = p.length - FIRST + 1;
      eachCategory(kernel(context), p, (k, probability) => {
        rest -= probability;
        if (rest < 0) drawn = k;
        return rest < 0;
      });
      return drawn;
    },
    mean(_d, p, context) {
      let sum = 0;
      eachCategory(kernel(context), p, (k, probability) => {
        sum += k * probability;
        return false;
      });
      return sum;
    },
    probabilities(p, context, out) {
      eachCategory(kernel(context), p, (k, probability) => {
        out[k - 1] = probability;
        return false;
      });
    },
  };
}

/** Links of cumulative and acat; sratio and cratio do not have softit, as in brms. */
export const SEQUENTIAL_LINKS = ["logit", "probit", "probit_approx", "cloglog", "cauchit"] as const;
export const ORDINAL_LINKS = [...SEQUENTIAL_LINKS, "softit"] as const;
