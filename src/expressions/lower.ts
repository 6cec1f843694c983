/**
 * Functions taken apart into steps that they share: log(1 + eˣ), log(1 + e⁻ˣ) and their slopes all rest on e^−|x|, so that a row
 * has one exponential where it seems to have four. Done last, after derivatives.
 */
import * as b from "./build.ts";
import { type Expression, inOrder, operandsOf } from "./expression.ts";

export function lower(roots: readonly Expression[]): Expression[] {
  const done = new Map<Expression, Expression>();
  for (const node of inOrder(roots)) {
    const operands = operandsOf(node).map((operand) => done.get(operand)!);
    done.set(node, node.kind === "apply" ? lowered(node.operation, operands) : node);
  }
  return roots.map((root) => done.get(root)!);
}

function lowered(operation: Parameters<typeof b.remake>[0], operands: readonly Expression[]): Expression {
  const [x, y] = operands as [Expression, Expression];
  switch (operation) {
    case "log1pExp": {
      const [u, turned] = magnitude(x);
      return b.add(turned ? b.neg(b.min(u, 0)) : b.max(u, 0), logOfOnePlus(u));
    }
    case "logSumExp":
      return b.add(b.max(x, y), logOfOnePlus(magnitude(b.sub(x, y))[0]));
    case "invLogit": {
      const [u, turned] = magnitude(x);
      return b.make(turned ? "rest" : "share", u, b.make("expNegAbs", u));
    }
    default:
      return b.remake(operation, operands);
  }
}

const logOfOnePlus = (u: Expression): Expression => b.make("log1pUnit", b.make("expNegAbs", u));

/** One of x and −x, the same for both, and whether it is −x. */
function magnitude(x: Expression): [u: Expression, turned: boolean] {
  if (x.kind !== "apply") return [x, false];
  if (x.operation === "neg") return [x.operands[0]!, true];
  if (x.operation !== "sub") return [x, false];
  const [first, second] = x.operands as [Expression, Expression];
  return first.id < second.id ? [x, false] : [b.neg(x), true];
}
