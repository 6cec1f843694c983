/** A first guess of the step size: Hoffman & Gelman (2014), algorithm 4, with Stan's threshold and fresh momenta. */

import { SamplingError } from "../errors.ts";
import * as Elementary from "../numeric/elementary.ts";
import type { Rng } from "../random/rng.ts";
import { leapfrog, refreshMomentum } from "./leapfrog.ts";
import { createPhasePoint } from "./phase-point.ts";
import type { Kernel } from "./transition.ts";

const logAcceptance = Elementary.log(0.8);
/** Smaller steps than this do not move a coordinate of size 1 within a trajectory of any affordable length. */
const smallest = 2 ** -40;
const largest = 1e7;

/**
 * Doubles or halves `kernel.stepSize` until the acceptance probability of one step crosses 0.8;
 * returns the number of gradient evaluations. A step size that would underflow stays at 2^−40: the chain then ends
 * with divergent or immobile draws that diagnostics can show.
 * @throws SamplingError when the acceptance stays at 1 for any step size: the density does not fall off.
 */
export function searchStepSize(kernel: Kernel, rng: Rng): number {
  const { system, state } = kernel;
  if (state.position.length === 0) return 0;
  const next = createPhasePoint(state.position.length);
  let evaluations = 0;
  const isAccepted = (): boolean => {
    refreshMomentum(system, rng, state);
    leapfrog(system, state, kernel.stepSize, next);
    evaluations++;
    return state.energy - next.energy > logAcceptance;
  };
  if (!(kernel.stepSize > smallest && kernel.stepSize < largest)) kernel.stepSize = 1;
  const growing = isAccepted();
  const factor = growing ? 2 : 0.5;
  do {
    kernel.stepSize *= factor;
    if (kernel.stepSize > largest) {
      throw new SamplingError(
        "The posterior is improper: the log density does not fall off even 10 million units away. " +
          "Give every parameter that the data do not inform a proper prior.",
      );
    }
  } while (isAccepted() === growing && kernel.stepSize > smallest);
  return evaluations;
}
