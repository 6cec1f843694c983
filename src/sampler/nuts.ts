/**
 * The No-U-Turn sampler on a Hamiltonian: the physics behind `tree.ts`, as in Stan 2.21 and later
 * (multinomial sampling, generalised U-turn criterion with the additional checks across subtrees).
 */
import * as Elementary from "../numeric/elementary.ts";
import type { Rng } from "../random/rng.ts";
import { type Hamiltonian, leapfrog, refreshMomentum } from "./leapfrog.ts";
import { type PhasePoint, PhasePointPool } from "./phase-point.ts";
import { type Kernel, maxEnergyError, type Transition } from "./transition.ts";
import { type Direction, growTree, type Subtree, type Trajectory } from "./tree.ts";

/** A run of states in the order in which they were integrated. */
interface Span extends Subtree {
  inner: PhasePoint;
  outer: PhasePoint;
  proposal: PhasePoint;
  /** Σ momentum over the states. */
  readonly momentumSum: Float64Array;
}

export class Nuts implements Kernel, Trajectory<Span> {
  readonly system: Hamiltonian;
  state: PhasePoint;
  stepSize = 1;

  readonly #maxTreedepth: number;
  treedepthLimit = Number.POSITIVE_INFINITY;
  readonly #pool: PhasePointPool;
  readonly #tree: Span;
  readonly #scratch: readonly Span[];
  #rng: Rng | undefined;
  #initialEnergy = 0;
  #nLeapfrog = 0;
  #acceptSum = 0;

  /** `start` gives the position; its gradient and log density must belong to it. */
  constructor(system: Hamiltonian, start: PhasePoint, maxTreedepth: number) {
    const dimension = system.density.dimension;
    this.system = system;
    this.#maxTreedepth = maxTreedepth;
    this.#pool = new PhasePointPool(dimension);
    this.state = this.#pool.take();
    this.state.position.set(start.position);
    this.state.gradient.set(start.gradient);
    this.state.logDensity = start.logDensity;
    const span = (): Span => ({
      logWeight: 0,
      inner: this.state,
      outer: this.state,
      proposal: this.state,
      momentumSum: new Float64Array(dimension),
    });
    this.#tree = span();
    this.#scratch = Array.from({ length: maxTreedepth }, span);
  }

  transition(rng: Rng): Transition {
    const start = this.state;
    const tree = this.#tree;
    this.#rng = rng;
    refreshMomentum(this.system, rng, start);
    this.#initialEnergy = start.energy;
    this.#nLeapfrog = 0;
    this.#acceptSum = 0;
    becomeSingle(tree, start);
    tree.logWeight = 0;

    const most = Math.min(this.#maxTreedepth, this.treedepthLimit);
    const { termination, depth } = growTree(this, tree, this.#scratch, most, () =>
      rng.uniform() > 0.5 ? 1 : -1,
    );

    this.state = tree.proposal;
    this.#pool.reset(this.state);
    return {
      termination,
      treedepth: depth,
      nLeapfrog: this.#nLeapfrog,
      acceptStat: this.#nLeapfrog === 0 ? 1 : this.#acceptSum / this.#nLeapfrog,
      energy: this.state.energy,
    };
  }

  extend(from: Span, direction: Direction, into: Span): boolean {
    const point = this.#pool.take();
    leapfrog(this.system, from.outer, direction * this.stepSize, point);
    const logWeight = this.#initialEnergy - point.energy;
    this.#nLeapfrog++;
    this.#acceptSum += logWeight > 0 ? 1 : Elementary.exp(logWeight);
    becomeSingle(into, point);
    into.logWeight = logWeight;
    return logWeight >= -maxEnergyError;
  }

  /**
   * Betancourt (2017), A.4.2: a run turns when the momentum sum no longer has a positive product with the velocity
   * at both ends. Checked for the whole and for each half together with the nearest state of the other, without
   * which a near-periodic orbit can slip through the junction (Stan 2.21).
   */
  isTurning(inner: Span, outer: Span): boolean {
    const sumA = inner.momentumSum;
    const sumB = outer.momentumSum;
    const velocityBegin = inner.inner.velocity;
    const velocityEnd = outer.outer.velocity;
    const n = sumA.length;
    let begin = 0;
    let end = 0;
    if (inner.inner === inner.outer && outer.inner === outer.outer) {
      // Two single states: the three checks coincide.
      for (let i = 0; i < n; i++) {
        const sum = sumA[i]! + sumB[i]!;
        begin += velocityBegin[i]! * sum;
        end += velocityEnd[i]! * sum;
      }
      return !(begin > 0 && end > 0);
    }
    const velocityLeft = inner.outer.velocity;
    const velocityRight = outer.inner.velocity;
    const momentumLeft = inner.outer.momentum;
    const momentumRight = outer.inner.momentum;
    let beginLeft = 0;
    let endLeft = 0;
    let beginRight = 0;
    let endRight = 0;
    for (let i = 0; i < n; i++) {
      const a = sumA[i]!;
      const b = sumB[i]!;
      const vBegin = velocityBegin[i]!;
      const vEnd = velocityEnd[i]!;
      const left = a + momentumRight[i]!;
      const right = b + momentumLeft[i]!;
      begin += vBegin * (a + b);
      end += vEnd * (a + b);
      beginLeft += vBegin * left;
      endLeft += velocityRight[i]! * left;
      beginRight += velocityLeft[i]! * right;
      endRight += vEnd * right;
    }
    return !(begin > 0 && end > 0 && beginLeft > 0 && endLeft > 0 && beginRight > 0 && endRight > 0);
  }

  merge(inner: Span, outer: Span, takeOuter: number): void {
    const pool = this.#pool;
    if (this.#rng!.uniform() < takeOuter) {
      pool.release(inner.proposal);
      inner.proposal = outer.proposal;
    } else {
      pool.release(outer.proposal);
    }
    pool.release(inner.outer);
    pool.release(outer.inner);
    inner.outer = outer.outer;
    const sum = inner.momentumSum;
    const added = outer.momentumSum;
    for (let i = 0; i < sum.length; i++) sum[i]! += added[i]!;
  }

  reverse(tree: Span): void {
    const inner = tree.inner;
    tree.inner = tree.outer;
    tree.outer = inner;
  }
}

function becomeSingle(span: Span, point: PhasePoint): void {
  span.inner = point;
  span.outer = point;
  span.proposal = point;
  point.uses = 3;
  span.momentumSum.set(point.momentum);
}
