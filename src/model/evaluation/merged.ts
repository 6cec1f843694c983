/** Distinct rows with the number of their repetitions as weights. */
import { mergeRows } from "../../design/merge-rows.ts";
import { sampledCost } from "../costs.ts";
import { compileSampled } from "../sampled.ts";
import type { UndecidedSpec } from "../spec.ts";
import type { Evaluation } from "./evaluation.ts";

/** Fewer cost nothing. */
const FEW_ROWS = 100;

export const merged: Evaluation = {
  strategy: "explicit",
  likelihood: "merged",
  refuses: () => undefined,
  refusal: (reason) => reason,
  // What it saves is not counted: it takes the place of rows, and of nothing else.
  cost: (spec) => (isWorthMerging(spec) ? sampledCost(spec, "rows") : Number.POSITIVE_INFINITY),
  compile: (spec) => compileSampled(spec, mergeRows(spec.design, spec.design.nobs)!),
};

/** When at least half of the rows repeat others. */
function isWorthMerging({ design, priorOnly }: UndecidedSpec): boolean {
  return (
    !priorOnly && design.nobs >= FEW_ROWS && mergeRows(design, Math.floor(design.nobs / 2)) !== undefined
  );
}
