/** nutmix: the public API, grouped by stage. */

export { type BootstrapRunOptions, bootstrap } from "./api/bootstrap.ts";
// The frequentist mode
export { compare } from "./api/compare.ts";
export type { ComparedRow, Comparison } from "./api/comparison.ts";
export { type KfoldOptions, kfold, type RefitOptions, refit, reloo } from "./api/cross-validate.ts";
// Fit a model from a formula
export { brm } from "./api/fit.ts";
export { type FitReportOptions, fitReport } from "./api/fit-report.ts";
export type {
  BrmOptions,
  FamilyChoice,
  Fit,
  FitCall,
  PriorChoice,
  RunControls,
  RunKeeper,
  UnfinishedRun,
} from "./api/fit-types.ts";
// Plots
export { type PlotFitOptions, plotFit, plotNames } from "./api/plot-fit.ts";
export {
  type Precision,
  type ReachedPrecision,
  type ResumeOptions,
  resume,
  sampleUntil,
} from "./api/resume.ts";
export { type SampleOptions, type Samples, sample } from "./api/sample.ts";
export { type Sbc, type SbcOptions, type SbcParameter, sbc } from "./api/sbc.ts";
export { FitSummary, summary } from "./api/summary.ts";
export { brmMultiple, type UpdateOptions, update } from "./api/update.ts";
export { DensityBuilder, defineDensity } from "./autodiff/density-builder.ts";
// Densities of your own
export * as autodiff from "./autodiff/expressions.ts";
// Data
export type { DataOptions } from "./data/data-options.ts";
export { toTable } from "./data/from-input.ts";
export { readCsv } from "./data/read-csv.ts";
export { readJson } from "./data/read-json.ts";
export type { Column, ColumnType, Table } from "./data/table.ts";
export { codingInWords, describeFactors, type FactorDescription } from "./design/describe-factors.ts";
export * from "./diagnostics/index.ts";
export { cmdstanCsv } from "./draws/cmdstan-csv.ts";
// Draws, diagnostics, summaries
export type { DrawStatistics, Draws } from "./draws/draws.ts";
export { readCmdstanCsv } from "./draws/read-cmdstan-csv.ts";
export {
  DataError,
  DesignError,
  didYouMean,
  FamilyError,
  FormulaError,
  NutmixError,
  PriorError,
  SamplingError,
  SettingsError,
  ShapeError,
  StorageError,
} from "./errors.ts";
// Families and links
export * as expressions from "./expressions/public.ts";
export * from "./families/builders.ts";
export { type CustomFamilyOptions, customFamily } from "./families/custom.ts";
export type { Family } from "./families/family.ts";
export { families, findFamily } from "./families/index.ts";
export { type BrmsFormula, bf } from "./formula/bf.ts";
export type { LogDensity, Posterior } from "./log-density.ts";
export { bayesFactor, type MarginalLikelihood, posteriorProbabilities } from "./loo/bridge-sampling.ts";
export type { LooComparisonRow } from "./loo/compare.ts";
export type { Loo } from "./loo/loo.ts";
export type { PointwiseLogLik } from "./loo/pointwise.ts";
export type { Sensitivity } from "./loo/power-scaling.ts";
export type { Waic } from "./loo/waic.ts";
export { buildModel } from "./model/build.ts";
export { compileModel } from "./model/compile.ts";
export type { ModelSpec } from "./model/spec.ts";
export * as plots from "./plots/index.ts";
export { type FitDocument, fitDocument } from "./posterior/fit-document.ts";
// After the fit
export * from "./posterior/index.ts";
export { type SummaryRow, summarise } from "./posterior/summary.ts";
export { type CheckOptions, type CheckResult, checks } from "./ppc/index.ts";
// Priors
export * as distribution from "./priors/builders.ts";
export type { PriorRule, ResolvedPrior } from "./priors/prior.ts";
export { type PriorSet, parsePriorSet } from "./priors/prior-set.ts";
export { type PriorObject, parsePriorRule, prior, setPrior } from "./priors/set-prior.ts";
export { findPriorSet, priorSets } from "./priors/sets.ts";
export { priorTable } from "./priors/table.ts";
export type { PredictorKey } from "./quantities/predictor-key.ts";
export type { CoefficientKey, Quantity, QuantityRole, SummaryTitle } from "./quantities/quantity.ts";
export type { Bootstrap, BootstrapInterval } from "./reml/bootstrap.ts";
export { qqEnvelope } from "./reml/diagnostics/envelope.ts";
export { randomEffectsPca } from "./reml/diagnostics/random-effects-pca.ts";
export { scaledResiduals } from "./reml/diagnostics/scaled-residuals.ts";
export { shapiroWilk } from "./reml/diagnostics/shapiro-wilk.ts";
export { glmmDocument, lmmDocument } from "./reml/document.ts";
export { type GeeOptions, gee } from "./reml/gee/gee.ts";
export type { GeeFit, WorkingCorrelation } from "./reml/gee/gee-fit.ts";
export { type GlmmOptions, glmm } from "./reml/glmm/glmm.ts";
export type { ConstantEstimate, GlmmFit } from "./reml/glmm/glmm-fit.ts";
export { glmmProfileIntervals } from "./reml/glmm/profile.ts";
export { simulateGlmm } from "./reml/glmm/simulate.ts";
export { type BootstrapTest, bootstrapTest } from "./reml/inference/bootstrap-test.ts";
export {
  type CoefficientRow,
  coefficientTable,
  inference,
  normalInference,
} from "./reml/inference/coefficient-table.ts";
export { type ComparisonTable, compareFits } from "./reml/inference/likelihood-ratio.ts";
export { type PooledRow, type PoolOptions, pool } from "./reml/inference/pool.ts";
export { type ProfileInterval, type ProfileOptions, profileIntervals } from "./reml/inference/profile.ts";
export { type RandomTermRow, ranova } from "./reml/inference/random-terms-test.ts";
export { type RobustOptions, type RobustType, robustInference } from "./reml/inference/robust-covariance.ts";
export type { CoefficientInference, DfMethod, FTest } from "./reml/inference/tests.ts";
export { type VarianceExplained, varianceExplained } from "./reml/inference/variance-explained.ts";
export { type InfluenceOptions, type InfluenceRow, influence } from "./reml/influence.ts";
export { type LmmOptions, lmm } from "./reml/lmm.ts";
export type { LmmFit, RandomTerm } from "./reml/lmm-fit.ts";
export { anova, contrasts, type DfOption, emmeans } from "./reml/means/of-fit.ts";
export { type NlmeOptions, nlme } from "./reml/nonlinear/nlme.ts";
export type { NlmeFit } from "./reml/nonlinear/nonlinear-fit.ts";
export { cooksDistances, leverages, lmmResiduals, type ResidualType } from "./reml/residuals.ts";
export { simulateResponse } from "./reml/simulate.ts";
export { type MixedReportOptions, mixedReport } from "./report/mixed-report.ts";
export { type MixedPrintOptions, printMixedModel } from "./report/print-mixed-model.ts";
export { printable } from "./report/printable.ts";
export { type TextTable, textTable } from "./report/text-table.ts";
export type { ChainProgress, ChainResult, SamplerSettings } from "./sampler/chain-types.ts";
// Settings and errors
export { runSettings, samplerSettings } from "./sampler/settings.ts";
export type { ContrastMatrix, ContrastOption, ContrastOptions } from "./terms/memory.ts";
