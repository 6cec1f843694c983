/**
 * The registry interface for terms beyond population- and group-level ones (smooths, Gaussian processes, monotonic
 * effects). A kind claims calls by the name of its function; the design stores what it learned, by kind.
 */
import type { Ast } from "../formula/ast.ts";
import type { EvaluationContext } from "./evaluate.ts";

export interface TermKind<State = unknown> {
  /** Name of the function in formulas: `s`, `gp`, `mo`. */
  readonly name: string;
  /** Plain, structured-cloneable data: bases, knots, scales. */
  learn(call: Ast & { kind: "call" }, context: EvaluationContext): State;
}
