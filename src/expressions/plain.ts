/** Expressions as plain data, which cross to workers and are saved: a list in which operands come before what uses them. */
import { NutmixError } from "../errors.ts";
import { apply, constant, data, type Expression, element, inOrder, parameter } from "./expression.ts";
import { type OperationName, operationNames, operations } from "./operations.ts";

export type PlainNode =
  | { readonly constant: number | "NaN" | "Infinity" | "-Infinity" }
  | { readonly data: string }
  | { readonly parameter: string }
  | { readonly element: string; readonly index: number }
  | { readonly apply: string; readonly operands: readonly number[] };

export interface PlainExpressions {
  readonly nodes: readonly PlainNode[];
  readonly roots: readonly number[];
}

export function toPlain(roots: readonly Expression[]): PlainExpressions {
  const order = inOrder(roots);
  const at = new Map(order.map((node, i) => [node, i]));
  const plain = (node: Expression): PlainNode => {
    switch (node.kind) {
      case "constant":
        return {
          constant: Number.isFinite(node.value) ? node.value : (String(node.value) as "NaN"),
        };
      case "data":
        return { data: node.name };
      case "parameter":
        return { parameter: node.name };
      case "element":
        return { element: node.of, index: at.get(node.index)! };
      case "apply":
        return { apply: node.operation, operands: node.operands.map((operand) => at.get(operand)!) };
    }
  };
  return { nodes: order.map(plain), roots: roots.map((root) => at.get(root)!) };
}

/** @throws NutmixError for anything that `toPlain` does not make: operations are looked up in the table, nothing is called by name. */
export function fromPlain({ nodes, roots }: PlainExpressions): Expression[] {
  const made: Expression[] = [];
  const operand = (i: number): Expression => {
    const found = Number.isInteger(i) ? made[i] : undefined;
    if (found === undefined) throw new NutmixError("an expression refers to a part that it does not have");
    return found;
  };
  for (const node of nodes) {
    if ("constant" in node) made.push(constant(Number(node.constant)));
    else if ("data" in node) made.push(data(String(node.data)));
    else if ("parameter" in node) made.push(parameter(String(node.parameter)));
    else if ("element" in node) made.push(element(String(node.element), operand(node.index)));
    else made.push(apply(operationOf(node.apply, node.operands.length), node.operands.map(operand)));
  }
  return roots.map(operand);
}

function operationOf(name: string, arity: number): OperationName {
  const found = operationNames.find((known) => known === name);
  if (found === undefined || operations[found].arity !== arity) {
    throw new NutmixError(`there is no operation "${name}" of ${arity} operands`);
  }
  return found;
}
