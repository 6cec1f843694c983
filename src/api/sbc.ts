/**
 * Simulation-based calibration (Talts et al. 2018): parameters are drawn from the prior, responses from the parameters, and the
 * model is fitted to them. The rank of each true value among its posterior draws is uniform when everything between the
 * formula and the draws is right: simulation, likelihood, priors, coordinates, sampler.
 */
import { readData } from "../data/data-options.ts";
import { type RankUniformity, rankUniformity } from "../diagnostics/rank-uniformity.ts";
import { mainParameters } from "../draws/select.ts";
import { NutmixError, SettingsError } from "../errors.ts";
import { familyOf } from "../families/index.ts";
import { checkResponse } from "../families/response-data.ts";
import type { BrmsFormula } from "../formula/bf.ts";
import { buildModel, modelOptions } from "../model/build.ts";
import { compileModel } from "../model/compile.ts";
import type { ModelSpec } from "../model/spec.ts";
import { callback, checkOptions, type OptionTable, signal, whole } from "../options.ts";
import { predict } from "../posterior/predictions/predict.ts";
import { runChain } from "../sampler/chain.ts";
import { resolveSettings } from "../sampler/settings.ts";
import { brm } from "./fit.ts";
import type { BrmOptions, Fit } from "./fit-types.ts";

