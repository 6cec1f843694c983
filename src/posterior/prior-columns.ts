/** Which draw a prior belongs to. */
import type { PriorTarget } from "../priors/prior.ts";
import type { Layout } from "../quantities/layout.ts";
import { type PredictorKey, predictorKey, sameKey } from "../quantities/predictor-key.ts";

/** The linear predictor of a prior's parameter. */
export function keyOfPrior({ dpar, nlpar }: PriorTarget): PredictorKey {
  return predictorKey(dpar === "" ? "mu" : dpar, { nlpar });
}

/**
 * Column of the parameter; undefined where no draw is that parameter: an intercept's prior belongs to the centre of the
 * columns, one on correlations or a simplex to all of its elements together.
 */
export function columnOfPrior(layout: Layout, target: PriorTarget): number | undefined {
  const key = keyOfPrior(target);
  for (const { quantity, from } of layout.where({ class: target.class })) {
    const { role, group = "", coefficients } = quantity;
    if (group !== target.group || role === "correlation" || role === "simplex") continue;
    if (coefficients === undefined) {
      if (target.coef === "") return from;
      continue;
    }
    const at = coefficients.findIndex((own) => own.name === target.coef && sameKey(own.key, key));
    if (at >= 0) return from + at;
  }
  return undefined;
}
