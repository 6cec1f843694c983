/** Principal components of the relative covariance of each grouping factor: how many directions of variation there are. */
import { symmetricEigen } from "../../linalg/small-matrices.ts";
import type { LmmFit } from "../lmm-fit.ts";

export interface EffectsPca {
  readonly group: string;
  /** Standard deviations of the components relative to σ, descending (lme4's rePCA). */
  readonly sd: readonly number[];
  /** Share of each in their variance. */
  readonly share: readonly number[];
}

export function randomEffectsPca(fit: LmmFit): EffectsPca[] {
  const groups = [...new Set(fit.random.map(({ group }) => group))];
  return groups.map((group) => {
    const values = fit.random
      .filter((term) => term.group === group)
      .flatMap(({ covariance, names }) => symmetricEigen(covariance, names.length).values)
      .map((value) => Math.max(0, value) / fit.sigma ** 2)
      .sort((a, b) => b - a);
    const total = values.reduce((sum, value) => sum + value, 0);
    return {
      group,
      sd: values.map(Math.sqrt),
      share: values.map((value) => (total > 0 ? value / total : 0)),
    };
  });
}
