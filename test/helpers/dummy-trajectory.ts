/**
 * A trajectory on the integers for `tree.ts`: no physics, but turns, divergences and weights at given positions.
 * The proposal of a subtree is not one state but the distribution of the state that would be chosen, so that a
 * transition's probabilities come out exactly, without random numbers.
 */
import {
  type Direction,
  growTree,
  type Subtree,
  type Trajectory,
  type TreeOutcome,
} from "../../src/sampler/tree.ts";

export interface DummyWorld {
  logWeight(position: number): number;
  isDivergent(position: number): boolean;
  /** Whether the run from `low` to `high` turns; `middle` is the first state of its upper half. */
  isTurning(low: number, middle: number, high: number): boolean;
}

interface DummySubtree extends Subtree {
  inner: number;
  outer: number;
  proposal: Map<number, number>;
}

/** Probability of each next position, given the start and the directions of the doublings (bit d: +1). */
export function dummyTransition(
  world: DummyWorld,
  start: number,
  directions: number,
  maxDepth: number,
): { outcome: TreeOutcome; probabilities: Map<number, number>; visited: number[] } {
  const visited: number[] = [];
  const trajectory: Trajectory<DummySubtree> = {
    extend(from, direction, into) {
      const position = from.outer + direction;
      visited.push(position);
      into.inner = position;
      into.outer = position;
      into.proposal = new Map([[position, 1]]);
      into.logWeight = world.logWeight(position) - world.logWeight(start);
      return !world.isDivergent(position);
    },
    isTurning(inner, outer) {
      const ends = [inner.inner, inner.outer, outer.inner, outer.outer].sort((a, b) => a - b);
      return world.isTurning(ends[0]!, ends[2]!, ends[3]!);
    },
    merge(inner, outer, takeOuter) {
      const mixed = new Map<number, number>();
      for (const [position, p] of inner.proposal) mixed.set(position, (1 - takeOuter) * p);
      for (const [position, p] of outer.proposal) mixed.set(position, takeOuter * p);
      inner.proposal = mixed;
      inner.outer = outer.outer;
    },
    reverse(tree) {
      [tree.inner, tree.outer] = [tree.outer, tree.inner];
    },
  };
  const subtree = (): DummySubtree => ({
    logWeight: 0,
    inner: start,
    outer: start,
    proposal: new Map([[start, 1]]),
  });
  const tree = subtree();
  let depth = 0;
  const flip = (): Direction => ((directions >> depth++) & 1 ? 1 : -1);
  const outcome = growTree(trajectory, tree, Array.from({ length: maxDepth }, subtree), maxDepth, flip);
  return { outcome, probabilities: tree.proposal, visited };
}

/** Exact transition probabilities: the mean over all 2^maxDepth direction words. */
export function dummyKernel(world: DummyWorld, start: number, maxDepth: number): Map<number, number> {
  const words = 2 ** maxDepth;
  const total = new Map<number, number>();
  for (let word = 0; word < words; word++) {
    for (const [position, p] of dummyTransition(world, start, word, maxDepth).probabilities) {
      total.set(position, (total.get(position) ?? 0) + p / words);
    }
  }
  return total;
}
