/** Text → `ModelFormula`: the response with its addition terms, and one list of terms per distributional parameter. */
import { didYouMean, FormulaError } from "../errors.ts";
import { parseResponse } from "./addition-terms.ts";
import { type Ast, variables } from "./ast.ts";
import type { BrmsFormula } from "./bf.ts";
import { expand } from "./expand.ts";
import { format } from "./format.ts";
import type { FixedParameter, FormulaPart, ModelFormula } from "./model-formula.ts";
import { refuseTerms } from "./not-yet.ts";
import { parseFormula } from "./parser.ts";
import { scan } from "./scanner.ts";
import { splitFormulas } from "./split-formulas.ts";

export interface ModelFormulaContext {
  /** Columns of the data: what `.` stands for, without those that the response uses. */
  readonly columns?: readonly string[];
  /** Names that the left sides of further formulas may have; absent = any. */
  readonly dpars?: readonly string[];
  /** Calls that a registered term kind claims. */
  readonly specialNames: ReadonlySet<string>;
}

/**
 * `input`: one formula, several separated by `;`, the text of an R call `bf(y ~ x, sigma ~ z)`, or the result of bf().
 * @throws FormulaError with the column at which the text stops making sense.
 */
export function parseModelFormula(input: string | BrmsFormula, context: ModelFormulaContext): ModelFormula {
  const [mainText = "", ...otherTexts] = splitFormulas(input);
  const main = parseFormula(mainText);
  if (!isFormula(main)) {
    throw new FormulaError("the formula has no ~: write `response ~ predictors`", mainText, main.end);
  }
  const response = parseResponse(main.left, mainText);
  const inResponse = new Set(variables(main.left));
  const columns = context.columns?.filter((column) => !inResponse.has(column));
  const part = (dpar: string, right: Ast, source: string): FormulaPart => {
    refuseTerms(right, source, context.specialNames);
    const terms = expand(right, {
      text: source,
      specialNames: context.specialNames,
      ...(columns && { columns }),
    });
    return { dpar, source, terms };
  };

  const parts = [part("mu", main.right, mainText)];
  const formatted = [format(main)];
  const fixed: FixedParameter[] = [];
  for (const text of otherTexts) {
    const assigned = fixedParameter(text, context.dpars);
    if (assigned !== undefined) {
      fixed.push(assigned);
      formatted.push(`${assigned.dpar} = ${assigned.value}`);
      continue;
    }
    const tree = parseFormula(text);
    if (!isFormula(tree)) {
      throw new FormulaError("a further formula reads `parameter ~ predictors`", text, tree.start);
    }
    for (const { name, start } of parameterNames(tree.left, text, context.dpars)) {
      if (parts.some(({ dpar }) => dpar === name)) {
        const why = name === "mu" ? "the response formula is the formula of mu" : `${name} has two formulas`;
        throw new FormulaError(why, text, start);
      }
      parts.push(part(name, tree.right, text));
    }
    formatted.push(format(tree));
  }
  const twice = fixed.find(
    ({ dpar }, k) =>
      parts.some((one) => one.dpar === dpar) || fixed.findIndex((one) => one.dpar === dpar) < k,
  );
  if (twice !== undefined) {
    throw new FormulaError(
      `${twice.dpar} is held at a value and has another formula`,
      otherTexts.join("; "),
      0,
    );
  }
  return { text: formatted.join("; "), response, parts, fixed };
}

/** `quantile = 0.8`; undefined for formulas. */
function fixedParameter(text: string, dpars: readonly string[] | undefined): FixedParameter | undefined {
  const [first, sign, ...rest] = scan(text);
  if (first?.kind !== "name" || sign?.text !== "=") return undefined;
  checkParameter(first.text, first.start, text, dpars);
  const value = Number(text.slice(sign.end).trim() || Number.NaN);
  if (!Number.isFinite(value)) {
    throw new FormulaError(
      `a parameter is held at a number: ${first.text} = 1; its prior is an option of the fit`,
      text,
      rest[0]?.start ?? sign.end,
    );
  }
  return { dpar: first.text, value };
}

function isFormula(tree: Ast): tree is Ast & { readonly kind: "binary" } {
  return tree.kind === "binary" && tree.op === "~";
}

/** The left side of `sigma ~ …`, or of `zi + hu ~ …` for several at once. */
function parameterNames(
  left: Ast,
  text: string,
  dpars: readonly string[] | undefined,
): (Ast & { kind: "name" })[] {
  if (left.kind === "binary" && left.op === "+") {
    return [...parameterNames(left.left, text, dpars), ...parameterNames(left.right, text, dpars)];
  }
  if (left.kind !== "name") {
    throw new FormulaError(
      "left of this ~ stands the bare name of a distributional parameter",
      text,
      left.start,
    );
  }
  checkParameter(left.name, left.start, text, dpars);
  return [left];
}

function checkParameter(
  name: string,
  start: number,
  text: string,
  dpars: readonly string[] | undefined,
): void {
  if (dpars?.includes(name) !== false) return;
  const known = `this family, which has ${dpars.join(", ")}${didYouMean(name, dpars)}`;
  throw new FormulaError(`"${name}" is not a parameter of ${known}`, text, start);
}
