/** A made-up term: a step function of one column with a Gaussian coefficient for each step, `step(x, n = 4)`. */
import { DataError } from "../../src/errors.ts";
import { numbers } from "../../src/terms/evaluate.ts";
import { latentQuantity, scalesQuantity } from "../../src/terms/quantities.ts";
import type { AdditiveTerm } from "../../src/terms/term.ts";

interface Steps {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

export const step: AdditiveTerm<Steps> = {
  sort: "additive",
  name: "step",
  examples: ["step(x)", "step(z, n = 3)"],
  learn(call, context) {
    const [x, n] = call.args;
    const values = numbers(x!.value, context);
    const count = n?.value.kind === "number" ? n.value.value : 4;
    const name = x!.value.kind === "name" ? x!.value.name : "x";
    return { name: `step${name}`, low: Math.min(...values), high: Math.max(...values), count };
  },
  rows({ low, high, count }, call, context) {
    const index = Int32Array.from(numbers(call.args[0]!.value, context), (x, i) => {
      if (!(x >= low && x <= high)) {
        throw new DataError(`step() knows ${low} to ${high}, but row ${context.rowNumbers[i]} is ${x}`);
      }
      return Math.min(count - 1, Math.floor((count * (x - low)) / (high - low)));
    });
    return [{ kind: "lookup", index, levels: count, columns: null }];
  },
  parameters: ({ name }, key) => [
    {
      id: "sd",
      shape: [1],
      prior: { kind: "elements", targets: [{ class: "sds", coef: name, lower: 0 }] },
      quantity: scalesQuantity("sds", key, [name], "Smoothing Spline Hyperparameters"),
    },
  ],
  vectors: ({ name, count }, key) => [
    {
      kind: "gaussian",
      levels: count,
      size: 1,
      scale: { kind: "sds", block: "sd", elements: [0] },
      quantity: latentQuantity("s", key, name, count),
      reported: "coefficients",
    },
  ],
};
