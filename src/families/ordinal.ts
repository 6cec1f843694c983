/** What the ordinal families share: everything but the kernel. */
import * as Elementary from "../numeric/elementary.ts";
import { defineFamily } from "./density.ts";
import { disc } from "./dpars.ts";
import type { Family, RowKernel } from "./family.ts";
import type { OrdinalDensity } from "./ordinal-densities.ts";
import { categoryResponse } from "./responses.ts";

/** Index of the first threshold in p. */
const FIRST = 2;
const NONE = new Float64Array(0);

/** Calls `visit(k, P(Y = k))` for k = 1 … K until it returns true. */
function eachCategory(
  kernel: RowKernel,
  p: Float64Array,
  visit: (category: number, probability: number) => boolean,
): void {
  const d = new Float64Array([1, 1, Number.NaN]);
  const categories = p.length - FIRST + 1;
  for (let k = 1; k <= categories; k++) {
    d[0] = k;
    if (visit(k, Elementary.exp(kernel.logDensity(d, p, NONE)))) return;
  }
}

export function ordinalFamily(
  name: string,
  links: readonly string[],
  thresholds: "ordered" | "free",
  density: OrdinalDensity,
): Family {
  const family: Family = defineFamily({
    name,
    response: categoryResponse,
    dpars: [{ name: "mu", links, scale: "identity", lower: -Infinity, upper: Infinity }, disc],
    additions: [],
    thresholds,
    density: (context) => ({ logDensity: density(context) }),
    sample(rng, _d, p, context) {
      let rest = rng.uniform();
      let drawn = p.length - FIRST + 1;
      eachCategory(family.kernel(context), p, (k, probability) => {
        rest -= probability;
        if (rest < 0) drawn = k;
        return rest < 0;
      });
      return drawn;
    },
    mean(_d, p, context) {
      let sum = 0;
      eachCategory(family.kernel(context), p, (k, probability) => {
        sum += k * probability;
        return false;
      });
      return sum;
    },
    probabilities(p, context, out) {
      eachCategory(family.kernel(context), p, (k, probability) => {
        out[k - 1] = probability;
        return false;
      });
    },
  });
  return family;
}

/** Links of cumulative and acat; sratio and cratio do not have softit, as in brms. */
export const SEQUENTIAL_LINKS = ["logit", "probit", "probit_approx", "cloglog", "cauchit"] as const;
export const ORDINAL_LINKS = [...SEQUENTIAL_LINKS, "softit"] as const;
