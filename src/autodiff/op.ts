/**
 * What an operation is: a shape rule, a forward rule and a reverse rule (Griewank & Walther 2008, ch. 3).
 *
 * Operations are few and fat (a matrix–vector product, a whole likelihood) rather than many and scalar: the tape is
 * interpreted, so the cost of a node must vanish beside the loop inside it.
 */
import { ShapeError } from "../errors.ts";

/** [] = scalar, [n] = vector, [r, c] = matrix, row-major. */
export type Shape = readonly number[];

export interface Op<A = undefined, W = undefined> {
  readonly name: string;
  /** Shape of the result; throws ShapeError when the inputs do not fit. */
  shape(inputs: readonly Shape[], attributes: A): Shape;
  /**
   * Buffers and views that `forward` and `backward` work in, made once when the program is compiled, so that an
   * evaluation allocates nothing.
   */
  workspace?(buffers: Buffers<A>): W;
  /** Writes `y`. */
  forward(tape: Tape<A, W>): void;
  /** *Adds* yBar·∂y/∂x into each `xBar`; an entry is null when that input does not depend on the parameters. */
  backward(tape: Tape<A, W>): void;
}

/** The buffers of one node, laid out once when the program is compiled. */
export interface Buffers<A> {
  readonly x: readonly Float64Array[];
  readonly y: Float64Array;
  readonly xBar: readonly (Float64Array | null)[];
  readonly yBar: Float64Array;
  readonly attributes: A;
}

export interface Tape<A, W = undefined> extends Buffers<A> {
  readonly work: W;
}

export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const extent of shape) size *= extent;
  return size;
}

export function formatShape(shape: Shape): string {
  return shape.length === 0 ? "a scalar" : `[${shape.join(" × ")}]`;
}

/** Throws unless `condition`; `what` names operation and operands. */
export function requireShape(condition: boolean, what: string): asserts condition {
  if (!condition) throw new ShapeError(what);
}
