/** What every Markov kernel of this folder offers: a state, and transitions that leave the posterior invariant. */
import type { Rng } from "../random/rng.ts";
import type { Hamiltonian } from "./leapfrog.ts";
import type { PhasePoint } from "./phase-point.ts";
import type { Termination } from "./tree.ts";

/** Energy error beyond which a trajectory counts as divergent (Stan's max_deltaH). */
export const maxEnergyError = 1000;

export interface Kernel {
  readonly system: Hamiltonian;
  /** The current draw; replaced, never copied, by `transition`. */
  readonly state: PhasePoint;
  stepSize: number;
  /** Trajectories double at most this many times, whatever the settings allow; for the first transitions of a warm-up. */
  treedepthLimit: number;
  transition(rng: Rng): Transition;
}

export interface Transition {
  /** Why the trajectory ended; `"fixed-length"` for static HMC that did not diverge. */
  readonly termination: Termination | "fixed-length";
  /** Doublings completed; 0 for static HMC. */
  readonly treedepth: number;
  readonly nLeapfrog: number;
  /** Mean Metropolis acceptance probability of the states tried. */
  readonly acceptStat: number;
  /** Energy of the new state with the momentum it was reached with. */
  readonly energy: number;
}
