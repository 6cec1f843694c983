/** Text → `ModelFormula`: the response with its addition terms, and one list of terms per distributional parameter. */
import { didYouMean, FormulaError } from "../errors.ts";
import type { Argument, Ast } from "./ast.ts";
import { variables } from "./ast.ts";
import type { BrmsFormula } from "./bf.ts";
import { type ExpandContext, expand } from "./expand.ts";
import { format } from "./format.ts";
import type { AdditionCall, FormulaPart, ModelFormula, ResponsePart } from "./model-formula.ts";
import { parseFormula } from "./parser.ts";

export interface ModelFormulaContext {
  /** Columns of the data: what `.` stands for. */
  readonly columns?: readonly string[];
  /** Names that the left sides of further formulas may have; absent = any. */
  readonly dpars?: readonly string[];
  readonly specialNames: ReadonlySet<string>;
}

const ADDITIONS = ["trials", "weights", "se", "cens"];
const NOT_YET = new Map([
  ["s", "smooths"],
  ["t2", "smooths"],
  ["gp", "Gaussian processes"],
  ["mo", "monotonic effects"],
  ["me", "measurement error"],
  ["mi", "missing-value models"],
  ["cs", "category-specific effects"],
  ["ar", "autocorrelation"],
  ["ma", "autocorrelation"],
  ["arma", "autocorrelation"],
  ["mm", "multi-membership terms"],
  ["mvbind", "multivariate models"],
  ["gr", "gr()"],
]);

/** @throws FormulaError with the column at which the text stops making sense. */
export function parseModelFormula(input: string | BrmsFormula, context: ModelFormulaContext): ModelFormula {
  const texts = typeof input === "string" ? splitFormulas(input) : input.formulas;
  const main = parseFormula(texts[0] ?? "");
  if (main.kind !== "binary" || main.op !== "~") {
    throw new FormulaError("the formula has no ~: write `response ~ predictors`", texts[0] ?? "", main.end);
  }
  const response = parseResponse(main.left, texts[0]!);
  const used = new Set(variables(main.left));
  const columns = context.columns?.filter((column) => !used.has(column));
  const part = (dpar: string, right: Ast, source: string): FormulaPart => {
    refuseUnsupported(right, source, context.specialNames);
    const expandContext: ExpandContext = {
      text: source,
      specialNames: context.specialNames,
      ...(columns && { columns }),
    };
    return { dpar, source, terms: expand(right, expandContext) };
  };
  const parts = [part("mu", main.right, texts[0]!)];
  const formatted = [format(main)];
  for (const text of texts.slice(1)) {
    const tree = parseFormula(text);
    for (const dpar of predictedParameters(tree, text, context)) {
      if (parts.some((other) => other.dpar === dpar)) {
        throw new FormulaError(`${dpar} has two formulas`, text, 0);
      }
      parts.push(part(dpar, (tree as Ast & { kind: "binary" }).right, text));
    }
    formatted.push(format(tree));
  }
  return { text: formatted.join("; "), response, parts };
}

/** `y ~ x; sigma ~ z`, or `bf(y ~ x, sigma ~ z)` as R writes it. */
function splitFormulas(text: string): string[] {
  const wrapped = /^\s*(?:bf|brmsformula)\s*\(/.exec(text);
  if (wrapped !== null) {
    const tree = parseFormula(text);
    if (tree.kind === "call") {
      const named = tree.args.find((argument) => argument.name !== undefined);
      if (named !== undefined) {
        throw new FormulaError(`${named.name} = … inside bf() is not supported yet`, text, named.value.start);
      }
      return tree.args.map((argument) => text.slice(argument.value.start, argument.value.end));
    }
  }
  const pieces = text.split(/;(?=(?:[^`]*`[^`]*`)*[^`]*$)/).map((piece) => piece.trim());
  if (pieces.length > 1 && pieces.at(-1) === "") pieces.pop();
  return pieces;
}

function parseResponse(left: Ast, text: string): ResponsePart {
  const bar = left.kind === "binary" && left.op === "|" ? left : undefined;
  const expression = bar?.left ?? left;
  if (expression.kind === "call" && NOT_YET.has(expression.callee)) {
    throw new FormulaError(`${NOT_YET.get(expression.callee)} are not supported yet`, text, expression.start);
  }
  return {
    expression,
    name: format(expression),
    additions: bar === undefined ? [] : parseAdditions(bar.right, text),
  };
}

function parseAdditions(ast: Ast, text: string): AdditionCall[] {
  if (ast.kind === "binary" && ast.op === "+")
    return [...parseAdditions(ast.left, text), ...parseAdditions(ast.right, text)];
  if (ast.kind !== "call") {
    throw new FormulaError(
      "right of | stand addition terms such as trials(n) or weights(w)",
      text,
      ast.start,
    );
  }
  if (!ADDITIONS.includes(ast.callee)) {
    throw new FormulaError(
      `unknown addition term "${ast.callee}"; there are ${ADDITIONS.join(", ")}${didYouMean(ast.callee, ADDITIONS)}`,
      text,
      ast.start,
    );
  }
  const args: readonly Argument[] = ast.args;
  if (args.length === 0) throw new FormulaError(`${ast.callee}() needs a column`, text, ast.start);
  return [{ name: ast.callee, args, start: ast.start, end: ast.end }];
}

/** `sigma ~ …`, or `zi + hu ~ …` for several at once. */
function predictedParameters(tree: Ast, text: string, { dpars }: ModelFormulaContext): string[] {
  if (tree.kind !== "binary" || tree.op !== "~") {
    throw new FormulaError("a further formula reads `parameter ~ predictors`", text, tree.start);
  }
  const names = (ast: Ast): string[] => {
    if (ast.kind === "binary" && ast.op === "+") return [...names(ast.left), ...names(ast.right)];
    if (ast.kind === "name") return [ast.name];
    throw new FormulaError("left of ~ stands the name of a distributional parameter", text, ast.start);
  };
  const given = names(tree.left);
  const unknown = dpars === undefined ? undefined : given.find((name) => !dpars.includes(name));
  if (unknown !== undefined) {
    throw new FormulaError(
      `"${unknown}" is not a parameter of this family, which has ${dpars!.join(", ")}${didYouMean(unknown, dpars!)}`,
      text,
      tree.left.start,
    );
  }
  return given;
}

function refuseUnsupported(ast: Ast, text: string, specialNames: ReadonlySet<string>): void {
  const visit = (node: Ast): void => {
    if (node.kind === "call" && NOT_YET.has(node.callee) && !specialNames.has(node.callee)) {
      throw new FormulaError(
        `${node.callee}(): ${NOT_YET.get(node.callee)} are not supported yet`,
        text,
        node.start,
      );
    }
    if (node.kind === "binary") {
      visit(node.left);
      visit(node.right);
    }
    if (node.kind === "parens") visit(node.inner);
    if (node.kind === "unary") visit(node.operand);
  };
  visit(ast);
}
