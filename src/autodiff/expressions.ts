/** How expressions are written: `add(mu, multiply(tau, z))`. Numbers and arrays become constants. */
import { findDistribution } from "../distributions/index.ts";
import { ShapeError } from "../errors.ts";
import { type Graph, isNode, type Node, type Operand } from "./graph.ts";
import type { Op, Shape } from "./op.ts";
import type { ScalarFunction } from "./ops/elementwise.ts";
import { ops } from "./ops/index.ts";

type Unary = (a: Node) => Node;
type Binary = (a: Operand, b: Operand) => Node;

const unary =
  (op: Op): Unary =>
  (a) =>
    a.graph.apply(op, [a], undefined);
const binary =
  (op: Op): Binary =>
  (a, b) =>
    graphOf(a, b).apply(op, [a, b], undefined);

export const add = binary(ops.add);
export const subtract = binary(ops.subtract);
export const multiply = binary(ops.multiply);
export const divide = binary(ops.divide);
export const power = binary(ops.power);
export const hypotenuse = binary(ops.hypotenuse);
export const negate = unary(ops.negate);
export const exp = unary(ops.exp);
export const log = unary(ops.log);
export const log1p = unary(ops.log1p);
export const sqrt = unary(ops.sqrt);
export const square = unary(ops.square);
export const tanh = unary(ops.tanh);
export const sin = unary(ops.sin);
export const cos = unary(ops.cos);
export const invLogit = unary(ops.invLogit);
export const log1pExp = unary(ops.log1pExp);
export const dot = binary(ops.dot);
export const tcrossprodLower = unary(ops.tcrossprodLower);

/** Applies a scalar function with its derivative to every element. */
export function map(a: Node, f: ScalarFunction): Node {
  return a.graph.apply(ops.map, [a], f);
}

/** Sum of all elements of all operands. */
export function sum(...operands: readonly Operand[]): Node {
  return graphOf(...operands).apply(ops.sum, operands, undefined);
}

export function concatenate(...operands: readonly Operand[]): Node {
  return graphOf(...operands).apply(ops.concatenate, operands, undefined);
}

/** y[i] = a[index[i]] for a vector a. */
export function gather(a: Node, index: ArrayLike<number>): Node {
  const checked = Int32Array.from(index);
  const outside = checked.find((i) => i < 0 || i >= a.size);
  if (outside !== undefined) throw new ShapeError(`gather: index ${outside} is outside 0 … ${a.size - 1}`);
  return a.graph.apply(ops.gather, [a], checked);
}

/** A·B, or A·v. */
export function matmul(a: Operand, b: Operand): Node {
  const graph = graphOf(a, b);
  const left = graph.node(a);
  const right = graph.node(b);
  const attributes = { inner: left.shape[1] ?? 0, columns: right.shape[1] ?? 1 };
  return graph.apply(ops.matmul, [left, right], attributes);
}

/** Elements `from` … `from + length − 1`; without `length` the single element as a scalar. */
export function slice(a: Node, from: number, length?: number): Node {
  return a.graph.view(a, from, length === undefined ? [] : [length]);
}

export function reshape(a: Node, shape: Shape): Node {
  return a.graph.view(a, 0, shape);
}

/**
 * Σ log p(x | arguments) of a univariate distribution by its Stan name: `logDensity("normal", theta, mu, tau)`.
 * Value and arguments may be scalars or vectors of one length. Throws PriorError for an unknown name.
 */
export function logDensity(name: string, x: Operand, ...args: readonly Operand[]): Node {
  const distribution = findDistribution(name);
  const operands = [x, ...args];
  const graph = graphOf(...operands);
  const nodes = operands.map((operand) => graph.node(operand));
  if (args.length !== distribution.arguments.length) {
    const names = distribution.arguments.map((argument) => argument.name).join(", ");
    throw new ShapeError(
      `${name} takes ${distribution.arguments.length} arguments (${names}), not ${args.length}`,
    );
  }
  const rows = Math.max(...nodes.map((node) => node.size));
  const misfit = nodes.find((node) => node.size !== 1 && node.size !== rows);
  if (misfit !== undefined)
    throw new ShapeError(`${name}: operands of ${rows} and ${misfit.size} elements do not fit`);
  return graph.apply(ops.distributionDensity, nodes, distribution);
}

function graphOf(...operands: readonly Operand[]): Graph {
  const node = operands.find(isNode);
  if (node === undefined) throw new ShapeError("an expression needs at least one node");
  return node.graph;
}
