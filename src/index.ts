/** nutmix: the public API, grouped by stage. */

export { DensityBuilder, defineDensity } from "./autodiff/density-builder.ts";
// Densities of your own
export * as autodiff from "./autodiff/expressions.ts";
// Data
export { toTable } from "./data/from-input.ts";
export { readCsv } from "./data/read-csv.ts";
export { readJson } from "./data/read-json.ts";
export type { Column, ColumnType, Table } from "./data/table.ts";
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
} from "./errors.ts";
// Families and links
export * from "./families/builders.ts";
export type { Family } from "./families/family.ts";
export { families, findFamily } from "./families/index.ts";
// Fit a model from a formula
export { brm } from "./fit.ts";
export type { BrmOptions, FamilyChoice, Fit, PriorChoice } from "./fit-types.ts";
export { type BrmsFormula, bf } from "./formula/bf.ts";
export type { LogDensity, Posterior } from "./log-density.ts";
export { buildModel } from "./model/build.ts";
export { compileModel } from "./model/compile.ts";
export type { ModelSpec } from "./model/spec.ts";
export { type FitDocument, fitDocument } from "./posterior/fit-document.ts";
export { type SummaryRow, summarise } from "./posterior/summary.ts";
// Priors
export * as distribution from "./priors/builders.ts";
export type { PriorRule, ResolvedPrior } from "./priors/prior.ts";
export { type PriorSet, parsePriorSet } from "./priors/prior-set.ts";
export { parsePriorRule, prior, setPrior } from "./priors/set-prior.ts";
export { findPriorSet, priorSets } from "./priors/sets.ts";
export { priorTable } from "./priors/table.ts";
export { type TextTable, textTable } from "./report/text-table.ts";
export { type SampleOptions, type Samples, sample } from "./sample.ts";
export type { ChainProgress, SamplerSettings } from "./sampler/chain-types.ts";
// Settings and errors
export { runSettings, samplerSettings } from "./sampler/settings.ts";
export { FitSummary, summary } from "./summary.ts";
