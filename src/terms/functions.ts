/** The functions of columns that formulas may use: a literal table; nothing else is ever called. */

import { levelFirst } from "../data/data-options.ts";
import { makeFactor } from "../data/factor.ts";
import { DataError, FormulaError } from "../errors.ts";
import type { Ast } from "../formula/ast.ts";
import { format } from "../formula/format.ts";
import * as Elementary from "../numeric/elementary.ts";
import { mean, sd } from "../numeric/moments.ts";
import { type EvaluationContext, evaluate, numbers } from "./evaluate.ts";
import { recall } from "./memory.ts";
import { learnPolynomial, polynomialColumns } from "./polynomial.ts";
import type { ContrastName, FactorValue, Value } from "./value.ts";

type Call = Ast & { kind: "call" };
type ColumnFunction = (call: Call, context: EvaluationContext) => Value;

const elementwise =
  (f: (x: number) => number): ColumnFunction =>
  (call, context) => ({ kind: "numeric", values: numbers(only(call, context), context).map(f) });

const pairwise =
  (f: (a: number, b: number) => number): ColumnFunction =>
  (call, context) => {
    const [first, ...rest] = positional(call).map((argument) => numbers(argument, context));
    if (first === undefined) return fail(call, context, "needs at least one argument");
    return { kind: "numeric", values: first.map((value, i) => rest.reduce((a, b) => f(a, b[i]!), value)) };
  };

export const functions = {
  exp: elementwise(Elementary.exp),
  expm1: elementwise(Elementary.expm1),
  log: (call, context) => {
    const base = named(call, "base") ?? positional(call)[1];
    const x = numbers(first(call, context), context);
    const scale = base === undefined ? 1 : Elementary.log(constant(base, call, context));
    return { kind: "numeric", values: x.map((value) => Elementary.log(value) / scale) };
  },
  log2: elementwise(Elementary.log2),
  log10: elementwise(Elementary.log10),
  log1p: elementwise(Elementary.log1p),
  sqrt: elementwise(Math.sqrt),
  abs: elementwise(Math.abs),
  sin: elementwise(Elementary.sin),
  cos: elementwise(Elementary.cos),
  tan: elementwise(Elementary.tan),
  tanh: elementwise(Elementary.tanh),
  floor: elementwise(Math.floor),
  ceiling: elementwise(Math.ceil),
  round: elementwise(Math.round),
  sign: elementwise(Math.sign),
  pmin: pairwise(Math.min),
  pmax: pairwise(Math.max),
  /** Arithmetic as it stands. */
  I: (call, context) => evaluate(only(call, context), context),
  "as.numeric": (call, context) => ({ kind: "numeric", values: toNumbers(only(call, context), context) }),
  /** (x − mean) / sd; `center = FALSE` or `scale = FALSE` leave out a step. */
  scale: (call, context) => {
    const x = numbers(first(call, context), context);
    const { centre, divisor } = recall(context.memory, format(call), () => ({
      kind: "location",
      centre: flag(call, "center", context) ? mean(x) : 0,
      divisor: flag(call, "scale", context) ? sd(x) : 1,
    }));
    return { kind: "numeric", values: x.map((value) => (value - centre) / divisor) };
  },
  center: (call, context) => {
    const x = numbers(only(call, context), context);
    const { centre } = recall(context.memory, format(call), () => ({
      kind: "location",
      centre: mean(x),
      divisor: 1,
    }));
    return { kind: "numeric", values: x.map((value) => value - centre) };
  },
  poly: (call, context) => {
    const degreeArgument = named(call, "degree") ?? positional(call)[1];
    const degree = degreeArgument === undefined ? 1 : constant(degreeArgument, call, context);
    const x = numbers(first(call, context), context);
    if (!Number.isInteger(degree) || degree < 1) return fail(call, context, "needs a whole degree from 1");
    const raw = named(call, "raw") !== undefined && flag(call, "raw", context);
    const columns = raw
      ? Array.from({ length: degree }, (_, k) => x.map((value) => Elementary.pow(value, k + 1)))
      : polynomialColumns(
          x,
          recall(context.memory, format(call), () => {
            if (new Set(x).size > degree) return { kind: "polynomial", ...learnPolynomial(x, degree) };
            return fail(call, context, `needs more than ${degree} distinct values for degree ${degree}`);
          }),
        );
    return { kind: "matrix", columns, suffixes: columns.map((_, k) => String(k + 1)) };
  },
  /** factor(x), factor(x, levels = c("low", "high")): values that are not among the levels are refused. */
  factor: (call, context) => withLevels(call, asFactor(first(call, context), context, false), context),
  "as.factor": (call, context) => asFactor(only(call, context), context, false),
  ordered: (call, context) => withLevels(call, asFactor(first(call, context), context, true), context),
  "as.ordered": (call, context) => asFactor(only(call, context), context, true),
  /** C(f, contr.sum), C(f, sum), C(f, "contr.sum"), C(f, treatment, base = 2), C(f, c(-1, 0, 1)), C(f, cbind(c(…), c(…))). */
  C: (call, context) => {
    const factor = asFactor(first(call, context), context, undefined);
    const chosen = named(call, "contr") ?? positional(call)[1];
    const columns = chosen === undefined ? undefined : numberColumns(chosen);
    if (columns !== undefined) {
      const names = columns.map(({ name }, k) => name ?? String(k + 1));
      const rows = columns[0]!.values.map((_, level) => columns.map(({ values }) => values[level]!));
      return { ...factor, contrasts: { names, rows } };
    }
    const contrasts = CONTRASTS.get(contrastWord(chosen).replace(/^contr\./, ""));
    if (contrasts === undefined) {
      return fail(
        call,
        context,
        "takes treatment, SAS, sum, helmert or poly (or contr.treatment, …), or c() of one number per level",
      );
    }
    const base = named(call, "base") ?? (chosen?.kind === "call" ? named(chosen, "base") : undefined);
    if (base === undefined) return { ...factor, contrasts };
    if (contrasts !== "treatment") return fail(call, context, "takes base with contr.treatment alone");
    const level =
      base.kind === "number"
        ? factor.levels[base.value - 1]
        : base.kind === "string"
          ? base.value
          : format(base);
    if (level === undefined || !factor.levels.includes(level)) {
      return fail(call, context, `has no level ${format(base)}; levels: ${factor.levels.join(", ")}`);
    }
    return { ...factor, ...levelFirst(format(first(call, context)), factor, level), contrasts };
  },
  relevel: (call, context) => {
    const factor = asFactor(first(call, context), context, false);
    const reference = named(call, "ref") ?? positional(call)[1];
    const level =
      reference?.kind === "string" ? reference.value : reference === undefined ? "" : format(reference);
    if (!factor.levels.includes(level)) {
      return fail(call, context, `has no level "${level}"; levels: ${factor.levels.join(", ")}`);
    }
    return { ...factor, ...levelFirst(format(first(call, context)), factor, level) };
  },
  ifelse: (call, context) => {
    const [test, yes, no] = positional(call);
    if (test === undefined || yes === undefined || no === undefined)
      return fail(call, context, "takes test, yes and no");
    const [t, a, b] = [numbers(test, context), numbers(yes, context), numbers(no, context)];
    return { kind: "numeric", values: t.map((value, i) => (value !== 0 ? a[i]! : b[i]!)) };
  },
} as const satisfies Record<string, ColumnFunction>;

