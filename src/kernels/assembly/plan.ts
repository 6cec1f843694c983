/**
 * What one evaluation reads and writes: structures in the memory that the caller lays out (src/kernels/plan-fields.ts holds the
 * same fields in the same order). Addresses are in bytes; arrays over rows are padded to an even length.
 */

/** Rows that one list of instructions passes over. */
@unmanaged
export class Segment {
  rows: i32 = 0;
  inputs: usize = 0;
  inputCount: i32 = 0;
  instructions: usize = 0;
  instructionCount: i32 = 0;
}

export const SEGMENT_BYTES: usize = 20;

/** One number per row: a linear predictor, and the derivative by it. */
@unmanaged
export class Input {
  /** Bytes of one padded column of doubles. */
  column: i32 = 0;
  /** 0 = none. */
  offset: usize = 0;
  /** Registers of the linear predictor and (0 = none) of the derivative. */
  eta: usize = 0;
  slope: usize = 0;
  /** Address and number of the predictor's parts. */
  parts: usize = 0;
  count: i32 = 0;
}

export const INPUT_BYTES: usize = 24;

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
 * An operation on a block. An operand begins at its address plus `move` times the number of the block's first row, and goes on by
 * `step` bytes for every two rows (0 = one number, written twice, for all of them).
 */
@unmanaged
export class Instruction {
  code: i32 = 0;
  /** A register or an accumulator. */
  to: usize = 0;
  a: usize = 0;
  moveA: i32 = 0;
  stepA: i32 = 0;
  b: usize = 0;
  moveB: i32 = 0;
  stepB: i32 = 0;
  c: usize = 0;
  moveC: i32 = 0;
  stepC: i32 = 0;
}

export const INSTRUCTION_BYTES: usize = 44;

// @ts-ignore: decorator
@inline
export function sumOfLanes(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}
