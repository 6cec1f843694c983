/** What a fit can be asked. */

export { type Adequacy, type AdequacyFinding, adequacy, isExtreme, type StatisticCheck } from "./adequacy.ts";
export { averagePredictions } from "./comparison/average.ts";
export {
  type Compared,
  type LooOptions,
  loo,
  looCompare,
  looWeights,
  modelWeights,
  type WeightMethod,
  waic,
} from "./comparison/loo.ts";
export { marginalLikelihood } from "./comparison/marginal-likelihood.ts";
export { powerScaling } from "./comparison/prior-sensitivity.ts";
export { bayesR2, looR2 } from "./comparison/r-squared.ts";
export { type FileContent, type FileReader, loadFit } from "./keep/load.ts";
export { type SavedFiles, saveFit } from "./keep/save.ts";
export { type PpCheckOptions, ppCheck } from "./pp-check.ts";
export type { NewLevels } from "./predictions/frame.ts";
export { type LogLikOptions, logLik } from "./predictions/log-lik.ts";
export { epred, type LinpredOptions, linpred, type PredictOptions, predict } from "./predictions/predict.ts";
export {
  type PredictionBlock,
  type PredictionRow,
  type PredictionSummaryOptions,
  Predictions,
} from "./predictions/predictions.ts";
export { type ResidualOptions, residuals } from "./predictions/residuals.ts";
export { PRIOR_ONLY } from "./prior-only.ts";
export {
  coef,
  type Estimate,
  fixef,
  type GroupEstimate,
  type NamedEstimate,
  ranef,
  type VarianceComponents,
  varCorr,
} from "./questions/coefficients.ts";
export {
  type ConditionalEffect,
  type ConditionalEffectsOptions,
  conditionalEffects,
} from "./questions/conditional-effects.ts";
export {
  type ConditionalSmooth,
  type ConditionalSmoothsOptions,
  conditionalSmooths,
} from "./questions/conditional-smooths.ts";
export { type HypothesisOptions, type HypothesisRow, hypothesis } from "./questions/hypothesis.ts";
export { type IntervalOptions, type IntervalRow, intervals } from "./questions/intervals.ts";
export {
  type EstimatedMeansOptions,
  estimatedMeans,
  type MarginalEffects,
  type MarginalOptions,
  marginalEffects,
} from "./questions/marginal-effects.ts";
export { type VariancePartition, variancePartition } from "./questions/variance-partition.ts";
