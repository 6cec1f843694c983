/**
 * A row's log density as a formula: constants, the row's data, parameters, and operations on them.
 *
 * Expressions are hash-consed (Ershov 1958): what is written twice is one object, so that common subexpressions are shared,
 * derivatives of derivatives stay small, and `===` asks whether two expressions are the same.
 */
import type { OperationName } from "./operations.ts";

export type Expression =
  | { readonly kind: "constant"; readonly id: number; readonly value: number }
  /** A column of the row's data. */
  | { readonly kind: "data"; readonly id: number; readonly name: string }
  /** A scalar parameter; whether it differs by row is the model's business. */
  | { readonly kind: "parameter"; readonly id: number; readonly name: string }
  /** Entry `index` (from 0, an expression of data alone) of a vector of parameters that all rows share. */
  | { readonly kind: "element"; readonly id: number; readonly of: string; readonly index: Expression }
  | {
      readonly kind: "apply";
      readonly id: number;
      readonly operation: OperationName;
      readonly operands: readonly Expression[];
    };

export type Application = Extract<Expression, { kind: "apply" }>;

type WithoutId<T> = T extends unknown ? Omit<T, "id"> : never;

const known = new Map<string, Expression>();

/** The one object for `content`. */
function intern(key: string, content: WithoutId<Expression>): Expression {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = { ...content, id: known.size } as Expression;
  known.set(key, made);
  return made;
}

export function constant(value: number): Expression {
  return intern(`c${Object.is(value, -0) ? "-0" : value}`, { kind: "constant", value });
}

export function data(name: string): Expression {
  return intern(`d${name}`, { kind: "data", name });
}

export function parameter(name: string): Expression {
  return intern(`p${name}`, { kind: "parameter", name });
}

export function element(of: string, index: Expression | number): Expression {
  const at = typeof index === "number" ? constant(index) : index;
  return intern(`e${of}:${at.id}`, { kind: "element", of, index: at });
}

/** An operation as it stands, without simplification (build.ts has the constructors to write with). */
export function apply(operation: OperationName, operands: readonly Expression[]): Expression {
  return intern(`${operation}(${operands.map(({ id }) => id).join()})`, {
    kind: "apply",
    operation,
    operands,
  });
}

export function operandsOf(expression: Expression): readonly Expression[] {
  if (expression.kind === "apply") return expression.operands;
  return expression.kind === "element" ? [expression.index] : [];
}

/** Everything that `roots` are made of, operands before what uses them, each once. */
export function inOrder(roots: readonly Expression[]): Expression[] {
  const order: Expression[] = [];
  const seen = new Set<Expression>();
  // An explicit stack: sums of many terms are deep.
  const stack: [node: Expression, next: number][] = [];
  for (const root of roots) {
    if (seen.has(root)) continue;
    seen.add(root);
    stack.push([root, 0]);
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const operands = operandsOf(top[0]);
      if (top[1] < operands.length) {
        const operand = operands[top[1]++]!;
        if (seen.has(operand)) continue;
        seen.add(operand);
        stack.push([operand, 0]);
      } else {
        order.push(top[0]);
        stack.pop();
      }
    }
  }
  return order;
}
