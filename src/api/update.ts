/** Fits again what was fitted before: with other data, another formula, other settings; or to several data sets at once. */
import { toTable } from "../data/from-input.ts";
import { combineDraws } from "../draws/combine.ts";
import { SettingsError } from "../errors.ts";
import type { BrmsFormula } from "../formula/bf.ts";
import { anything, checkOptions, type OptionTable } from "../options.ts";
import { updateFormula } from "../posterior/keep/update-formula.ts";
import { brm } from "./fit.ts";
import type { BrmOptions, Fit } from "./fit-types.ts";
import { brmOptions } from "./run-options.ts";

export interface UpdateOptions extends BrmOptions {
  /** `. ~ . + x` changes the old formula; without dots it replaces it. */
  readonly formula?: string | BrmsFormula;
  /** Default: the rows and columns that the old fit used. */
  readonly newData?: unknown;
}

const updateOptions = {
  ...brmOptions,
  formula: anything,
  newData: anything,
} satisfies OptionTable<UpdateOptions>;

/**
 * The same call with changes; what is not named stays as it was.
 * @throws as brm(), for instance when a new formula needs columns that the old fit did not use: give `newData`.
 */
export function update(fit: Fit, changes: UpdateOptions = {}): Promise<Fit> {
  const { formula, newData, ...options } = checkOptions("update()", updateOptions, changes);
  const { chains, seed, ...settings } = fit.settings;
  const remembered = { ...fit.call.options };
  // The data of the fit were read as the call said, and their references are their first levels.
  if (newData === undefined)
    for (const name of ["na", "columnTypes", "reference"] as const) delete remembered[name];
  return brm(
    formula === undefined ? fit.call.formula : updateFormula(fit.call.formula, formula),
    newData ?? fit.data,
    { ...remembered, ...settings, chains, seed, ...options },
  );
}

/**
 * One model fitted to several data sets (multiple imputations) and their draws pooled: chains of all fits side by side. R-hat
 * of the pooled draws compares imputations too; `fits` holds the single ones to be judged by their own R-hat.
 *
 * @throws SettingsError when there are no data sets; otherwise as brm(), naming the data set.
 */
export async function brmMultiple(
  formula: string | BrmsFormula,
  dataSets: readonly unknown[],
  options: BrmOptions = {},
): Promise<Fit & { readonly fits: readonly Fit[] }> {
  if (dataSets.length === 0) throw new SettingsError("brmMultiple() needs at least one data set");
  const fits: Fit[] = [];
  for (const data of dataSets) fits.push(await brm(formula, toTable(data), options));
  const first = fits[0]!;
  return {
    ...first,
    fits,
    draws: combineDraws(fits.map(({ draws }) => draws)),
    adaptation: fits.flatMap(({ adaptation }) => adaptation),
    checkpoints: [],
    timing: {
      compileMs: fits.reduce((sum, { timing }) => sum + timing.compileMs, 0),
      warmupMs: fits.flatMap(({ timing }) => timing.warmupMs),
      samplingMs: fits.flatMap(({ timing }) => timing.samplingMs),
      wallMs: fits.reduce((sum, { timing }) => sum + timing.wallMs, 0),
    },
    warnings: [...new Set(fits.flatMap(({ warnings }) => warnings))],
    interrupted: fits.some(({ interrupted }) => interrupted),
  };
}
