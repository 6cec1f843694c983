/**
 * The Gaussian likelihood from sufficient statistics: with η = Xθ the sum of squares is y'y − 2θ'X'y + θ'X'Xθ, so that an
 * evaluation costs the entries of X'X that are not zero, however many rows there are.
 */
import * as Elementary from "../../numeric/elementary.ts";
import { type Op, requireShape } from "../op.ts";

/**
 * Blocks of one shape of the matrix X'WX, by rows of blocks: those at row `row[r]` are numbers `start[r]` … `start[r + 1]` − 1,
 * each at its `column`, and mirrored unless they lie on the diagonal.
 */
export interface GramBlocks {
  readonly height: number;
  readonly width: number;
  readonly row: Int32Array;
  readonly start: Int32Array;
  readonly column: Int32Array;
  /** Block after block, row-major. */
  readonly values: Float64Array;
  /** Blocks on the diagonal, which are whole and symmetric. */
  readonly diagonal: boolean;
}

/** X is the design of all operands side by side; y is what is left of the response when offset and `centre` are taken away. */
export interface GramSystem {
  /** Length of θ: all operands one after the other. */
  readonly size: number;
  readonly blocks: readonly GramBlocks[];
  /** X'Wy. */
  readonly crossResponse: Float64Array;
  /** y'Wy. */
  readonly responseSquares: number;
  /** Sum of the weights: how often log σ counts. */
  readonly count: number;
  /** Taken from the response and from the entry of θ at `intercept`, against cancellation; 0 without an intercept. */
  readonly centre: number;
  readonly intercept: number;
}

interface GramWork {
  readonly theta: Float64Array;
  /** X'Wy − X'WXθ. */
  readonly pull: Float64Array;
  precision: number;
  scaledSquares: number;
}

const LOG_SQRT_TWO_PI = 0.5 * Elementary.log(2 * Math.PI);

/** Σ w_i·log N(y_i | x_iᵀθ, sigma). Operands: the pieces of θ in any shape, then log sigma (a scalar). */
export const gramLikelihood: Op<GramSystem, GramWork> = {
  name: "gramLikelihood",
  shape(inputs, { size }) {
    const pieces = inputs.slice(0, -1);
    const total = pieces.reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
    requireShape(
      total === size && inputs.at(-1)!.length === 0,
      "gramLikelihood: the operands do not fit the system",
    );
    return [];
  },
  workspace: ({ attributes: { size } }) => ({
    theta: new Float64Array(size),
    pull: new Float64Array(size),
    precision: 1,
    scaledSquares: 0,
  }),
  forward({ x, y: out, work, attributes: system }) {
    const { theta, pull } = work;
    const { crossResponse, blocks, responseSquares, count, centre, intercept } = system;
    const last = x.length - 1;
    for (let k = 0, at = 0; k < last; at += x[k++]!.length) theta.set(x[k]!, at);
    if (centre !== 0) theta[intercept]! -= centre;
    pull.fill(0);
    for (let b = 0; b < blocks.length; b++) multiply(blocks[b]!, theta, pull);
    let squares = responseSquares;
    for (let i = 0; i < theta.length; i++) {
      squares -= theta[i]! * (2 * crossResponse[i]! - pull[i]!);
      pull[i] = crossResponse[i]! - pull[i]!;
    }
    const logSigma = x[last]![0]!;
    work.precision = Elementary.exp(-2 * logSigma);
    work.scaledSquares = work.precision * squares;
    out[0] = -count * (logSigma + LOG_SQRT_TWO_PI) - 0.5 * work.scaledSquares;
  },
  backward({ x, xBar, yBar, work: { pull, precision, scaledSquares }, attributes: { count } }) {
    const bar = yBar[0]!;
    const scale = bar * precision;
    const last = x.length - 1;
    for (let k = 0, at = 0; k < last; at += x[k++]!.length) {
      const own = xBar[k]!;
      if (own !== null) for (let i = 0; i < own.length; i++) own[i]! += scale * pull[at + i]!;
    }
    const logSigmaBar = xBar[last]!;
    if (logSigmaBar !== null) logSigmaBar[0]! += bar * (scaledSquares - count);
  },
};

/** out += X'WX·θ, the part of these blocks. */
function multiply(blocks: GramBlocks, theta: Float64Array, out: Float64Array): void {
  if (blocks.height === 1 && blocks.width === 1 && !blocks.diagonal) multiplyEntries(blocks, theta, out);
  else multiplyBlocks(blocks, theta, out);
}

function multiplyEntries(
  { row, start, column, values }: GramBlocks,
  theta: Float64Array,
  out: Float64Array,
): void {
  for (let r = 0; r < row.length; r++) {
    const i = row[r]!;
    const mirrored = theta[i]!;
    let sum = 0;
    for (let s = start[r]!; s < start[r + 1]!; s++) {
      const j = column[s]!;
      const value = values[s]!;
      sum += value * theta[j]!;
      out[j]! += value * mirrored;
    }
    out[i]! += sum;
  }
}

function multiplyBlocks(
  { height, width, row, start, column, values, diagonal }: GramBlocks,
  theta: Float64Array,
  out: Float64Array,
): void {
  let at = 0;
  for (let r = 0; r < row.length; r++) {
    for (let s = start[r]!; s < start[r + 1]!; s++) {
      const first = column[s]!;
      for (let i = row[r]!; i < row[r]! + height; i++) {
        let sum = 0;
        const mirrored = theta[i]!;
        for (let j = first; j < first + width; j++, at++) {
          sum += values[at]! * theta[j]!;
          if (!diagonal) out[j]! += values[at]! * mirrored;
        }
        out[i]! += sum;
      }
    }
  }
}
