/** Hurdle models of counts: zero with probability hu, a zero-truncated draw of the base family otherwise. */

import * as Elementary from "../numeric/elementary.ts";
import type { Rng } from "../random/rng.ts";
import { withCountTails } from "./count-tails.ts";
import { hu } from "./dpars.ts";
import type { Family, KernelContext, RowKernel } from "./family.ts";
import { orImpossible } from "./impossible.ts";
import { log1mExp } from "./log-space.ts";

// p = [base parameters, logit hu].
function hurdleKernel(base: RowKernel, last: number): RowKernel {
  const zero = new Float64Array([0, 1, Number.NaN]);
  const zeroGradient = new Float64Array(last);
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
      // f(y) / (1 − f(0))
      const logBase = base.logDensity(d, p, g);
      const logZero = base.logDensity(zero, p, zeroGradient);
      const slope = 1 / Elementary.expm1(-logZero);
      for (let i = 0; i < last; i++) g[i]! += slope === 0 ? 0 : slope * zeroGradient[i]!;
      g[last] = -(zeta > 0 ? 1 : e) / (1 + e);
      return orImpossible(-Math.max(zeta, 0) - log1pE + logBase - log1mExp(logZero));
    },
    dataTerm: (d) => (d[0]! > 0 ? (base.dataTerm?.(d) ?? 0) : 0),
  };
}

/** A count family with what its zero-truncated form needs; parameters on the natural scale. */
export interface HurdleBase {
  readonly family: Family;
  readonly kernel: RowKernel;
  /** log P(Y = 0) and log P(Y = 1). */
  logZero(p: Float64Array): number;
  logOne(p: Float64Array): number;
  /** P(Y = y + 1) / P(Y = y). */
  ratio(y: number, p: Float64Array): number;
}

/** Rejection where zeros are not too frequent, inversion from y = 1 where they are. */
function sampleTruncated(
  base: HurdleBase,
  rng: Rng,
  d: Float64Array,
  p: Float64Array,
  context: KernelContext,
): number {
  const logZero = base.logZero(p);
  if (logZero < Elementary.log(0.9)) {
    for (;;) {
      const y = base.family.sample(rng, d, p, context);
      if (y > 0) return y;
    }
  }
  let rest = rng.uniform();
  let mass = Elementary.exp(base.logOne(p)) / -Elementary.expm1(logZero);
  let y = 1;
  while (rest > mass && mass > 1e-18) {
    rest -= mass;
    mass *= base.ratio(y, p);
    y++;
  }
  return y;
}

export function hurdle(name: string, base: HurdleBase): Family {
  const last = base.family.dpars.length;
  return {
    name,
    response: base.family.response,
    dpars: [...base.family.dpars, hu],
    additions: base.family.additions,
    kernel: () => withCountTails(hurdleKernel(base.kernel, last)),
    sample: (rng, d, p, context) =>
      rng.uniform() < p[last]! ? 0 : sampleTruncated(base, rng, d, p, context),
    mean: (d, p, context) =>
      ((1 - p[last]!) * base.family.mean(d, p, context)) / -Elementary.expm1(base.logZero(p)),
  };
}
