/** Zero inflation of a count family: a structural zero with probability zi, a draw of the base family otherwise. */
import * as b from "../expressions/build.ts";
import { atZero, defineFamily, y } from "./density.ts";
import { zi } from "./dpars.ts";
import type { Family } from "./family.ts";

const zeta = b.parameter("zi");
const logRest = b.neg(b.log1pExp(zeta));

export function zeroInflated(name: string, base: Family): Family {
  const last = base.dpars.length;
  return defineFamily({
    name,
    response: base.response,
    dpars: [...base.dpars, zi],
    additions: base.additions,
    ...(base.tails && { tails: base.tails }),
    density(context) {
      const { logDensity } = base.density(context);
      return {
        logDensity: b.select(
          b.lt(0, y),
          b.add(logRest, logDensity),
          b.add(logRest, b.logSumExp(zeta, atZero(logDensity))),
        ),
      };
    },
    sample: (rng, d, p, context) => (rng.uniform() < p[last]! ? 0 : base.sample(rng, d, p, context)),
    mean: (d, p, context) => (1 - p[last]!) * base.mean(d, p, context),
  });
}
