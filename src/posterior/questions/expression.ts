/** Expressions of parameters, evaluated draw by draw: `Days - 2 * sd_Subject__Days`. No user text becomes code. */

import type { Draws } from "../../draws/draws.ts";
import { didYouMean, FormulaError } from "../../errors.ts";
import { type Ast, type BinaryOperator, leftSpine } from "../../formula/ast.ts";
import { parseFormula } from "../../formula/parser.ts";
import * as Elementary from "../../numeric/elementary.ts";

const UNARY: Readonly<Record<string, (x: number) => number>> = {
  exp: Elementary.exp,
  log: Elementary.log,
  log1p: Elementary.log1p,
  log2: Elementary.log2,
  log10: Elementary.log10,
  expm1: Elementary.expm1,
  sqrt: Math.sqrt,
  abs: Math.abs,
  sin: Elementary.sin,
  cos: Elementary.cos,
  tan: Elementary.tan,
  tanh: Elementary.tanh,
  inv_logit: (x) => 1 / (1 + Elementary.exp(-x)),
  plogis: (x) => 1 / (1 + Elementary.exp(-x)),
  logit: (x) => Elementary.log(x / (1 - x)),
};

const BINARY: Partial<Record<BinaryOperator, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "^": (a, b) => a ** b,
  "%%": (a, b) => a - b * Math.floor(a / b),
};

const MANY: Readonly<Record<string, (values: readonly number[]) => number>> = {
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
};

const NUMBERS: Readonly<Record<string, number>> = { pi: Math.PI };

export interface Expression {
  /** Full names of the parameters in it, each once. */
  readonly parameters: readonly string[];
  /** `values` in the order of `parameters`. */
  evaluate(values: ArrayLike<number>): number;
}

/**
 * @param short what short names stand for: `Days` for `b_Days`. Exact names of draws come first.
 * @throws FormulaError for names that no draw has (with the nearest), unknown functions and anything that is no expression.
 */
export function parseExpression(
  text: string,
  names: readonly string[],
  short: ReadonlyMap<string, string> = new Map(),
): Expression {
  const known = new Map(short);
  for (const name of names) known.set(name, name);
  const quoted = quoteNames(text, known);
  const parameters: string[] = [];
  const position = (name: string): number => {
    const at = parameters.indexOf(name);
    return at >= 0 ? at : parameters.push(name) - 1;
  };
  const compile = (ast: Ast): ((values: ArrayLike<number>) => number) => {
    switch (ast.kind) {
      case "number":
        return () => ast.value;
      case "parens":
        return compile(ast.inner);
      case "name": {
        const full = known.get(ast.name);
        if (full !== undefined) {
          const at = position(full);
          return (values) => values[at]!;
        }
        if (Object.hasOwn(NUMBERS, ast.name)) return () => NUMBERS[ast.name]!;
        const some = [...known.keys()].slice(0, 8).join(", ");
        throw new FormulaError(
          `there is no parameter "${ast.name}"${didYouMean(ast.name, known.keys()) || `; there are ${some}, …`}`,
          quoted,
          ast.start,
        );
      }
      case "unary": {
        if (ast.op === "!") break;
        const operand = compile(ast.operand);
        return ast.op === "-" ? (values) => -operand(values) : operand;
      }
      case "binary": {
        const { first, operations } = leftSpine(ast);
        const foreign = operations.find(({ op }) => BINARY[op] === undefined);
        if (foreign !== undefined) break;
        const begin = compile(first);
        const steps = operations.map(({ op, right }) => ({ operation: BINARY[op]!, right: compile(right) }));
        return (values) =>
          steps.reduce((left, { operation, right }) => operation(left, right(values)), begin(values));
      }
      case "call": {
        const args = ast.args.map(({ value }) => compile(value));
        if (Object.hasOwn(UNARY, ast.callee) && args.length === 1) {
          const call = UNARY[ast.callee]!;
          const [argument] = args;
          return (values) => call(argument!(values));
        }
        if (Object.hasOwn(MANY, ast.callee) && args.length > 0) {
          const call = MANY[ast.callee]!;
          return (values) => call(args.map((argument) => argument(values)));
        }
        const functions = [...Object.keys(UNARY), ...Object.keys(MANY)];
        throw new FormulaError(
          `there is no function ${ast.callee}() of ${args.length} arguments here; there are ${functions.join(", ")}`,
          quoted,
          ast.start,
        );
      }
      case "string":
        break;
    }
    throw new FormulaError(
      "an expression of parameters has numbers, names, + - * / ^ and functions",
      quoted,
      ast.start,
    );
  };
  const evaluate = compile(parseFormula(quoted));
  return { parameters, evaluate };
}

/** The value of an expression in every draw of all chains. */
export function evaluateDraws({ parameters, evaluate }: Expression, draws: Draws): Float64Array {
  const width = draws.names.length;
  const columns = parameters.map((name) => draws.names.indexOf(name));
  const values = new Float64Array(columns.length);
  return Float64Array.from({ length: draws.chains * draws.draws }, (_, s) => {
    columns.forEach((column, k) => {
      values[k] = draws.values[s * width + column]!;
    });
    return evaluate(values);
  });
}

const WORD = /[\p{L}\p{N}_.]/u;

/** Puts names that the grammar cannot read (`r_Subject[308,Days]`, `b_x:z`) between back-ticks, the longest first. */
function quoteNames(text: string, known: ReadonlyMap<string, string>): string {
  const special = [...known.keys()]
    .filter((name) => !/^[\p{L}_.][\p{L}\p{N}_.]*$/u.test(name))
    .sort((a, b) => b.length - a.length);
  let out = "";
  for (let at = 0; at < text.length; ) {
    if (text[at] === "`") {
      const end = text.indexOf("`", at + 1);
      const next = end < 0 ? text.length : end + 1;
      out += text.slice(at, next);
      at = next;
      continue;
    }
    const begins = at === 0 || !WORD.test(text[at - 1]!);
    const name = begins
      ? special.find((one) => text.startsWith(one, at) && !WORD.test(text[at + one.length] ?? " "))
      : undefined;
    if (name === undefined) out += text[at++];
    else {
      out += `\`${name.replace(/[\\`]/g, "\\$&")}\``;
      at += name.length;
    }
  }
  return out;
}
