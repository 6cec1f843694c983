/** The vector of coefficients of a fit, in the order of its components. */
import { familyOf } from "../../families/index.ts";
import { scaleFromNatural } from "../../families/links.ts";
import type { Components } from "./components.ts";
import type { GlmmFit } from "./glmm-fit.ts";

export function parametersOf(fit: GlmmFit, components: Components): Float64Array {
  const family = familyOf(fit.family);
  const beta = new Float64Array(components.count);
  const thresholds = components.all.filter(({ at }) => at >= family.dpars.length).length;
  for (const { name, at, from, names, columns } of components.all) {
    const fixedAt = at === 0 ? thresholds : at - family.dpars.length;
    if (at === 0 || at >= family.dpars.length) {
      beta.set(fit.fixed.estimates.subarray(fixedAt, fixedAt + names.length), from);
    } else if (columns !== undefined) {
      beta.set(fit.distributional.find(({ dpar }) => dpar === name)!.estimates, from);
    } else {
      const { estimate } = fit.constants.find((constant) => constant.name === name)!;
      beta[from] = scaleFromNatural(family.dpars[at]!.scale, estimate);
    }
  }
  return beta;
}
