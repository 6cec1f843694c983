/**
 * All chains of a model on a pool of workers. A chain is a pure function of (model, settings, seed, chain), so the number
 * of workers never changes a draw; nor does how often one of them had to be started again.
 */
import { SamplingError } from "../errors.ts";
import type { Posterior } from "../log-density.ts";
import type { ModelSpec } from "../model/spec.ts";
import { runChain } from "../sampler/chain.ts";
import { joinStretches } from "../sampler/chain-record.ts";
import type { ChainProgress, ChainResult, Continuation, SamplerSettings } from "../sampler/chain-types.ts";
import { refuseTooManyDraws } from "../sampler/settings.ts";
import { isMomentary } from "./momentary.ts";
import type { WorkerHandle } from "./protocol.ts";

export interface RunOptions {
  readonly chains: number;
  readonly seed: number;
  /** Chains that go on where they stopped, by number; the others start anew. */
  readonly from?: ReadonlyMap<number, Continuation>;
  /** Numbers of the chains to run; default all. */
  readonly which?: readonly number[];
  /** Chains at the same time; 0 = one per processor. */
  readonly cores: number;
  readonly processors: number;
  readonly onProgress?: (progress: ChainProgress) => void;
  readonly signal?: AbortSignal;
  /** Starts a worker; "none" or null runs the chains in this thread, one after the other. */
  readonly createWorker: (() => WorkerHandle) | "none" | null;
  /** Whether this thread may be kept busy for the moment that a small model takes, workers or not. */
  readonly mayBlock?: boolean;
  /** Milliseconds from one checkpoint of a chain to the next. */
  readonly checkpointMs: number;
  /** Given what a chain has drawn since its last checkpoint, and where it stands; at its end, too. */
  readonly onStretch?: (stretch: ChainResult) => void;
}

export interface RunOutcome {
  /** Of the chains that were not lost, what they have drawn in this run. */
  readonly results: readonly ChainResult[];
  readonly lost: readonly { readonly chain: number; readonly cause: string }[];
  /** What went wrong on the way and was mended. */
  readonly notes: readonly string[];
  /** Stopped by the signal before every chain was at its end. */
  readonly interrupted: boolean;
}

/** @throws SamplingError when every chain was lost, with the causes. */
export async function runChains(
  spec: ModelSpec,
  posterior: Posterior,
  settings: SamplerSettings,
  options: RunOptions,
): Promise<RunOutcome> {
  const { createWorker } = options;
  refuseTooManyDraws(settings.draws, chainsOf(options).length, posterior.names.length);
  const record = new RunRecord(settings, options);
  if (createWorker === "none" || createWorker === null || isBriefHere(posterior, settings, options)) {
    await runInline(posterior, record, record.chains);
  } else {
    const left = await runPool(spec, record, createWorker);
    await runInline(posterior, record, left);
  }
  return record.outcome();
}

/** What is known of every chain while they run. */
class RunRecord {
  readonly settings: SamplerSettings;
  readonly options: RunOptions;
  readonly chains: readonly number[];
  readonly lost: { readonly chain: number; readonly cause: string }[] = [];
  readonly notes: string[] = [];
  readonly #stretches = new Map<number, ChainResult[]>();
  readonly #standing: Map<number, Continuation>;

  constructor(settings: SamplerSettings, options: RunOptions) {
    this.settings = settings;
    this.options = options;
    this.chains = chainsOf(options);
    this.#standing = new Map(options.from);
  }

  /** From where a chain would go on now. */
  standing(chain: number): Continuation | undefined {
    return this.#standing.get(chain);
  }

  get stopped(): boolean {
    return this.options.signal?.aborted === true;
  }

  add(stretch: ChainResult): void {
    const { chain, checkpoint, adaptation } = stretch;
    this.#stretches.set(chain, [...(this.#stretches.get(chain) ?? []), stretch]);
    this.#standing.set(chain, {
      checkpoint: checkpoint!,
      draws: (this.#standing.get(chain)?.draws ?? 0) + stretch.draws,
      stepSize: adaptation.stepSize,
      inverseMetric: adaptation.inverseMetric,
    });
    this.options.onStretch?.(stretch);
  }

  outcome(): RunOutcome {
    const { lost, notes } = this;
    const kept = this.chains.filter((chain) => lost.every((own) => own.chain !== chain));
    if (kept.length === 0 && lost.length > 0) {
      const causes = [...new Set(lost.map(({ cause }) => cause))];
      throw new SamplingError(
        causes.length === 1 ? causes[0]! : `every chain was lost: ${causes.join("; ")}`,
      );
    }
    const results = kept
      .flatMap((chain) => {
        const stretches = this.#stretches.get(chain);
        return stretches === undefined ? [] : [joinStretches(stretches)];
      })
      .sort((a, b) => a.chain - b.chain);
    const unfinished = kept.some((chain) => (this.standing(chain)?.draws ?? 0) < this.settings.draws);
    return { results, lost, notes: [...new Set(notes)], interrupted: this.stopped && unfinished };
  }
}

