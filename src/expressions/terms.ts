/** An expression as a sum: what depends on the data alone is taken out, and products with data are taken apart. */
import * as b from "./build.ts";
import { type Expression, inOrder, operandsOf } from "./expression.ts";

/** Whether no parameter is in it. */
export function isData(expression: Expression): boolean {
  return inOrder([expression]).every(({ kind }) => kind !== "parameter" && kind !== "element");
}

/** `expression` = data + rest, where data has no parameters and rest as few terms without them as can be. */
export function separateData(expression: Expression): { data: Expression; rest: Expression } {
  const zero = b.constant(0);
  if (isData(expression)) return { data: expression, rest: zero };
  if (expression.kind !== "apply") return { data: zero, rest: expression };
  const [x, y, z] = expression.operands as [Expression, Expression, Expression];
  switch (expression.operation) {
    case "add":
    case "sub": {
      const combine = expression.operation === "add" ? b.add : b.sub;
      const left = separateData(x);
      const right = separateData(y);
      return { data: combine(left.data, right.data), rest: combine(left.rest, right.rest) };
    }
    case "neg": {
      const inner = separateData(x);
      return { data: b.neg(inner.data), rest: b.neg(inner.rest) };
    }
    case "select": {
      if (!isData(x)) return { data: zero, rest: expression };
      const yes = separateData(y);
      const no = separateData(z);
      return { data: b.select(x, yes.data, no.data), rest: b.select(x, yes.rest, no.rest) };
    }
    default:
      return { data: zero, rest: expression };
  }
}

/** factor · body, where the factor depends on the data alone. */
export interface Term {
  readonly factor: Expression;
  readonly body: Expression;
}

/** The terms of a sum, those with the same body collected. `known` says what counts as data. */
export function termsOf(expression: Expression, known: (node: Expression) => boolean): Term[] {
  const collected = new Map<Expression, Expression>();
  const visit = (node: Expression, factor: Expression): void => {
    if (node.kind === "apply" && !known(node)) {
      const [x, y] = operandsOf(node) as [Expression, Expression];
      switch (node.operation) {
        case "add":
          visit(x, factor);
          visit(y, factor);
          return;
        case "sub":
          visit(x, factor);
          visit(y, b.neg(factor));
          return;
        case "neg":
          visit(x, b.neg(factor));
          return;
        case "mul":
          if (known(x)) {
            visit(y, b.mul(factor, x));
            return;
          }
          if (known(y)) {
            visit(x, b.mul(factor, y));
            return;
          }
          break;
        case "div":
          if (known(y)) {
            visit(x, b.div(factor, y));
            return;
          }
          break;
      }
    }
    const body = known(node) ? b.constant(1) : node;
    const own = known(node) ? b.mul(factor, node) : factor;
    const before = collected.get(body);
    collected.set(body, before === undefined ? own : b.add(before, own));
  };
  visit(expression, b.constant(1));
  return [...collected].map(([body, factor]) => ({ factor, body }));
}
