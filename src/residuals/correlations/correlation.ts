/** The contract of correlation structures within groups (Pinheiro & Bates 2000, section 5.3). */

import type { StructureUsage } from "../structure-call.ts";
import type { CorrelationData } from "../structured-rows.ts";

export interface NamedValue {
  readonly name: string;
  readonly value: number;
}

/**
 * Parameters are unconstrained. Whitening multiplies the rows of each group by a square root W of C⁻¹, C the correlation
 * matrix of the group.
 */
export interface Correlation {
  readonly size: number;
  /** Where searches may begin; the first is the best guess. */
  readonly starts: readonly Float64Array[];
  natural(free: Float64Array): readonly NamedValue[];
  /** Backwards: from values in the order of `natural`; NaN for those outside the domain. */
  unconstrain(values: readonly number[]): Float64Array;
  /** Whitens the columns (n × count, column-major) in place and returns log|C|; NaN when C is not positive definite. */
  whiten(free: Float64Array, columns: Float64Array, count: number): number;
  /**
   * The reverse: given whitened columns X̃ = WX and the adjoint ∂f/∂X̃ = 2X̃S of a function f of X̃ᵀX̃, adds the derivative of
   * f + log|C| with respect to the parameters to `gradient`, and turns both in place into X and ∂f/∂X.
   */
  pullback(
    free: Float64Array,
    columns: Float64Array,
    adjoint: Float64Array,
    count: number,
    gradient: Float64Array,
  ): void;
}

export interface CorrelationKind extends StructureUsage {
  /** What the rows of a group lie on: nothing, whole steps, times, occasions that all groups share, or coordinates. */
  readonly over: "nothing" | "steps" | "times" | "occasions" | "space";
  correlation(data: CorrelationData): Correlation;
}
