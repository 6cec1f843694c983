/** `cbind(successes, failures)`, as R's glm() writes counts: the same as `successes | trials(successes + failures)`. */
import { FormulaError } from "../errors.ts";
import type { Ast } from "./ast.ts";
import type { AdditionCall } from "./model-formula.ts";

/** @throws FormulaError unless there are two columns without names. */
export function readCbind(
  call: Ast & { readonly kind: "call" },
  text: string,
): { readonly successes: Ast; readonly trials: AdditionCall } {
  const [successes, failures, third] = call.args;
  const named = call.args.find(({ name }) => name !== undefined);
  if (successes === undefined || failures === undefined || third !== undefined || named !== undefined) {
    throw new FormulaError(
      "cbind() on the left takes two columns, cbind(successes, failures); several responses are not supported yet",
      text,
      (third ?? named)?.value.start ?? call.start,
    );
  }
  const { start, end } = call;
  const inner = failures.value;
  // In parentheses, so that the text of the sum reads as the tree: a + (n − a).
  const right: Ast =
    inner.kind === "binary" ? { kind: "parens", inner, start: inner.start, end: inner.end } : inner;
  const total: Ast = { kind: "binary", op: "+", left: successes.value, right, start, end };
  return {
    successes: successes.value,
    trials: { name: "trials", args: [{ value: total }], start, end },
  };
}
