/**
 * The logic of the No-U-Turn sampler: doubling, merging, termination and multinomial weights.
 * No physics here: a `Trajectory` says what a step, a U-turn and a proposal are, so that a toy on the integers can
 * drive the same code and detailed balance can be checked exactly.
 *
 * Hoffman & Gelman (2014), "The No-U-Turn Sampler"; multinomial weights, biased progressive sampling and the
 * generalised criterion: Betancourt (2017), appendix A.3–A.4.
 */
import * as Elementary from "../numeric/elementary.ts";

export type Direction = 1 | -1;

/** A run of consecutive states. `inner` edge: where its building began; `outer` edge: where it goes on. */
export interface Subtree {
  /** log Σ exp(−(energy − initial energy)) over the states. */
  logWeight: number;
}

export interface Trajectory<S extends Subtree> {
  /** Makes `into` the single state one step beyond the outer edge of `from`. False: the step diverged. */
  extend(from: S, direction: Direction, into: S): boolean;
  /** Whether `inner` followed by `outer` turns: as a whole, or where the two meet. */
  isTurning(inner: S, outer: S): boolean;
  /** Makes `inner` the union of both; the proposal becomes that of `outer` with probability `takeOuter`. */
  merge(inner: S, outer: S, takeOuter: number): void;
  /** Exchanges the inner and the outer edge. */
  reverse(tree: S): void;
}

/** Why a trajectory ended. After `divergent` and `turning-subtree` the last doubling was thrown away. */
export type Termination = "max-depth" | "divergent" | "turning-subtree" | "turning";

export interface TreeOutcome {
  readonly termination: Termination;
  /** Doublings completed. */
  readonly depth: number;
}

/**
 * Grows `tree` (one state, log weight 0, forwards) until it turns, diverges or has doubled `maxDepth` times.
 * `scratch[d]` holds a subtree of depth d; `flip()` gives the direction of each doubling, each way with probability ½.
 */
export function growTree<S extends Subtree>(
  trajectory: Trajectory<S>,
  tree: S,
  scratch: readonly S[],
  maxDepth: number,
  flip: () => Direction,
): TreeOutcome {
  let orientation: Direction = 1;
  for (let depth = 0; depth < maxDepth; depth++) {
    const direction = flip();
    if (direction !== orientation) trajectory.reverse(tree);
    orientation = direction;

    const extension = scratch[depth]!;
    const built = buildSubtree(trajectory, depth, tree, direction, extension, scratch);
    if (built !== "complete") return { termination: built, depth };

    const turning = trajectory.isTurning(tree, extension);
    // Biased progressive sampling: the new half is favoured over the old one (Betancourt 2017, A.3.2).
    merge(trajectory, tree, extension, tree.logWeight);
    if (turning) return { termination: "turning", depth: depth + 1 };
  }
  return { termination: "max-depth", depth: maxDepth };
}

/** Makes `into` the 2^depth states beyond the outer edge of `from`; only valid when `"complete"`. */
function buildSubtree<S extends Subtree>(
  trajectory: Trajectory<S>,
  depth: number,
  from: S,
  direction: Direction,
  into: S,
  scratch: readonly S[],
): "complete" | "divergent" | "turning-subtree" {
  if (depth === 0) return trajectory.extend(from, direction, into) ? "complete" : "divergent";

  const first = buildSubtree(trajectory, depth - 1, from, direction, into, scratch);
  if (first !== "complete") return first;
  const second = scratch[depth - 1]!;
  const built = buildSubtree(trajectory, depth - 1, into, direction, second, scratch);
  if (built !== "complete") return built;

  if (trajectory.isTurning(into, second)) return "turning-subtree";
  // Uniform sampling: each state in proportion to its weight (Betancourt 2017, A.3.1).
  merge(trajectory, into, second, logAddExp(into.logWeight, second.logWeight));
  return "complete";
}

function merge<S extends Subtree>(
  trajectory: Trajectory<S>,
  inner: S,
  outer: S,
  logDenominator: number,
): void {
  const takeOuter = Math.min(1, Elementary.exp(outer.logWeight - logDenominator));
  const logWeight = logAddExp(inner.logWeight, outer.logWeight);
  trajectory.merge(inner, outer, takeOuter);
  inner.logWeight = logWeight;
}

function logAddExp(a: number, b: number): number {
  return a > b ? a + Elementary.log1p(Elementary.exp(b - a)) : b + Elementary.log1p(Elementary.exp(a - b));
}
