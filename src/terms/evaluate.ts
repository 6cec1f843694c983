/** Evaluates an expression of a formula over a table: columns, arithmetic, comparisons and the functions of `functions.ts`. */

import type { Table } from "../data/table.ts";
import { DataError, didYouMean, FormulaError } from "../errors.ts";
import { type Ast, type Binary, leftSpine } from "../formula/ast.ts";
import { format } from "../formula/format.ts";
import * as Elementary from "../numeric/elementary.ts";
import { functions } from "./functions.ts";
import type { Memory } from "./memory.ts";
import type { Value } from "./value.ts";

export interface EvaluationContext {
  readonly table: Table;
  /** The text that positions in the tree refer to. */
  readonly source: string;
  /** For each row its number in the data as given. */
  readonly rowNumbers: Int32Array;
  /** What functions learn, or have learned; absent where nobody will ask again (the response). */
  readonly memory?: Memory;
}

/**
 * @throws FormulaError for an unknown column or function, DataError for a text column where numbers are needed and
 * for results that are not finite, naming the row.
 */
export function evaluate(ast: Ast, context: EvaluationContext): Value {
  switch (ast.kind) {
    case "number":
    case "string":
      return { kind: "scalar", value: ast.value };
    case "name":
      return columnValue(ast, context);
    case "parens":
      return evaluate(ast.inner, context);
    case "unary": {
      const operand = numbers(ast.operand, context);
      return numeric(
        operand.map(ast.op === "-" ? (a) => -a : ast.op === "!" ? (a) => (a === 0 ? 1 : 0) : (a) => a),
      );
    }
    case "binary":
      return binary(ast, context);
    case "call":
      return call(ast, context);
  }
}

/** The expression as numbers (logical: 0 and 1; a scalar repeated). */
export function numbers(ast: Ast, context: EvaluationContext): Float64Array {
  return asNumbers(evaluate(ast, context), ast, context);
}

function asNumbers(value: Value, ast: Ast, context: EvaluationContext): Float64Array {
  switch (value.kind) {
    case "numeric":
      return value.values;
    case "logical":
      return Float64Array.from(value.values);
    case "scalar":
      if (typeof value.value === "number") return new Float64Array(context.table.rows).fill(value.value);
      throw new FormulaError("a number is needed here, not text", context.source, ast.start);
    case "factor": {
      const row = context.rowNumbers[0] ?? 1;
      throw new DataError(
        `"${format(ast)}" is used as a number, but it holds text: row ${row} is "${value.levels[value.codes[0]!]}"`,
      );
    }
    case "matrix":
      throw new FormulaError(
        `${format(ast)} has several columns and cannot be used as one number`,
        context.source,
        ast.start,
      );
  }
}

/** Throws when a used number is infinite or not a number, naming expression and row. */
export function requireFinite(values: Float64Array, what: string, rowNumbers: Int32Array): void {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new DataError(`${what} is ${values[bad]} in row ${rowNumbers[bad]}; a finite number is needed`);
}

function columnValue(ast: Ast & { kind: "name" }, { table, source, rowNumbers }: EvaluationContext): Value {
  if (ast.name === "pi" && !table.columns.has("pi")) return { kind: "scalar", value: Math.PI };
  const column = table.columns.get(ast.name);
  if (column === undefined) {
    const names = [...table.columns.keys()];
    const shown = names.slice(0, 12).join(", ") + (names.length > 12 ? ", …" : "");
    throw new FormulaError(
      `the data have no column "${ast.name}"; there are ${shown}${didYouMean(ast.name, names)}`,
      source,
      ast.start,
    );
  }
  if (column.kind === "numeric") {
    const infinite = column.values.findIndex((value) => value === Infinity || value === -Infinity);
    if (infinite >= 0) {
      throw new DataError(
        `column "${ast.name}" is ${column.values[infinite]} in row ${rowNumbers[infinite] ?? infinite + 1}`,
      );
    }
  }
  return column;
}

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "^": (a, b) => Elementary.pow(a, b),
  "%%": (a, b) => a - b * Math.floor(a / b),
  "<": (a, b) => Number(a < b),
  "<=": (a, b) => Number(a <= b),
  ">": (a, b) => Number(a > b),
  ">=": (a, b) => Number(a >= b),
  "==": (a, b) => Number(a === b),
  "!=": (a, b) => Number(a !== b),
  "&": (a, b) => Number(a !== 0 && b !== 0),
  "|": (a, b) => Number(a !== 0 || b !== 0),
};
const LOGICAL = new Set(["<", "<=", ">", ">=", "==", "!=", "&", "|"]);

function binary(ast: Binary, context: EvaluationContext): Value {
  const { first, operations } = leftSpine(ast);
  let left = evaluate(first, context);
  for (const operation of operations) left = operate(left, operation, context);
  return left;
}

/** `left`: the value of `ast.left`. */
function operate(left: Value, ast: Binary, context: EvaluationContext): Value {
  const operation = ARITHMETIC[ast.op];
  if (operation === undefined) {
    throw new FormulaError(`"${ast.op}" cannot be computed with`, context.source, ast.left.end);
  }
  const right = evaluate(ast.right, context);
  if (ast.op === "==" || ast.op === "!=") {
    const level = comparedLevel(left, right, ast.op);
    if (level !== undefined) return level;
  }
  const a = asNumbers(left, ast.left, context);
  const b = asNumbers(right, ast.right, context);
  const result = a.map((value, i) => operation(value, b[i]!));
  if (!LOGICAL.has(ast.op)) return numeric(result);
  return { kind: "logical", values: Int8Array.from(result) };
}

/** `f == "a"`. */
function comparedLevel(left: Value, right: Value, op: "==" | "!="): Value | undefined {
  const [factor, scalar] = left.kind === "factor" ? [left, right] : [right, left];
  if (factor.kind !== "factor" || scalar.kind !== "scalar") return undefined;
  const code = factor.levels.indexOf(String(scalar.value));
  const wanted = op === "==";
  return {
    kind: "logical",
    values: Int8Array.from(factor.codes, (own) => ((own === code) === wanted ? 1 : 0)),
  };
}

function call(ast: Ast & { kind: "call" }, context: EvaluationContext): Value {
  if (!Object.hasOwn(functions, ast.callee)) {
    const names = Object.keys(functions);
    throw new FormulaError(
      `there is no function "${ast.callee}"${didYouMean(ast.callee, names)} (functions: ${names.join(", ")})`,
      context.source,
      ast.start,
    );
  }
  const value = functions[ast.callee as keyof typeof functions](ast, context);
  if (value.kind === "numeric") requireFinite(value.values, format(ast), context.rowNumbers);
  return value;
}

function numeric(values: Float64Array): Value {
  return { kind: "numeric", values };
}
