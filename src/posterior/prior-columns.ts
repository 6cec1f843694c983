/** Which draw a prior belongs to. */
import type { PriorTarget } from "../priors/prior.ts";
import type { Layout } from "../quantities/layout.ts";
import { type PredictorKey, predictorKey } from "../quantities/predictor-key.ts";

/** The linear predictor of a prior's parameter. */
export function keyOfPrior({ dpar, nlpar }: PriorTarget): PredictorKey {
  return predictorKey(dpar === "" ? "mu" : dpar, { nlpar });
}

/**
 * Column of the parameter; undefined where no draw is that parameter: an intercept's prior belongs to the centre of the
 * columns, one on correlations to all of a block's together.
 */
export function columnOfPrior(layout: Layout, target: PriorTarget): number | undefined {
  const coefficient = { key: keyOfPrior(target), name: target.coef };
  switch (target.class) {
    case "Intercept":
    case "cor":
      return undefined;
    case "b":
      return layout.coefficient(coefficient);
    case "sd":
      return layout.sd(target.group, coefficient);
    default:
      return layout.family(predictorKey(target.class));
  }
}
