/** One text or several → the texts of the single formulas. */
import { FormulaError } from "../errors.ts";
import type { Ast } from "./ast.ts";
import type { BrmsFormula } from "./bf.ts";
import { parseFormula } from "./parser.ts";

/**
 * `y ~ x; sigma ~ z`, `bf(y ~ x, sigma ~ z)` as R writes it, or the result of bf().
 * @throws FormulaError for arguments of bf() that are not formulas.
 */
export function splitFormulas(input: string | BrmsFormula): string[] {
  const pieces = (typeof input === "string" ? [input] : input.formulas).flatMap(splitAtSemicolons);
  return pieces.flatMap((piece) => (/^(?:bf|brmsformula)\s*\(/.test(piece) ? argumentsOfBf(piece) : [piece]));
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
    const after = text.slice(firstCall(tree).end).trimStart();
    const advice = after.startsWith("+")
      ? "adding to bf() is not supported yet (several responses, lf(), nlf()); formulas of parameters go inside: bf(y ~ x, sigma ~ z)"
      : "nothing can follow bf(…)";
    throw new FormulaError(advice, text, text.length - after.length);
  }
  if (tree.args.length === 0) throw new FormulaError("bf() needs a formula", text, tree.start);
  return tree.args.map(({ name, value }) => {
    if (name !== undefined) {
      const reason = Object.hasOwn(OPTIONS, name)
        ? OPTIONS[name]!
        : `${name} = … inside bf() is not supported yet`;
      throw new FormulaError(reason, text, value.start);
    }
    return text.slice(value.start, value.end);
  });
}

function firstCall(tree: Ast): Ast {
  return tree.kind === "binary" ? firstCall(tree.left) : tree;
}
