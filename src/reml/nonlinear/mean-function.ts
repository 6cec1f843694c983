/** The nonlinear expression over rows: its value and its derivative in each parameter, row by row, from the package's tape. */
import {
  add,
  cos,
  divide,
  exp,
  invLogit,
  log,
  log1p,
  multiply,
  negate,
  power,
  sin,
  sqrt,
  subtract,
  sum,
  tanh,
} from "../../autodiff/expressions.ts";
import { Graph, type Node, type Operand } from "../../autodiff/graph.ts";
import { Program } from "../../autodiff/program.ts";
import { didYouMean, FormulaError } from "../../errors.ts";
import { type Ast, type Binary, leftSpine } from "../../formula/ast.ts";

export interface MeanFunction {
  /** Writes f into `value` (rows) and ∂f/∂φ_k into `slopes` (rows × parameters, column-major). */
  evaluate(phi: Float64Array, value: Float64Array, slopes: Float64Array): void;
}

const FUNCTIONS: Readonly<Record<string, (a: Node) => Node>> = {
  exp,
  log,
  log1p,
  sqrt,
  tanh,
  sin,
  cos,
  inv_logit: invLogit,
  plogis: invLogit,
};

/**
 * @param parameters names; φ holds one value per row and parameter (rows × parameters, column-major).
 * @param columns numeric columns of the data by name.
 * @throws FormulaError for names and functions that do not exist, with their position.
 */
export function meanFunction(
  ast: Ast,
  source: string,
  parameters: readonly string[],
  columns: ReadonlyMap<string, Float64Array>,
  rows: number,
): MeanFunction {
  const graph = new Graph();
  const phi = graph.parameters(rows * parameters.length);
  const nodes = new Map(parameters.map((name, k) => [name, graph.view(phi, k * rows, [rows])]));
  const trace = (node: Ast): Operand => {
    switch (node.kind) {
      case "number":
        return node.value;
      case "parens":
        return trace(node.inner);
      case "name":
        return named(node.name, node.start);
      case "unary": {
        const operand = trace(node.operand);
        if (node.op === "+") return operand;
        if (node.op === "-") return typeof operand === "number" ? -operand : negate(graph.node(operand));
        throw new FormulaError("! has no place in a nonlinear expression", source, node.start);
      }
      case "binary":
        return binary(node);
      case "call": {
        const f = Object.hasOwn(FUNCTIONS, node.callee) ? FUNCTIONS[node.callee] : undefined;
        if (f === undefined || node.args.length !== 1) {
          const names = Object.keys(FUNCTIONS);
          throw new FormulaError(
            `${node.callee}() is not a function of nonlinear expressions; there are ${names.join(", ")}${didYouMean(node.callee, names)}`,
            source,
            node.start,
          );
        }
        return f(graph.node(trace(node.args[0]!.value)));
      }
      default:
        throw new FormulaError("text has no place in a nonlinear expression", source, node.start);
    }
  };
  const named = (name: string, position: number): Operand => {
    const parameter = nodes.get(name);
    if (parameter !== undefined) return parameter;
    const column = columns.get(name);
    if (column !== undefined) return graph.constant(column);
    if (name === "pi") return Math.PI;
    const known = [...parameters, ...columns.keys()];
    throw new FormulaError(
      `"${name}" is neither a parameter (${parameters.join(", ")}) nor a numeric column${didYouMean(name, known)}`,
      source,
      position,
    );
  };
  const binary = (node: Binary): Operand => {
    const { first, operations } = leftSpine(node);
    return operations.reduce((left, operation) => operate(left, operation), trace(first));
  };
  const operate = (value: Operand, node: Binary): Operand => {
    const left = graph.node(value);
    const right = graph.node(trace(node.right));
    switch (node.op) {
      case "+":
        return add(left, right);
      case "-":
        return subtract(left, right);
      case "*":
        return multiply(left, right);
      case "/":
        return divide(left, right);
      case "^":
        return power(left, right);
      default:
        throw new FormulaError(`${node.op} has no place in a nonlinear expression`, source, node.start);
    }
  };
  // A vector of rows even where the expression is constant; rows do not meet, so the gradient of the sum is all derivatives.
  const f = add(graph.node(trace(ast)), graph.constant(new Float64Array(rows)));
  const program = new Program(graph, [sum(f), f]);
  return {
    evaluate(values, value, slopes) {
      program.forward(values);
      value.set(program.outputs[1]!);
      program.backward(0, slopes);
    },
  };
}
