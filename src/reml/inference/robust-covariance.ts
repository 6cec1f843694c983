/**
 * Cluster-robust covariance of the coefficients of a linear mixed model (Liang & Zeger 1986; MacKinnon & White 1985 for the
 * factor of CR1): it holds although the covariance that the model has within clusters is wrong.
 */
import { DesignError, SettingsError } from "../../errors.ts";
import { checkOptions, type OptionTable, oneOf, text } from "../../options.ts";
import { symmetricProduct } from "../gee/gee.ts";
import type { LmmFit } from "../lmm-fit.ts";
import { modelOf } from "../model-of-fit.ts";
import { lmmResiduals } from "../residuals.ts";
import { normalInference } from "./coefficient-table.ts";
import type { CoefficientInference } from "./tests.ts";

export type RobustType = "CR0" | "CR1";

export interface RobustOptions {
  /** A grouping factor of the model; the others must be nested in it. Default the one with the fewest levels. */
  readonly by?: string;
  /** CR0: no correction; CR1 (default): times m/(m − 1) for m clusters. */
  readonly type?: RobustType;
}

const robustOptions = { by: text, type: oneOf("CR0", "CR1") } satisfies OptionTable<RobustOptions>;

/**
 * Tests of the coefficients with that covariance, statistics taken as normal.
 * @throws SettingsError for an unknown factor; DesignError when another factor crosses it, or rows of several clusters correlate.
 */
export function robustInference(fit: LmmFit, options: RobustOptions = {}): CoefficientInference {
  const { by, type = "CR1" } = checkOptions("robustInference()", robustOptions, options);
  if (fit.residual?.data.correlation !== undefined) {
    throw new DesignError(
      "robust covariances of fits with correlated residuals are not computed; gee() takes a working correlation",
    );
  }
  const { groups } = fit.design.predictors[0]!;
  const sorted = [...groups].sort((a, b) => a.levels.length - b.levels.length);
  const cluster = by === undefined ? sorted[0] : groups.find(({ group }) => group === by);
  if (cluster === undefined) {
    throw new SettingsError(
      `clusters are levels of a grouping factor of the model (${groups.map(({ group }) => group).join(", ")}), not "${by}"`,
    );
  }
  for (const other of groups) {
    const owner = new Int32Array(other.levels.length).fill(-1);
    other.index.forEach((level, i) => {
      const own = cluster.index[i]!;
      if (owner[level] !== -1 && owner[level] !== own) {
        throw new DesignError(
          `${other.group} is not nested in ${cluster.group}: "${other.levels[level]}" occurs in several of its levels, so that clusters are not independent`,
        );
      }
      owner[level] = own;
    });
  }
  const { fixed, rootWeights } = modelOf(fit);
  const n = fit.nobs;
  const p = fixed.names.length;
  const m = cluster.levels.length;
  const residuals = lmmResiduals(fit, "pearson");
  const scores = new Float64Array(m * p);
  for (let i = 0; i < n; i++) {
    // XᵀV⁻¹(y − Xβ) = XᵀR⁻¹(y − Xβ − Zb)
    const along = (residuals[i]! * (rootWeights?.[i] ?? 1)) / fit.sigma;
    for (let j = 0; j < p; j++) scores[cluster.index[i]! * p + j]! += fixed.columns[j * n + i]! * along;
  }
  const meat = new Float64Array(p * p);
  const factor = type === "CR1" ? m / (m - 1) : 1;
  for (let g = 0; g < m; g++) {
    for (let a = 0; a < p; a++) {
      for (let b = 0; b < p; b++) meat[a * p + b]! += factor * scores[g * p + a]! * scores[g * p + b]!;
    }
  }
  return normalInference({
    names: fit.fixed.names,
    estimates: fit.fixed.estimates,
    covariance: symmetricProduct(fit.fixed.covariance, meat, p),
  });
}
