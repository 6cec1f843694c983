/** Static Hamiltonian Monte Carlo with a fixed integration time (Neal 2011, section 3), for comparison with NUTS. */
import * as Elementary from "../numeric/elementary.ts";
import type { Rng } from "../random/rng.ts";
import { type Hamiltonian, leapfrog, refreshMomentum } from "./leapfrog.ts";
import { createPhasePoint, type PhasePoint } from "./phase-point.ts";
import { type Kernel, maxEnergyError, type Transition } from "./transition.ts";

/**
 * Integration times are uniform within this share of the one asked for: with its correlations removed a posterior has nearly
 * periodic orbits, and one length for all may be a whole period (Neal 2011, section 4.2).
 */
const jitter = 0.5;

export class Hmc implements Kernel {
  readonly system: Hamiltonian;
  state: PhasePoint;
  stepSize = 1;
  treedepthLimit = Number.POSITIVE_INFINITY;

  readonly #integrationTime: number;
  readonly #maxLeapfrogs: number;
  #spareA: PhasePoint;
  #spareB: PhasePoint;

  /** `maxLeapfrogs` bounds the cost of a transition when the step size has collapsed. */
  constructor(system: Hamiltonian, start: PhasePoint, integrationTime: number, maxLeapfrogs: number) {
    const dimension = system.density.dimension;
    this.system = system;
    this.#integrationTime = integrationTime;
    this.#maxLeapfrogs = maxLeapfrogs;
    this.state = createPhasePoint(dimension);
    this.state.position.set(start.position);
    this.state.gradient.set(start.gradient);
    this.state.logDensity = start.logDensity;
    this.#spareA = createPhasePoint(dimension);
    this.#spareB = createPhasePoint(dimension);
  }

  transition(rng: Rng): Transition {
    const start = this.state;
    refreshMomentum(this.system, rng, start);
    const time = this.#integrationTime * (1 + jitter * (2 * rng.uniform() - 1));
    const wanted = Math.max(1, Math.ceil(time / this.stepSize));
    const steps = Math.min(wanted, this.#maxLeapfrogs, 2 ** this.treedepthLimit);
    let from = start;
    let to = this.#spareA;
    let nLeapfrog = 0;
    let divergent = false;
    while (nLeapfrog < steps && !divergent) {
      leapfrog(this.system, from, this.stepSize, to);
      nLeapfrog++;
      divergent = !(to.energy - start.energy <= maxEnergyError);
      from = to;
      to = from === this.#spareA ? this.#spareB : this.#spareA;
    }
    const acceptStat = divergent ? 0 : Math.min(1, Elementary.exp(start.energy - from.energy));
    if (rng.uniform() < acceptStat) {
      this.state = from;
      this.#spareA = to;
      this.#spareB = start;
    }
    return {
      termination: divergent ? "divergent" : "fixed-length",
      treedepth: 0,
      nLeapfrog,
      acceptStat,
      energy: this.state.energy,
    };
  }
}
