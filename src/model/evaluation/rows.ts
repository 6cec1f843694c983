/** Row by row: what every model can. */
import { sampledCost } from "../costs.ts";
import { compileSampled } from "../sampled.ts";
import type { Evaluation } from "./evaluation.ts";

export const rows: Evaluation = {
  strategy: "explicit",
  likelihood: "rows",
  refuses: () => undefined,
  refusal: (reason) => reason,
  cost: (spec) => sampledCost(spec, "rows"),
  compile: (spec) => compileSampled(spec, spec.design),
};
