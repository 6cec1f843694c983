/** Hurdle models of positive continuous responses: zero with probability hu, a draw of the base family otherwise. */
import * as Elementary from "../numeric/elementary.ts";
import { hu } from "./dpars.ts";
import type { Family, RowKernel } from "./family.ts";
import { gamma } from "./gamma.ts";
import { orImpossible } from "./impossible.ts";
import { lognormal } from "./lognormal.ts";
import { nonnegativeResponse } from "./responses.ts";

// p = [base parameters, logit hu].
function hurdleKernel(base: RowKernel, last: number): RowKernel {
  return {
    logDensity(d, p, g) {
      const zeta = p[last]!;
      const e = Elementary.exp(-Math.abs(zeta));
      const log1pE = Elementary.log1p(e);
      if (!(d[0]! > 0)) {
        g.fill(0);
        g[last] = (zeta > 0 ? e : 1) / (1 + e);
        return orImpossible(Math.min(zeta, 0) - log1pE);
      }
      const logBase = base.logDensity(d, p, g);
      g[last] = -(zeta > 0 ? 1 : e) / (1 + e);
      return orImpossible(-Math.max(zeta, 0) - log1pE + logBase);
    },
    dataTerm: (d) => (d[0]! > 0 ? (base.dataTerm?.(d) ?? 0) : 0),
    // P(Y > y) = (1 − hu) P(base > y)
    logCcdf(d, p, g) {
      const zeta = p[last]!;
      const e = Elementary.exp(-Math.abs(zeta));
      const logRest = -Math.max(zeta, 0) - Elementary.log1p(e);
      let logBase = 0;
      if (d[0]! > 0) logBase = base.logCcdf!(d, p, g);
      else g.fill(0);
      g[last] = -(zeta > 0 ? 1 : e) / (1 + e);
      return orImpossible(logRest + logBase);
    },
    // P(Y ≤ y) = (1 − hu) (exp ζ + P(base ≤ y))
    logCdf(d, p, g) {
      const zeta = p[last]!;
      const e = Elementary.exp(-Math.abs(zeta));
      const logBase = d[0]! > 0 ? base.logCdf!(d, p, g) : -Infinity;
      const odds = zeta - logBase;
      const ratio = Elementary.exp(-Math.abs(odds));
      const positive = (odds > 0 ? ratio : 1) / (1 + ratio);
      for (let i = 0; i < last; i++) g[i] = positive === 0 ? 0 : g[i]! * positive;
      // 1 − positive − hu = (1 − hu) − positive, zero when the base is certainly below y.
      g[last] = (zeta > 0 ? e : 1) / (1 + e) - positive;
      return orImpossible(
        -Math.max(zeta, 0) - Elementary.log1p(e) + Math.max(zeta, logBase) + Elementary.log1p(ratio),
      );
    },
  };
}

function hurdlePositive(name: string, base: Family): Family {
  const last = base.dpars.length;
  return {
    name,
    response: nonnegativeResponse,
    dpars: [...base.dpars, hu],
    additions: base.additions,
    ...(base.logScale ? { logScale: true } : {}),
    kernel: (context) => hurdleKernel(base.kernel(context), last),
    sample: (rng, d, p, context) => (rng.uniform() < p[last]! ? 0 : base.sample(rng, d, p, context)),
    mean: (d, p, context) => (1 - p[last]!) * base.mean(d, p, context),
  };
}

/** P(Y = 0) = hu; positive responses follow the Gamma family. */
export const hurdleGamma: Family = hurdlePositive("hurdle_gamma", gamma);

/** P(Y = 0) = hu; positive responses follow the lognormal family. */
export const hurdleLognormal: Family = hurdlePositive("hurdle_lognormal", lognormal);