/** The levels in the order of the argument `levels`, when there is one. */
function withLevels(call: Call, factor: FactorValue, context: EvaluationContext): FactorValue {
  const given = named(call, "levels");
  if (given === undefined) return factor;
  const list = given.kind === "call" && given.callee === "c" ? given.args.map(({ value }) => value) : [given];
  const levels = list.map((one) => {
    const number = literal(one);
    if (number !== undefined) return String(number);
    return one.kind === "string"
      ? one.value
      : fail(call, context, `takes levels = c("…", "…"), not ${format(given)}`);
  });
  if (new Set(levels).size < levels.length) return fail(call, context, "names a level twice");
  const codeOf = new Map(levels.map((level, code) => [level, code]));
  const codes = factor.codes.map((own, i) => {
    if (own < 0) return -1;
    return (
      codeOf.get(factor.levels[own]!) ??
      fail(
        call,
        context,
        `has no level for "${factor.levels[own]}", which stands in row ${context.rowNumbers[i]}`,
      )
    );
  });
  return { ...factor, levels, codes };
}

const CONTRASTS: ReadonlyMap<string, ContrastName> = new Map(
  (["treatment", "SAS", "sum", "helmert", "poly"] as const).map((name) => [name, name]),
);

function contrastWord(ast: Ast | undefined): string {
  if (ast?.kind === "name") return ast.name;
  if (ast?.kind === "string") return ast.value;
  return ast?.kind === "call" ? ast.callee : "";
}

