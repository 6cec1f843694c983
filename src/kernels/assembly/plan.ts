/**
 * What one evaluation reads and writes: a structure in the memory that the caller lays out (src/kernels/plan-fields.ts
 * holds the same fields in the same order). Addresses are in bytes; arrays over rows are padded to an even length.
 */
@unmanaged
export class Plan {
  rows: i32 = 0;
  /** Bytes of one padded column of doubles. */
  column: i32 = 0;
  /** Rows that are worked on at a time, even. */
  block: i32 = 0;
  /** Which likelihood: src/kernels/kinds.ts. */
  kind: i32 = 0;
  y: usize = 0;
  /** Trials or log y; 0 = none. */
  second: usize = 0;
  /** 0 = all 1: then the two blocks of ones take its place. */
  weights: usize = 0;
  /** A block of ones, and one that ends where the rows end. */
  ones: usize = 0;
  lastOnes: usize = 0;
  /** 0 = none. */
  offset: usize = 0;
  /** Linear predictor and ∂/∂η of the current block. */
  eta: usize = 0;
  slope: usize = 0;
  /** Parameters that all rows share, with −∞ before and ∞ after them, and the derivatives by them. */
  shared: usize = 0;
  sharedBar: usize = 0;
  /** Address and number of the predictor's parts. */
  parts: usize = 0;
  count: i32 = 0;
}

export const INTERCEPT: i32 = 0;
export const DENSE: i32 = 1;
export const GROUPED: i32 = 2;
export const ROWS: i32 = 3;

@unmanaged
export class Part {
  kind: i32 = 0;
  /** Number of columns. */
  count: i32 = 0;
  /** Column-major; 0 = one column of ones. */
  columns: usize = 0;
  /** Per row: bytes from `operand` to the effects of the row's level. */
  index: usize = 0;
  /** 1 when neighbouring rows mostly have the same level. */
  runs: i32 = 0;
  operand: usize = 0;
  operandBar: usize = 0;
}

export const PART_BYTES: usize = 28;

/**
 * Address of the weights of a block, ones where there are none: the row that fills up an odd number has weight 0.
 * (Loops hold the fields of a plan in variables: a store could change them for all that the engine knows.)
 */
export function weightsOf(plan: Plan, from: i32, count: i32): usize {
  if (plan.weights != 0) return plan.weights + (<usize>from << 3);
  return from + count < plan.rows ? plan.ones : plan.lastOnes;
}

/** All bits of the rows with weight: hides what a weight of 0 must, infinities among them. */
// @ts-ignore: decorator
@inline
export function live(weights: v128): v128 {
  return f64x2.ne(weights, f64x2.splat(0));
}

// @ts-ignore: decorator
@inline
export function weighted(weights: v128, x: v128): v128 {
  return v128.and(f64x2.mul(weights, x), live(weights));
}

// @ts-ignore: decorator
@inline
export function sumOfLanes(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}
