/** Hurdle models of counts: zero with probability hu, a zero-truncated draw of the base family otherwise. */

import * as b from "../expressions/build.ts";
import * as Elementary from "../numeric/elementary.ts";
import type { Rng } from "../random/rng.ts";
import { atZero, defineFamily, y } from "./density.ts";
import { hu } from "./dpars.ts";
import type { Family, KernelContext } from "./family.ts";

const zeta = b.parameter("hu");

/** A count family with what its zero-truncated form needs; parameters on the natural scale. */
export interface HurdleBase {
  readonly family: Family;
  /** log P(Y = 0) and log P(Y = 1). */
  logZero(p: Float64Array): number;
  logOne(p: Float64Array): number;
  /** P(Y = y + 1) / P(Y = y). */
  ratio(y: number, p: Float64Array): number;
}

/** Rejection where zeros are not too frequent, inversion from y = 1 where they are. */
export function sampleTruncated(
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
  return defineFamily({
    name,
    response: base.family.response,
    dpars: [...base.family.dpars, hu],
    additions: base.family.additions,
    ...(base.family.tails && { tails: base.family.tails }),
    density(context) {
      const { logDensity } = base.family.density(context);
      // f(y) / (1 − f(0))
      const truncated = b.sub(logDensity, b.log1mExp(atZero(logDensity)));
      return {
        logDensity: b.select(b.lt(0, y), b.sub(truncated, b.log1pExp(zeta)), b.logInvLogit(zeta)),
      };
    },
    sample: (rng, d, p, context) =>
      rng.uniform() < p[last]! ? 0 : sampleTruncated(base, rng, d, p, context),
    mean: (d, p, context) =>
      ((1 - p[last]!) * base.family.mean(d, p, context)) / -Elementary.expm1(base.logZero(p)),
  });
}
