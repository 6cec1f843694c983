/** nutmix: the public API, grouped by stage. */

// Fit a model from a formula
export { brm } from "./fit.ts";
export type { BrmOptions, FamilyChoice, Fit, PriorChoice } from "./fit-types.ts";
export { type BrmsFormula, bf } from "./formula/bf.ts";
export { buildModel } from "./model/build.ts";
export { fitDocument, type FitDocument } from "./posterior/fit-document.ts";
export { compileModel } from "./model/compile.ts";
export type { ModelSpec } from "./model/spec.ts";

// Data
export { toTable } from "./data/from-input.ts";
export { readCsv } from "./data/read-csv.ts";
export { readJson } from "./data/read-json.ts";
export type { Column, ColumnType, Table } from "./data/table.ts";

// Families and links
export * from "./families/builders.ts";
export { families, findFamily } from "./families/index.ts";
export type { Family } from "./families/family.ts";

// Priors
export * as distribution from "./priors/builders.ts";
export { parsePriorRule, prior, setPrior } from "./priors/set-prior.ts";
export { type PriorSet, parsePriorSet } from "./priors/prior-set.ts";
export { findPriorSet, priorSets } from "./priors/sets.ts";
export { priorTable } from "./priors/table.ts";
export type { PriorRule, ResolvedPrior } from "./priors/prior.ts";

// Densities of your own
export * as autodiff from "./autodiff/expressions.ts";
export { DensityBuilder, defineDensity } from "./autodiff/density-builder.ts";
export type { LogDensity, Posterior } from "./log-density.ts";
export { type SampleOptions, type Samples, sample } from "./sample.ts";

// Draws, diagnostics, summaries
export type { Draws, DrawStatistics } from "./draws/draws.ts";
export { cmdstanCsv } from "./draws/cmdstan-csv.ts";
export { readCmdstanCsv } from "./draws/read-cmdstan-csv.ts";
export * from "./diagnostics/index.ts";
export { type SummaryRow, summarise } from "./posterior/summary.ts";
export { type TextTable, textTable } from "./report/text-table.ts";
export { FitSummary, summary } from "./summary.ts";

// Settings and errors
export { runSettings, samplerSettings } from "./sampler/settings.ts";
export type { ChainProgress, SamplerSettings } from "./sampler/chain-types.ts";
export { didYouMean } from "./errors.ts";
export {
  DataError, DesignError, FamilyError, FormulaError, NutmixError, PriorError, SamplingError, SettingsError, ShapeError,
} from "./errors.ts";
