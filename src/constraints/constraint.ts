/**
 * A constraint maps unconstrained coordinates u to a constrained parameter x, as Stan does
 * (Stan Reference Manual, "Constraint Transforms"). Pure maths on flat arrays; matrices are row-major.
 */
export interface Constraint<A = undefined> {
  readonly name: string;
  /** Number of unconstrained coordinates for a parameter with `size` elements (a K×K matrix has size K²). */
  unconstrainedSize(size: number, attributes: A): number;
  /** Writes x and returns log |∂x/∂u| (for lower-dimensional x: of the free elements). */
  constrain(u: Float64Array, x: Float64Array, attributes: A): number;
  /** *Adds* xBar·∂x/∂u + logJacobianBar·∂logJacobian/∂u into `uBar`; `x` is what `constrain` wrote for `u`. */
  pullback(
    u: Float64Array,
    x: Float64Array,
    xBar: Float64Array,
    logJacobianBar: number,
    uBar: Float64Array,
    attributes: A,
  ): void;
  /** Inverse of `constrain`: writes u for an x in the interior of the domain. */
  unconstrain(x: Float64Array, u: Float64Array, attributes: A): void;
}

/**
 * Attributes of the elementwise `bounds` constraint. Per element: both infinite = real (u = x),
 * one finite = log, two finite = logit, lower equal to upper = a constant without an unconstrained coordinate.
 */
export interface Bounds {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}
