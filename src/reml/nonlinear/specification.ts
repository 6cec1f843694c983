/** What nlme() is asked for: the expression with its curves written out, and which parameters are fixed and random. */
import { FormulaError } from "../../errors.ts";
import type { Ast } from "../../formula/ast.ts";
import { format } from "../../formula/format.ts";
import { parseFormula } from "../../formula/parser.ts";
import { sidesOf } from "../../formula/split-formulas.ts";
import { type Curve, curves } from "./curves.ts";

export interface NonlinearSpecification {
  readonly response: Ast;
  readonly responseName: string;
  readonly mean: Ast;
  readonly source: string;
  /** Per parameter the right side of its formula. */
  readonly parameters: readonly { readonly name: string; readonly formula: string }[];
  readonly random: {
    readonly names: readonly string[];
    readonly group: string;
    readonly correlated: boolean;
  };
  /** When the whole right side is one self-starting curve. */
  readonly selfStart?: {
    readonly curve: Curve;
    readonly covariates: readonly string[];
    readonly parameters: readonly string[];
  };
}

/** @throws FormulaError with the position at which a formula stops making sense. */
export function specification(
  formula: string,
  fixed: string | readonly string[],
  random: string,
  diagonal: boolean,
): NonlinearSpecification {
  const tree = parseFormula(formula);
  if (tree.kind !== "binary" || tree.op !== "~") {
    throw new FormulaError("the formula has no ~: write `response ~ expression`", formula, 0);
  }
  const parameters = (typeof fixed === "string" ? [fixed] : fixed).flatMap(parameterFormulas);
  const doubled = parameters.find(({ name }, k) => parameters.findIndex((other) => other.name === name) < k);
  if (doubled !== undefined) {
    throw new FormulaError(`the parameter ${doubled.name} has two formulas`, formula, 0);
  }
  const selfStart = selfStartOf(tree.right);
  return {
    response: tree.left,
    responseName: format(tree.left),
    mean: expandCurves(tree.right, formula),
    source: formula,
    parameters,
    random: randomPart(
      random,
      diagonal,
      parameters.map(({ name }) => name),
    ),
    ...(selfStart && { selfStart }),
  };
}

/** `A + B ~ x` → A ~ x, B ~ x. */
function parameterFormulas(text: string): { name: string; formula: string }[] {
  const tree = parseFormula(text);
  if (tree.kind !== "binary" || tree.op !== "~") {
    throw new FormulaError("fixed effects read `parameter + parameter ~ 1`", text, 0);
  }
  const [, right] = sidesOf(text);
  return summands(tree.left, text).map((name) => ({ name, formula: right }));
}

function summands(ast: Ast, text: string): string[] {
  if (ast.kind === "name") return [ast.name];
  if (ast.kind === "parens") return summands(ast.inner, text);
  if (ast.kind === "binary" && ast.op === "+")
    return [...summands(ast.left, text), ...summands(ast.right, text)];
  throw new FormulaError("names of parameters joined by + are expected here", text, ast.start);
}

function randomPart(text: string, diagonal: boolean, parameters: readonly string[]) {
  const tree = parseFormula(text);
  const bars = tree.kind === "binary" && tree.op === "~" ? tree.right : undefined;
  if (tree.kind !== "binary" || bars?.kind !== "binary" || (bars.op !== "|" && bars.op !== "||")) {
    throw new FormulaError("random effects read `parameter + parameter ~ 1 | group`", text, 0);
  }
  if (bars.left.kind !== "number" || bars.left.value !== 1) {
    throw new FormulaError("random effects of a nonlinear model are `~ 1`", text, bars.left.start);
  }
  if (bars.right.kind !== "name") {
    throw new FormulaError(
      "one grouping factor is expected here; nested ones are not supported",
      text,
      bars.right.start,
    );
  }
  const names = summands(tree.left, text);
  const unknown = names.find((name) => !parameters.includes(name));
  if (unknown !== undefined) {
    throw new FormulaError(
      `${unknown} is not among the fixed parameters (${parameters.join(", ")})`,
      text,
      0,
    );
  }
  return { names, group: bars.right.name, correlated: !diagonal && bars.op === "|" && names.length > 1 };
}

function selfStartOf(ast: Ast): NonlinearSpecification["selfStart"] {
  if (ast.kind !== "call" || !Object.hasOwn(curves, ast.callee)) return undefined;
  const curve = curves[ast.callee]!;
  const names = ast.args.map(({ value }) => (value.kind === "name" ? value.name : undefined));
  if (names.length !== curve.arguments.length || names.includes(undefined)) return undefined;
  return {
    curve,
    covariates: names.slice(0, curve.covariates) as string[],
    parameters: names.slice(curve.covariates) as string[],
  };
}

/** Calls of self-starting curves become their expressions. */
function expandCurves(ast: Ast, source: string): Ast {
  switch (ast.kind) {
    case "call": {
      const args = ast.args.map((argument) => ({ ...argument, value: expandCurves(argument.value, source) }));
      if (!Object.hasOwn(curves, ast.callee)) return { ...ast, args };
      const { arguments: names, expression } = curves[ast.callee]!;
      if (args.length !== names.length) {
        throw new FormulaError(
          `${ast.callee} takes ${names.length} arguments: ${names.join(", ")}`,
          source,
          ast.start,
        );
      }
      const given = new Map(names.map((name, k) => [name, args[k]!.value]));
      return substitute(parseFormula(expression), given);
    }
    case "unary":
      return { ...ast, operand: expandCurves(ast.operand, source) };
    case "parens":
      return { ...ast, inner: expandCurves(ast.inner, source) };
    case "binary":
      return { ...ast, left: expandCurves(ast.left, source), right: expandCurves(ast.right, source) };
    default:
      return ast;
  }
}

function substitute(ast: Ast, given: ReadonlyMap<string, Ast>): Ast {
  switch (ast.kind) {
    case "name":
      return given.get(ast.name) ?? ast;
    case "call":
      return {
        ...ast,
        args: ast.args.map((argument) => ({ ...argument, value: substitute(argument.value, given) })),
      };
    case "unary":
      return { ...ast, operand: substitute(ast.operand, given) };
    case "parens":
      return { ...ast, inner: substitute(ast.inner, given) };
    case "binary":
      return { ...ast, left: substitute(ast.left, given), right: substitute(ast.right, given) };
    default:
      return ast;
  }
}
