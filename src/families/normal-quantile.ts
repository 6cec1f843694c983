import { logNormalCdf } from "../numeric/special.ts";
import { inverseMills } from "./normal-tail.ts";

/** Φ⁻¹(p) for 0 < p < 1: Abramowitz & Stegun 26.2.23, then Newton steps on log Φ, which is nearly quadratic in the tail. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) return p === 0 ? -Infinity : p === 1 ? Infinity : Number.NaN;
  if (p > 0.5) return -normalQuantile(1 - p);
  const target = Math.log(p);
  const t = Math.sqrt(-2 * target);
  let x =
    (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let step = 0; step < 4; step++) x -= (logNormalCdf(x) - target) / inverseMills(x);
  return x;
}
