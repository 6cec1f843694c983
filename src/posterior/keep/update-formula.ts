/** `. ~ . + x`: a formula in terms of an older one, as R's update.formula reads it. */
import type { Ast } from "../../formula/ast.ts";
import type { BrmsFormula } from "../../formula/bf.ts";
import { format } from "../../formula/format.ts";
import { parseFormula } from "../../formula/parser.ts";
import { splitFormulas } from "../../formula/split-formulas.ts";

/**
 * A dot left of the tilde is the old response, one right of it the old right-hand side; without dots the new formula stands
 * for itself. Formulas of distributional parameters are kept unless new ones are given.
 * @throws FormulaError for text that is no formula.
 */
export function updateFormula(old: string | BrmsFormula, change: string | BrmsFormula): BrmsFormula {
  const [oldMain = "", ...oldOthers] = splitFormulas(old);
  const [newMain = "", ...newOthers] = splitFormulas(change);
  const before = parseFormula(oldMain);
  const after = parseFormula(newMain);
  const main =
    before.kind === "binary" && after.kind === "binary" && before.op === "~" && after.op === "~"
      ? format({ ...after, left: fill(after.left, before.left), right: fill(after.right, before.right) })
      : newMain;
  const kept = newOthers.length > 0 ? newOthers : oldOthers;
  return { kind: "bf", formulas: [main, ...kept] };
}

/** Puts `by` in place of every dot. */
function fill(tree: Ast, by: Ast): Ast {
  switch (tree.kind) {
    case "name":
      return tree.name === "." ? by : tree;
    case "parens":
      return { ...tree, inner: fill(tree.inner, by) };
    case "unary":
      return { ...tree, operand: fill(tree.operand, by) };
    case "binary":
      return { ...tree, left: fill(tree.left, by), right: fill(tree.right, by) };
    default:
      return tree;
  }
}