function isBriefHere(posterior: Posterior, { warmup, draws }: SamplerSettings, options: RunOptions): boolean {
  return options.mayBlock === true && isMomentary(posterior, chainsOf(options).length * (warmup + draws));
}

function chainsOf({ chains, which }: RunOptions): readonly number[] {
  return which ?? Array.from({ length: chains }, (_, chain) => chain);
}

/** Between chains the event loop gets a turn; within a chain it does not. */
async function runInline(posterior: Posterior, record: RunRecord, chains: readonly number[]): Promise<void> {
  const { settings, options } = record;
  const { seed, onProgress, checkpointMs } = options;
  for (const chain of chains) {
    if (record.stopped) return;
    try {
      const hooks = {
        shouldStop: () => record.stopped,
        onCheckpoint: (stretch: ChainResult) => record.add(stretch),
        checkpointMs,
        ...(onProgress && { onProgress }),
      };
      record.add(runChain(posterior, settings, seed, chain, hooks, record.standing(chain)));
    } catch (error) {
      record.lost.push({ chain, cause: error instanceof Error ? error.message : String(error) });
    }
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

/** A worker that has said nothing by then will not: it was not found, or is not allowed. */
const START_MS = 60_000;

/** Returns the chains that no worker could be started for. */
async function runPool(
  spec: ModelSpec,
  record: RunRecord,
  createWorker: () => WorkerHandle,
): Promise<readonly number[]> {
  const { settings, options } = record;
  const { seed, signal, onProgress, checkpointMs } = options;
  const waiting = [...record.chains];
  const startedAgain = new Set<number>();
  const stop = typeof SharedArrayBuffer === "undefined" ? null : new SharedArrayBuffer(4);
  const workers = new Set<WorkerHandle>();
  /** Whether workers can be had, as far as is known. */
  let refused = false;
  const abort = (): void => {
    if (stop !== null) Atomics.store(new Int32Array(stop), 0, 1);
    else for (const worker of workers) worker.terminate();
  };
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort);

  const refuse = (chain: number, cause: string): void => {
    refused = true;
    if (chain >= 0) waiting.unshift(chain);
    record.notes.push(
      `no worker could be started (${cause}): chains ran one after the other in the thread that called`,
    );
  };

  /** One worker takes chains until none is left, or it dies. */
  const lane = (): Promise<void> =>
    new Promise((resolve) => {
      let worker: WorkerHandle;
      try {
        worker = createWorker();
      } catch (error) {
        refuse(-1, error instanceof Error ? error.message : String(error));
        resolve();
        return;
      }
      workers.add(worker);
      let running = -1;
      let ended = false;
      let heardOf = false;
      const end = (): void => {
        if (ended) return;
        ended = true;
        clearTimeout(patience);
        workers.delete(worker);
        worker.terminate();
        resolve();
      };
      const takeNext = (): void => {
        const chain = record.stopped ? undefined : waiting.shift();
        if (chain === undefined) {
          end();
          return;
        }
        running = chain;
        const from = record.standing(chain);
        worker.post({ kind: "chain", seed, chain, ...(from && { from }) });
      };
      const dies = (cause: string): void => {
        if (ended) return;
        if (!heardOf) refuse(running, cause);
        else if (startedAgain.has(running)) {
          record.lost.push({ chain: running, cause: `its worker stopped: ${cause}` });
        } else {
          startedAgain.add(running);
          waiting.unshift(running);
          record.notes.push(
            `the worker of chain ${running + 1} stopped (${cause}) and was started again where the chain stood`,
          );
        }
        end();
      };
      const patience = setTimeout(() => {
        if (!heardOf) dies("it does not answer");
      }, START_MS);
      worker.onReply((reply) => {
        if (ended) return;
        heardOf = true;
        switch (reply.kind) {
          case "ready":
          case "bootstrapped":
            return;
          case "progress":
            onProgress?.(reply.progress);
            return;
          case "stretch":
            record.add(reply.stretch);
            return;
          case "done":
            record.add(reply.result);
            takeNext();
            return;
          case "failed":
            record.lost.push({ chain: reply.chain, cause: reply.cause });
            takeNext();
        }
      });
      worker.onDeath(dies);
      signal?.addEventListener("abort", () => {
        if (stop === null) end();
      });
      worker.post({ kind: "model", spec, settings, stop, checkpointMs });
      takeNext();
    });

  const width = Math.min(waiting.length, options.cores > 0 ? options.cores : options.processors);
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (waiting.length > 0 && !record.stopped && !refused) await lane();
    }),
  );
  signal?.removeEventListener("abort", abort);
  return waiting;
}
