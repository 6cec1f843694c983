/** Random variates from @stdlib/random on a stream of our own. */

import betaFactory from "@stdlib/random/base/beta";
import gammaFactory from "@stdlib/random/base/gamma";
import * as Elementary from "../numeric/elementary.ts";
import type { Rng } from "./rng.ts";

export function exponential(rng: Rng, rate: number): number {
  return -Elementary.log(rng.uniform()) / rate;
}
export function gamma(rng: Rng, shape: number, rate: number): number {
  return gammaFactory.factory(shape, rate, { prng: rng.prng as never })();
}
export function beta(rng: Rng, a: number, b: number): number {
  return betaFactory.factory(a, b, { prng: rng.prng as never })();
}
export function studentT(rng: Rng, nu: number): number {
  return rng.normal() / Math.sqrt((2 * gamma(rng, nu / 2, 1)) / nu);
}
