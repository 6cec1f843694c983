/** A made-up variable: whole numbers 0 … D whose steps are the shares of a simplex, `stairs(o)`. */
import { concatenate, matmul } from "../../src/autodiff/expressions.ts";
import { numbers } from "../../src/terms/evaluate.ts";
import { simplexQuantity } from "../../src/terms/quantities.ts";
import type { VariableTerm } from "../../src/terms/term.ts";

export const stairs: VariableTerm<{ readonly most: number }> = {
  sort: "variable",
  name: "stairs",
  examples: ["stairs(o)", "stairs(o):x", "stairs(o):f", "stairs(o):stairs(m)"],
  learn: (call, context) => ({ most: Math.max(...numbers(call.args[0]!.value, context)) }),
  index: ({ most }, call, context) => ({
    index: Int32Array.from(numbers(call.args[0]!.value, context)),
    count: most + 1,
  }),
  parameters: ({ most }, { key, name, position }) => [
    {
      id: "shares",
      shape: [most],
      constraint: "simplex",
      prior: { kind: "whole", target: { class: "simo", coef: `${name}${position}` } },
      quantity: simplexQuantity("simo", key, `${name}${position}`, most),
    },
  ],
  trace({ most }, at) {
    const lower = Float64Array.from({ length: most * most }, (_, k) => (k % most <= k / most ? most : 0));
    const shares = at("shares");
    return concatenate(0, matmul(shares.graph.constant(lower, [most, most]), shares));
  },
};
