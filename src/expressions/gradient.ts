/** Reverse mode on expressions (Griewank & Walther 2008, ch. 3): derivatives are expressions again. */
import { NutmixError } from "../errors.ts";
import * as b from "./build.ts";
import { type Expression, inOrder, operandsOf } from "./expression.ts";
import { operations } from "./operations.ts";

/** A root and what its derivatives are multiplied by. */
export interface Seeded {
  readonly root: Expression;
  readonly seed: Expression;
}

/**
 * Σ seed·∂root/∂w for each w of `by`. Entries of `by` are leaves or whole subexpressions; a subexpression counts as independent of
 * what it is made of.
 *
 * @throws NutmixError where an operation has no derivative
 */
export function pullback(roots: readonly Seeded[], by: readonly Expression[]): Expression[] {
  const order = inOrder(roots.map(({ root }) => root));
  const stops = new Set(by);
  const reaches = new Set<Expression>();
  for (const node of order) {
    if (stops.has(node) || operandsOf(node).some((operand) => reaches.has(operand))) reaches.add(node);
  }
  const bars = new Map<Expression, Expression>();
  const send = (node: Expression, bar: Expression): void => {
    const before = bars.get(node);
    bars.set(node, before === undefined ? bar : b.add(before, bar));
  };
  for (const { root, seed } of roots) send(root, seed);
  for (const node of order.reverse()) {
    const bar = bars.get(node);
    if (bar === undefined || stops.has(node) || node.kind !== "apply" || !reaches.has(node)) continue;
    const { partials } = operations[node.operation];
    if (partials === undefined) {
      throw new NutmixError(`the operation ${node.operation} cannot be differentiated (again)`);
    }
    partials(b, node, ...node.operands).forEach((slope, i) => {
      const operand = node.operands[i]!;
      if (slope !== undefined && reaches.has(operand)) send(operand, b.pull(bar, slope));
    });
  }
  return by.map((node) => bars.get(node) ?? b.constant(0));
}

export function gradient(root: Expression, by: readonly Expression[]): Expression[] {
  return pullback([{ root, seed: b.constant(1) }], by);
}

/** The expressions with some nodes replaced (and simplified where that makes constants). */
export function substitute(
  roots: readonly Expression[],
  replacement: (node: Expression) => Expression | undefined,
): Expression[] {
  const done = new Map<Expression, Expression>();
  for (const node of inOrder(roots)) done.set(node, replacement(node) ?? rebuild(node, done));
  return roots.map((root) => done.get(root)!);
}

function rebuild(node: Expression, done: ReadonlyMap<Expression, Expression>): Expression {
  if (node.kind === "element") return b.element(node.of, done.get(node.index)!);
  if (node.kind !== "apply") return node;
  const operands = node.operands.map((operand) => done.get(operand)!);
  if (operands.every((operand, i) => operand === node.operands[i])) return node;
  return b.remake(node.operation, operands);
}
