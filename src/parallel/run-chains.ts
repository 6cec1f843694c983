/**
 * All chains of a model on a pool of workers. A chain is a pure function of (model, settings, seed, chain), so the number
 * of workers never changes a draw.
 */
import { SamplingError } from "../errors.ts";
import type { Posterior } from "../log-density.ts";
import type { ModelSpec } from "../model/spec.ts";
import { runChain } from "../sampler/chain.ts";
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
}

export interface RunOutcome {
  readonly results: readonly ChainResult[];
  readonly lost: readonly { readonly chain: number; readonly cause: string }[];
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
  const inline =
    createWorker === "none" || createWorker === null || isBriefHere(posterior, settings, options);
  const outcome = inline
    ? await runInline(posterior, settings, options)
    : await runPool(spec, settings, options, createWorker);
  if (outcome.results.length === 0 && outcome.lost.length > 0) {
    const causes = [...new Set(outcome.lost.map(({ cause }) => cause))];
    throw new SamplingError(causes.length === 1 ? causes[0]! : `every chain was lost: ${causes.join("; ")}`);
  }
  return { ...outcome, results: [...outcome.results].sort((a, b) => a.chain - b.chain) };
}

function isBriefHere(posterior: Posterior, { warmup, draws }: SamplerSettings, options: RunOptions): boolean {
  return options.mayBlock === true && isMomentary(posterior, chainsOf(options).length * (warmup + draws));
}

function chainsOf({ chains, which }: RunOptions): readonly number[] {
  return which ?? Array.from({ length: chains }, (_, chain) => chain);
}

/** Between chains the event loop gets a turn; within a chain it does not. */
async function runInline(
  posterior: Posterior,
  settings: SamplerSettings,
  options: RunOptions,
): Promise<RunOutcome> {
  const results: ChainResult[] = [];
  const lost: { chain: number; cause: string }[] = [];
  const stopped = (): boolean => options.signal?.aborted === true;
  for (const chain of chainsOf(options)) {
    if (stopped()) break;
    try {
      const { onProgress } = options;
      const hooks = { shouldStop: stopped, ...(onProgress && { onProgress }) };
      results.push(runChain(posterior, settings, options.seed, chain, hooks, options.from?.get(chain)));
    } catch (error) {
      lost.push({ chain, cause: error instanceof Error ? error.message : String(error) });
    }
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return { results, lost, interrupted: stopped() };
}

async function runPool(
  spec: ModelSpec,
  settings: SamplerSettings,
  options: RunOptions,
  createWorker: () => WorkerHandle,
): Promise<RunOutcome> {
  const { seed, signal, onProgress, from } = options;
  const chains = chainsOf(options);
  const results: ChainResult[] = [];
  const lost: { chain: number; cause: string }[] = [];
  const stop = typeof SharedArrayBuffer === "undefined" ? null : new SharedArrayBuffer(4);
  const workers = new Set<WorkerHandle>();
  let next = 0;
  const abort = (): void => {
    if (stop !== null) Atomics.store(new Int32Array(stop), 0, 1);
    else for (const worker of workers) worker.terminate();
  };
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort);

  /** One worker after another takes chains until none is left; a dead worker loses its chain and is replaced. */
  const lane = (): Promise<void> =>
    new Promise((resolve) => {
      const worker = createWorker();
      workers.add(worker);
      let running = -1;
      let ended = false;
      const end = (): void => {
        if (ended) return;
        ended = true;
        workers.delete(worker);
        worker.terminate();
        resolve();
      };
      const takeNext = (): void => {
        if (next >= chains.length || signal?.aborted === true) {
          end();
          return;
        }
        running = chains[next++]!;
        const continuation = from?.get(running);
        worker.post({ kind: "chain", seed, chain: running, ...(continuation && { from: continuation }) });
      };
      worker.onReply((reply) => {
        if (ended) return;
        if (reply.kind === "progress") {
          onProgress?.(reply.progress);
          return;
        }
        if (reply.kind === "bootstrapped") return;
        if (reply.kind === "done") results.push(reply.result);
        else lost.push({ chain: reply.chain, cause: reply.cause });
        takeNext();
      });
      worker.onDeath((cause) => {
        if (ended) return;
        lost.push({ chain: running, cause: `its worker stopped: ${cause}` });
        end();
      });
      signal?.addEventListener("abort", () => {
        if (stop === null) end();
      });
      worker.post({ kind: "model", spec, settings, stop });
      takeNext();
    });

  const width = Math.min(chains.length, options.cores > 0 ? options.cores : options.processors);
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (next < chains.length && signal?.aborted !== true) await lane();
    }),
  );
  signal?.removeEventListener("abort", abort);
  return { results, lost, interrupted: signal?.aborted === true };
}
