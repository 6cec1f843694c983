/** The pipeline: formula, data → model → chains → fit. */
import { defaultSpawn, processors } from "#spawn";
import { toTable } from "./data/from-input.ts";
import { modelFrame } from "./design/model-frame.ts";
import { fromChains } from "./draws/from-chains.ts";
import type { BrmOptions, Fit } from "./fit-types.ts";
import type { BrmsFormula } from "./formula/bf.ts";
import { buildModel } from "./model/build.ts";
import { compileModel } from "./model/compile.ts";
import { runChains } from "./parallel/run-chains.ts";
import { priorNotes } from "./priors/resolve.ts";
import { resolveRunSettings, resolveSettings } from "./sampler/settings.ts";

/**
 * Fits a Bayesian mixed model by NUTS.
 *
 * `formula` is brms' language (`Reaction ~ Days + (Days | Subject)`), `data` rows, columns or a table.
 * Resolves when all chains have ended; aborting `options.signal` ends them early and keeps what is there.
 * Throws a NutmixError of the stage that failed: FormulaError, DataError, DesignError, FamilyError, PriorError,
 * SettingsError, SamplingError.
 */
export async function brm(
  formula: string | BrmsFormula,
  data: unknown,
  options: BrmOptions = {},
): Promise<Fit> {
  const started = performance.now();
  const settings = resolveSettings(options);
  const { chains, seed, cores } = resolveRunSettings(options);
  const table = toTable(data);
  const spec = buildModel(formula, table, options);
  const posterior = compileModel(spec);
  const compileMs = performance.now() - started;

  const { onProgress, signal, createWorker = defaultSpawn } = options;
  const run = await runChains(spec, posterior, settings, {
    chains,
    seed,
    cores,
    processors,
    createWorker,
    ...(onProgress && { onProgress }),
    ...(signal && { signal }),
  });
  const { draws, note } = fromChains(posterior.names, run.results);
  const { results } = run;
  const { family, link, priors, strategy, samplePrior } = options;
  const given = { family, link, priors, strategy, samplePrior };
  return {
    call: { formula, options: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) },
    data: modelFrame(spec.design, table),
    spec,
    priors: spec.priors,
    draws,
    settings: { ...settings, chains, seed },
    adaptation: results.map((result) => result.adaptation),
    timing: {
      compileMs,
      warmupMs: results.map((result) => result.adaptation.warmupMs),
      samplingMs: results.map((result) => result.adaptation.samplingMs),
      wallMs: performance.now() - started,
    },
    warnings: [
      ...spec.design.warnings,
      ...priorNotes(spec.priors),
      ...run.lost.map(({ chain, cause }) => `chain ${chain + 1} was lost: ${cause}`),
      ...(note === undefined ? [] : [note]),
    ],
    interrupted: run.interrupted,
  };
}
