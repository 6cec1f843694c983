import * as b from "../expressions/build.ts";
import * as Elementary from "../numeric/elementary.ts";
import type { Rng } from "../random/rng.ts";
import { defineFamily, y } from "./density.ts";
import { kappa, realMu } from "./dpars.ts";
import { angleResponse } from "./responses.ts";

const concentration = b.exp(b.parameter("kappa"));
const half = b.sin(b.mul(0.5, b.sub(y, b.parameter("mu"))));

/** κ cos(y − mu) − log(2π I₀(κ)), the exponentials taken out of both. */
const logDensity = b.sub(
  b.sub(b.mul(b.mul(-2, concentration), b.square(half)), b.logBesselI0Scaled(concentration)),
  Elementary.log(2 * Math.PI),
);

/** Y on the circle, concentrated around mu: density ∝ exp(kappa cos(y − mu)) on (−π, π]. The mean is that of directions. */
export const vonMises = defineFamily({
  name: "von_mises",
  response: angleResponse,
  dpars: [realMu(["tan_half", "identity"]), kappa],
  additions: [],
  density: () => ({ logDensity }),
  sample: (rng, _d, p) => wrapped(p[0]! + deviation(rng, p[1]!)),
  mean: (_d, p) => p[0]!,
});

const wrapped = (angle: number): number => angle - 2 * Math.PI * Math.ceil((angle - Math.PI) / (2 * Math.PI));

/** Best & Fisher (1979), Applied Statistics 28: rejection from a wrapped Cauchy distribution. */
function deviation(rng: Rng, concentration: number): number {
  if (concentration < 1e-8) return Math.PI * (2 * rng.uniform() - 1);
  const tau = 1 + Math.sqrt(1 + 4 * concentration * concentration);
  const rho = (tau - Math.sqrt(2 * tau)) / (2 * concentration);
  const r = (1 + rho * rho) / (2 * rho);
  for (;;) {
    const z = Elementary.cos(Math.PI * rng.uniform());
    const f = (1 + r * z) / (r + z);
    const c = concentration * (r - f);
    const uniform = rng.uniform();
    if (c * (2 - c) > uniform || Elementary.log(c / uniform) + 1 >= c) {
      const angle = Elementary.acos(Math.max(-1, Math.min(1, f)));
      return rng.uniform() < 0.5 ? -angle : angle;
    }
  }
}
