/** The public shape of a fit and of the options that ask for one. */

import type { DataOptions } from "../data/data-options.ts";
import type { Table } from "../data/table.ts";
import type { Draws } from "../draws/draws.ts";
import type { CustomFamilyData } from "../families/custom.ts";
import type { BrmsFormula } from "../formula/bf.ts";
import type { Backend, CoordinateSystem, LikelihoodForm, ModelSpec, Strategy } from "../model/spec.ts";
import type { WorkerHandle } from "../parallel/protocol.ts";
import type { ResolvedPrior } from "../priors/prior.ts";
import type { PriorSet } from "../priors/prior-set.ts";
import type { PriorObject } from "../priors/set-prior.ts";
import type {
  ChainAdaptation,
  ChainCheckpoint,
  ChainProgress,
  ChainResult,
  SamplerSettings,
} from "../sampler/chain-types.ts";
import type { ContrastOptions } from "../terms/memory.ts";

/** How a run is spread over threads, watched and stopped. */
export interface RunControls {
  /** Chains that run at the same time; default the number of processors. Never changes a draw. */
  readonly cores?: number;
  readonly onProgress?: (progress: ChainProgress) => void;
  readonly signal?: AbortSignal;
  /** Starts a worker; default: worker_threads in Node, Web Workers in a browser, this thread where there are none. */
  readonly createWorker?: (() => WorkerHandle) | "none";
  /** Seconds from one checkpoint of a chain to the next, default 30. Never changes a draw. */
  readonly checkpointSeconds?: number;
  /** Is given the run before it begins and every stretch of it, so that resume() can go on whatever ends it. */
  readonly keep?: RunKeeper;
}

/** Keeps a run while it goes on: in Node, `openFitFolder(path).keeper()` of nutmix/node does so in a folder. */
export interface RunKeeper {
  /** Once, before the first transition; with the results so far when an earlier run is continued. */
  begin(run: UnfinishedRun): void;
  /** What a chain has drawn since its last checkpoint, and where it stands. Stretches of one chain come in order. */
  add(stretch: ChainResult): void;
}

/** A run that has not come to its end, as plain data: `resume()` goes on with it, in the warm-up or after it. */
export interface UnfinishedRun extends Pick<Fit, "call" | "data" | "spec" | "settings"> {
  readonly timing: Pick<Fit["timing"], "compileMs" | "wallMs">;
  /** Of the chains that have begun, their draws until now and where they stand. */
  readonly results: readonly ChainResult[];
}

export interface BrmOptions extends Partial<SamplerSettings>, RunControls, DataOptions {
  /**
   * Codings of factors: `{ recipe: "sum" }`, `{ unordered: "sum", ordered: "poly" }`, or a matrix of your own,
   * `{ dose: { rows: { low: -1, mid: 0, high: 1 }, names: ["linear"] } }`. As C(dose, sum) in the formula.
   */
  readonly contrasts?: ContrastOptions;
  /** Family name or builder result: `"gaussian"`, `poisson()`, `bernoulli({ link: "probit" })`. */
  readonly family?: string | FamilyChoice;
  /** Rules (of `prior()`, plain objects or R text), one or a list, the name of a prior set, or a set with rules on top of it. */
  readonly priors?: readonly (PriorObject | string)[] | string | PriorObject | PriorChoice;
  /** Link of mu, when `family` is a name. */
  readonly link?: string;
  readonly chains?: number;
  readonly seed?: number;
  /**
   * `collapsed` integrates Gaussian effects and coefficients out exactly and draws them afterwards; `explicit` samples them.
   * Both have the same posterior; `auto` (default) takes the faster.
   */
  readonly strategy?: Strategy | "auto";
  /**
   * From what an explicit likelihood is computed: `sums` = sufficient statistics (Gaussian models), at a cost that does not depend
   * on the number of rows; `merged` = distinct rows with weights; `rows` = all rows; `auto` (default) takes the cheapest.
   */
  readonly likelihood?: LikelihoodForm | "auto";
  /**
   * What computes the likelihood of the rows where they are passed over: `wasm` (WebAssembly), `js`, or `auto` (default):
   * WebAssembly where the family has a kernel and the engine runs it. Draws differ only as rounding makes them.
   */
  readonly backend?: Backend;
  /**
   * What chains move in where effects are sampled: `own` = standardised or partly centred effects, `transported` = effects
   * relative to what the data and the hyperparameters tell of them, an exact change of variables; `auto` (default): transported
   * where that is not too dear. The posterior is the same.
   */
  readonly coordinates?: CoordinateSystem | "auto";
  /** Draw from the prior alone: the likelihood is left out. */
  readonly samplePrior?: boolean;
}

export interface FamilyChoice {
  readonly family: string;
  readonly links: Readonly<Record<string, string>>;
  /** Of a custom family (customFamily). */
  readonly definition?: CustomFamilyData;
}

export interface PriorChoice {
  /** A named set, or a set of one's own (see parsePriorSet). */
  readonly set?: string | PriorSet;
  readonly rules?: readonly (PriorObject | string)[];
}

/** What was asked for: enough to ask for it again with changes. */
export interface FitCall {
  readonly formula: string | BrmsFormula;
  readonly options: Pick<
    BrmOptions,
    | "family"
    | "link"
    | "priors"
    | "strategy"
    | "likelihood"
    | "backend"
    | "coordinates"
    | "samplePrior"
    | "contrasts"
    | keyof DataOptions
  >;
}

/** Everything about a finished run: plain data, saved as it is and sent between threads as it is. */
export interface Fit {
  readonly call: FitCall;
  /** The columns and rows of the data that the model uses. */
  readonly data: Table;
  readonly spec: ModelSpec;
  readonly priors: readonly ResolvedPrior[];
  readonly draws: Draws;
  readonly settings: SamplerSettings & { readonly chains: number; readonly seed: number };
  /** Per chain that returned draws. */
  readonly adaptation: readonly ChainAdaptation[];
  /** Where the chains of `draws` stand: resume() goes on from there. */
  readonly checkpoints: readonly (ChainCheckpoint & { readonly chain: number })[];
  /** Chains as they were when a run was stopped, before they were cut to equal length. */
  readonly partial?: readonly ChainResult[];
  readonly timing: {
    readonly compileMs: number;
    readonly warmupMs: readonly number[];
    readonly samplingMs: readonly number[];
    readonly wallMs: number;
  };
  /** Design warnings, lost chains, cancelled runs; diagnostics add theirs in `diagnose(fit)`. */
  readonly warnings: readonly string[];
  readonly interrupted: boolean;
}
