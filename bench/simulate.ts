/** Data of a random-intercept model with three predictors, of any size. */
import type { Table } from "nutmix";
import { stream } from "../src/random/streams.ts";
import type { Model } from "./cases.ts";
import type { SimulatedTask } from "./task.ts";

const COEFFICIENTS = [0.5, -0.3, 0.1];

export function simulate({ family, rows, groups, ...run }: SimulatedTask): Model {
  const { chains, warmup, draws, maxTreedepth } = run;
  const rng = stream(1, 0, "benchmark");
  const intercepts = Float64Array.from({ length: groups }, () => 0.7 * rng.normal());
  // Every group has rows as long as there are enough of them.
  const codes = Int32Array.from({ length: rows }, (_, row) => (row < groups ? row : rng.integer(groups)));
  const predictors = COEFFICIENTS.map(() => Float64Array.from({ length: rows }, () => rng.normal()));
  const y = Float64Array.from(codes, (group, row) => {
    const eta = COEFFICIENTS.reduce((sum, b, k) => sum + b * predictors[k]![row]!, intercepts[group]!);
    if (family === "gaussian") return eta + rng.normal();
    return rng.uniform() < 1 / (1 + Math.exp(-eta)) ? 1 : 0;
  });
  const data: Table = {
    rows,
    columns: new Map<string, ColumnOf>([
      ["y", { kind: "numeric", values: y }],
      ...predictors.map((values, k): [string, ColumnOf] => [`x${k + 1}`, { kind: "numeric", values }]),
      ["g", { kind: "factor", levels: Array.from(intercepts, (_, g) => `${g}`), codes, ordered: false }],
    ]),
  };
  return {
    formula: "y ~ x1 + x2 + x3 + (1 | g)",
    data,
    options: { family, chains, warmup, draws, maxTreedepth },
  };
}

type ColumnOf = Table["columns"] extends ReadonlyMap<string, infer C> ? C : never;