/** `c(-1, 0, 1)`, or several of them in cbind(): numbers that stand in the formula. */
function numberColumns(
  ast: Ast,
): { readonly name?: string; readonly values: readonly number[] }[] | undefined {
  if (ast.kind !== "call") return undefined;
  if (ast.callee === "cbind") {
    const columns = ast.args.map(({ name, value }) => {
      const [column] = numberColumns(value) ?? [];
      return column && { ...column, ...(name !== undefined && { name }) };
    });
    const found = columns.filter((column) => column !== undefined);
    return found.length === columns.length && found.length > 0 ? found : undefined;
  }
  if (ast.callee !== "c" || ast.args.length === 0) return undefined;
  const values = ast.args.map(({ value }) => literal(value));
  return values.every((value) => value !== undefined) ? [{ values }] : undefined;
}

/** A number as it is written, with its sign, or a quotient of two. */
function literal(ast: Ast): number | undefined {
  if (ast.kind === "number") return ast.value;
  if (ast.kind === "parens") return literal(ast.inner);
  if (ast.kind === "unary") {
    const value = literal(ast.operand);
    return value === undefined || ast.op === "!" ? undefined : ast.op === "-" ? -value : value;
  }
  if (ast.kind !== "binary" || ast.op !== "/") return undefined;
  const [a, b] = [literal(ast.left), literal(ast.right)];
  return a === undefined || b === undefined ? undefined : a / b;
}

/** Text and logical columns by their levels, numbers by their values; levels that do not occur are dropped. */
export function asFactor(ast: Ast, context: EvaluationContext, ordered: boolean | undefined): FactorValue {
  const value = evaluate(ast, context);
  switch (value.kind) {
    case "factor":
      return { ...value, ordered: ordered ?? value.ordered };
    case "logical":
      return {
        kind: "factor",
        levels: ["FALSE", "TRUE"],
        codes: Int32Array.from(value.values),
        ordered: ordered === true,
      };
    case "numeric":
      return numbersAsFactor(value.values, ast, context, ordered === true);
    default:
      throw new FormulaError(`${format(ast)} cannot be a factor`, context.source, ast.start);
  }
}

function numbersAsFactor(
  values: Float64Array,
  ast: Ast,
  { memory, rowNumbers }: EvaluationContext,
  ordered: boolean,
): FactorValue {
  const labels = Array.from(values, (x) => (Number.isNaN(x) ? null : String(x)));
  const { levels } = recall(memory, `factor(${format(ast)})`, () => ({
    kind: "levels",
    levels: makeFactor(labels).levels,
  }));
  const codeOf = new Map(levels.map((level, code) => [level, code]));
  const codes = Int32Array.from(labels, (label, i) => {
    if (label === null) return -1;
    return codeOf.get(label) ?? unknownLevel(format(ast), label, rowNumbers[i]!, levels);
  });
  return { kind: "factor", levels, codes, ordered };
}

/** New data have a level of which the fit says nothing. */
export function unknownLevel(name: string, level: string, row: number, levels: readonly string[]): never {
  const shown = levels.slice(0, 12).join(", ") + (levels.length > 12 ? ", …" : "");
  throw new DataError(
    `"${name}" is "${level}" in row ${row}, a level that the data of the fit do not have; they have ${shown}`,
  );
}

function toNumbers(ast: Ast, context: EvaluationContext): Float64Array {
  const value = evaluate(ast, context);
  return value.kind === "factor" ? Float64Array.from(value.codes, (code) => code + 1) : numbers(ast, context);
}

function positional(call: Call): Ast[] {
  return call.args
    .filter((argument) => argument.name === undefined || argument.name === "x")
    .map((argument) => argument.value);
}

function named(call: Call, name: string): Ast | undefined {
  return call.args.find((argument) => argument.name === name)?.value;
}

function first(call: Call, context: EvaluationContext): Ast {
  return positional(call)[0] ?? fail(call, context, "needs an argument");
}

function only(call: Call, context: EvaluationContext): Ast {
  if (call.args.length !== 1) return fail(call, context, `takes one argument, not ${call.args.length}`);
  return first(call, context);
}

function constant(ast: Ast, call: Call, context: EvaluationContext): number {
  const value = ast.kind === "number" ? ast.value : undefined;
  return value ?? fail(call, context, `needs a number where ${format(ast)} stands`);
}

/** TRUE unless the argument is FALSE (or F). */
function flag(call: Call, name: string, context: EvaluationContext): boolean {
  const argument = named(call, name);
  if (argument === undefined) return true;
  if (argument.kind === "name" && /^(?:T|TRUE|true)$/.test(argument.name)) return true;
  if (argument.kind === "name" && /^(?:F|FALSE|false)$/.test(argument.name)) return false;
  return fail(call, context, `needs TRUE or FALSE for ${name}`);
}

function fail(call: Call, context: EvaluationContext, what: string): never {
  throw new FormulaError(`${call.callee}() ${what}`, context.source, call.start);
}
