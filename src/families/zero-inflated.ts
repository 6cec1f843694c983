/** Zero inflation of a count family: a structural zero with probability zi, a draw of the base family otherwise. */
import * as Elementary from "../numeric/elementary.ts";
import { withCountTails } from "./count-tails.ts";
import { zi } from "./dpars.ts";
import type { Family, RowKernel } from "./family.ts";
import { orImpossible } from "./impossible.ts";

// p = [base parameters, logit zi]; ζ = logit zi.
function inflatedKernel(base: RowKernel, last: number): RowKernel {
  return {
    logDensity(d, p, g) {
      const zeta = p[last]!;
      const e = Elementary.exp(-Math.abs(zeta));
      const logRest = -Math.max(zeta, 0) - Elementary.log1p(e);
      const ziValue = (zeta > 0 ? 1 : e) / (1 + e);
      const logBase = base.logDensity(d, p, g);
      if (d[0]! > 0) {
        g[last] = -ziValue;
        return orImpossible(logRest + logBase);
      }
      // log(exp ζ + f(0)) and the posterior probability that the zero is structural.
      const odds = zeta - logBase;
      const ratio = Elementary.exp(-Math.abs(odds));
      const structural = (odds > 0 ? 1 : ratio) / (1 + ratio);
      const random = (odds > 0 ? ratio : 1) / (1 + ratio);
      for (let i = 0; i < last; i++) g[i] = random === 0 ? 0 : g[i]! * random;
      g[last] = structural - ziValue;
      return orImpossible(logRest + Math.max(zeta, logBase) + Elementary.log1p(ratio));
    },
    // f(0) needs no constant in any count family: log 0! = log C(n, 0) = 0.
    dataTerm: (d) => (d[0]! > 0 ? (base.dataTerm?.(d) ?? 0) : 0),
  };
}

export function zeroInflated(name: string, base: Family, kernel: RowKernel): Family {
  const last = base.dpars.length;
  const bound = base.additions.includes("trials") ? "trials" : "none";
  return {
    name,
    response: base.response,
    dpars: [...base.dpars, zi],
    additions: base.additions,
    kernel: () => withCountTails(inflatedKernel(kernel, last), bound),
    sample: (rng, d, p, context) => (rng.uniform() < p[last]! ? 0 : base.sample(rng, d, p, context)),
    mean: (d, p, context) => (1 - p[last]!) * base.mean(d, p, context),
  };
}
