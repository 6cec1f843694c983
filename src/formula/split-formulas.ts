/** One text or several → the texts of the single formulas. */
import { FormulaError } from "../errors.ts";
import { leftSpine } from "./ast.ts";
import type { BrmsFormula } from "./bf.ts";
import { parseFormula } from "./parser.ts";
import { scan } from "./scanner.ts";

/**
 * `y ~ x; sigma ~ z`, `bf(y ~ x, sigma ~ z)` as R writes it, or the result of bf().
 * @throws FormulaError for arguments of bf() that are not formulas.
 */
export function splitFormulas(input: string | BrmsFormula): string[] {
  const pieces = textsOf(input).flatMap(splitAtSemicolons);
  return pieces.flatMap((piece) => (/^(?:bf|brmsformula)\s*\(/.test(piece) ? argumentsOfBf(piece) : [piece]));
}

function textsOf(input: unknown): readonly string[] {
  const texts =
    typeof input === "string" ? [input] : (input as Partial<BrmsFormula> | null | undefined)?.formulas;
  if (Array.isArray(texts) && texts.every((text) => typeof text === "string")) return texts;
  throw new FormulaError(`a formula is a text, or what bf() returns of texts, not ${describe(input)}`, "", 0);
}

function describe(input: unknown): string {
  return typeof input === "object" && input !== null ? "an object" : String(input);
}

/**
 * What stands left and right of the first `~`, outside quotes and back-ticks.
 * @throws FormulaError when there is none.
 */
export function sidesOf(text: string): [left: string, right: string] {
  const [source = ""] = textsOf(text);
  const tilde = scan(source).find((token) => token.kind === "operator" && token.text === "~");
  if (tilde === undefined) {
    throw new FormulaError("the formula has no ~: write `response ~ predictors`", source, source.length);
  }
  return [source.slice(0, tilde.start).trim(), source.slice(tilde.end).trim()];
}

/** Not inside quotes or back-ticks; line breaks become spaces, so that the caret of a message finds its place. */
function splitAtSemicolons(text: string): string[] {
  const pieces: string[] = [];
  let piece = "";
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quote !== "" && char === "\\") {
      piece += char + (text[++at] ?? "");
      continue;
    }
    if (quote === "" && char === ";") {
      pieces.push(piece);
      piece = "";
      continue;
    }
    if (quote === "" && /["'`]/.test(char)) quote = char;
    else if (char === quote) quote = "";
    piece += quote === "" && /\s/.test(char) ? " " : char;
  }
  const trimmed = [...pieces, piece].map((one) => one.trim());
  if (trimmed.length > 1 && trimmed.at(-1) === "") trimmed.pop();
  return trimmed;
}

const OPTIONS: Readonly<Record<string, string>> = {
  nl: "non-linear formulas (nl = TRUE) are not supported yet",
  family: "the family is given as an option of the fit, not inside bf()",
  center: "center is not an argument here; 0 + Intercept + … leaves the columns uncentred",
};

function argumentsOfBf(text: string): string[] {
  const tree = parseFormula(text);
  if (tree.kind !== "call") {
    const after = text.slice((tree.kind === "binary" ? leftSpine(tree).first : tree).end).trimStart();
    const advice = after.startsWith("+")
      ? "adding to bf() is not supported yet (several responses, lf(), nlf()); formulas of parameters go inside: bf(y ~ x, sigma ~ z)"
      : "nothing can follow bf(…)";
    throw new FormulaError(advice, text, text.length - after.length);
  }
  if (tree.args.length === 0) throw new FormulaError("bf() needs a formula", text, tree.start);
  return tree.args.map(({ name, value }) => {
    if (name !== undefined) {
      if (Object.hasOwn(OPTIONS, name)) throw new FormulaError(OPTIONS[name]!, text, value.start);
      return `${name} = ${text.slice(value.start, value.end)}`;
    }
    return text.slice(value.start, value.end);
  });
}