export interface SbcOptions
  extends Pick<
    BrmOptions,
    | "family"
    | "link"
    | "strategy"
    | "likelihood"
    | "backend"
    | "coordinates"
    | "contrasts"
    | "na"
    | "columnTypes"
    | "reference"
    | "signal"
  > {
  /** Data sets that are simulated and fitted; default 200. */
  readonly replicates?: number;
  /** Posterior draws that each true value is ranked among; default 99. One more should have many divisors. */
  readonly draws?: number;
  /** Every so many draws one is kept, so that they are nearly independent; default 5. */
  readonly thin?: number;
  /** Warm-up of each fit; default 300. */
  readonly warmup?: number;
  readonly seed?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

const sbcOptions = {
  family: modelOptions.family,
  link: modelOptions.link,
  strategy: modelOptions.strategy,
  likelihood: modelOptions.likelihood,
  backend: modelOptions.backend,
  coordinates: modelOptions.coordinates,
  contrasts: modelOptions.contrasts,
  na: modelOptions.na,
  columnTypes: modelOptions.columnTypes,
  reference: modelOptions.reference,
  signal,
  replicates: whole(20),
  draws: whole(9),
  thin: whole(1),
  warmup: whole(50),
  seed: whole(0),
  onProgress: callback,
} satisfies OptionTable<SbcOptions>;

export interface SbcParameter extends RankUniformity {
  readonly name: string;
  /** One per replicate: how many of the draws lie below the true value. */
  readonly ranks: Int32Array;
}

export interface Sbc {
  readonly replicates: number;
  /** Posterior draws per replicate: ranks are 0 … draws. */
  readonly draws: number;
  readonly parameters: readonly SbcParameter[];
  /** Replicates whose responses the family does not take (an overflow) or whose chain failed; they are in no rank. */
  readonly failed: number;
  readonly strategy: ModelSpec["strategy"];
  readonly likelihood: ModelSpec["likelihood"];
}

/** Transitions of the prior between two parameter sets that are used. */
const PRIOR_THIN = 10;

/**
 * @param priors proper ones for every parameter, as `priors` of brm(). Defaults that look at the response look at that of `design`.
 * @param design rows, columns or a table with predictors and groups, and with a response: its values are replaced, but default
 *   priors, and the categories of an ordinal response, are taken from it.
 * @throws as brm() with samplePrior; SettingsError for options outside their domain; DOMException AbortError when stopped.
 */
export async function sbc(
  formula: string | BrmsFormula,
  priors: BrmOptions["priors"],
  design: unknown,
  options: SbcOptions = {},
): Promise<Sbc> {
  options = checkOptions("sbc()", sbcOptions, options);
  const {
    replicates = 200,
    draws = 99,
    thin = 5,
    warmup = 300,
    seed = 1,
    onProgress,
    signal: stop,
    ...model
  } = options;
  if (priors === undefined) throw new SettingsError("sbc() needs priors: parameters are drawn from them");
  const table = readData(design, model);
  const { na, columnTypes, ...own } = model;
  const asked = { ...own, priors };
  // How the posterior is computed does not matter to draws from the prior.
  const { strategy: _s, likelihood: _l, backend: _b, coordinates: _c, ...modelled } = asked;
  const prior = await brm(formula, table, {
    ...modelled,
    samplePrior: true,
    chains: 1,
    warmup: 1000,
    draws: replicates * PRIOR_THIN,
    seed,
    createWorker: "none",
  });
  const spec = buildModel(formula, table, asked);
  const truths = thinned(prior, replicates);
  const responses = predict(truths).matrix();
  const columns = mainParameters(truths.draws).filter((k) =>
    varies(truths.draws.values, truths.draws.names.length, k),
  );
  const names = columns.map((k) => truths.draws.names[k]!);
  const settings = resolveSettings({ warmup, draws: draws * thin });
  const ranks: number[][] = names.map(() => []);
  let failed = 0;
  for (let r = 0; r < replicates; r++) {
    // Let timers, and an abort, have their turn.
    await new Promise((resolve) => setTimeout(resolve, 0));
    stop?.throwIfAborted();
    const found = rankAmong(withResponse(spec, responses, r), truths, r, columns, { settings, seed, thin });
    if (found === undefined) failed++;
    else found.forEach((rank, k) => ranks[k]!.push(rank));
    onProgress?.(r + 1, replicates);
  }
  return {
    replicates,
    draws,
    failed,
    strategy: spec.strategy,
    likelihood: spec.likelihood,
    parameters: names.map((name, k) => {
      const own = Int32Array.from(ranks[k]!);
      return { name, ranks: own, ...rankUniformity(own, draws) };
    }),
  };
}

/** Every tenth draw of the prior: one parameter set per replicate. */
function thinned(prior: Fit, replicates: number): Fit {
  const { draws } = prior;
  const width = draws.names.length;
  const values = new Float64Array(replicates * width);
  const kept = Array.from({ length: replicates }, (_, r) => (r + 1) * PRIOR_THIN - 1);
  kept.forEach((row, r) => values.set(draws.values.subarray(row * width, (row + 1) * width), r * width));
  const statistics = Object.fromEntries(
    Object.entries(draws.statistics).map(([name, all]) => [
      name,
      all.filter((_: number, i: number) => (i + 1) % PRIOR_THIN === 0),
    ]),
  ) as unknown as Fit["draws"]["statistics"];
  return { ...prior, draws: { ...draws, draws: replicates, values, statistics } };
}

function varies(values: Float64Array, width: number, column: number): boolean {
  for (let at = column; at < values.length; at += width) if (values[at] !== values[column]) return true;
  return false;
}

/** The model of simulated responses; undefined when the family does not take them. */
function withResponse(spec: ModelSpec, responses: Float64Array, replicate: number): ModelSpec | undefined {
  const { design } = spec;
  const family = familyOf(spec.family);
  // Categories are drawn as 1 … K, and factors hold codes from 0.
  const shift = design.response.levels !== undefined && family.response.kind === "category" ? 1 : 0;
  const values = responses
    .slice(replicate * design.nobs, (replicate + 1) * design.nobs)
    .map((value) => value - shift);
  const response = { ...design.response, values };
  try {
    checkResponse(response, family);
  } catch (error) {
    if (error instanceof NutmixError) return undefined;
    throw error;
  }
  return { ...spec, design: { ...design, response } };
}

function rankAmong(
  spec: ModelSpec | undefined,
  truths: Fit,
  replicate: number,
  columns: readonly number[],
  { settings, seed, thin }: { settings: ReturnType<typeof resolveSettings>; seed: number; thin: number },
): number[] | undefined {
  if (spec === undefined) return undefined;
  try {
    const posterior = compileModel(spec);
    const { values } = runChain(posterior, settings, seed, replicate + 1);
    const width = posterior.names.length;
    const position = new Map(posterior.names.map((name, k) => [name, k]));
    const truth = truths.draws.values.subarray(replicate * truths.draws.names.length);
    return columns.map((column) => {
      const own = position.get(truths.draws.names[column]!)!;
      let below = 0;
      for (let at = (thin - 1) * width + own; at < values.length; at += thin * width) {
        if (values[at]! < truth[column]!) below++;
      }
      return below;
    });
  } catch (error) {
    if (error instanceof NutmixError) return undefined;
    throw error;
  }
}
