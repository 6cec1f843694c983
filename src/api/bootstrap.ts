/** The parametric bootstrap of a linear mixed model, on several threads where that pays. */
import { defaultSpawn, processors } from "#spawn";
import { SamplingError } from "../errors.ts";
import { checkOptions } from "../options.ts";
import type { WorkerHandle } from "../parallel/protocol.ts";
import {
  type Bootstrap,
  type BootstrapOptions,
  bootstrapOptions,
  bootstrapReplicates,
  bootstrapSummary,
  checkBootstrap,
  type Replicates,
} from "../reml/bootstrap.ts";
import type { LmmFit } from "../reml/lmm-fit.ts";
import { createWorker as createWorkerOption } from "./run-options.ts";

/** Replicates made here, to see how long one takes, and replicates of one message to a worker. */
const FIRST = 8;
const BATCH = 16;
/** Milliseconds of remaining work below which starting threads costs more than it saves. */
const WORTH = 1500;

export interface BootstrapRunOptions extends BootstrapOptions {
  /** Starts a worker; "none" stays in this thread. Never changes a number. */
  readonly createWorker?: (() => WorkerHandle) | "none";
}

/**
 * Confidence intervals from refits to responses simulated from the fit.
 * @throws SettingsError for settings outside their domain; DOMException AbortError when stopped.
 */
export async function bootstrap(fit: LmmFit, options: BootstrapRunOptions = {}): Promise<Bootstrap> {
  options = checkOptions("bootstrap()", { ...bootstrapOptions, createWorker: createWorkerOption }, options);
  checkBootstrap(options);
  const {
    replicates = 500,
    seed = 1,
    level = 0.95,
    onProgress,
    signal,
    createWorker = defaultSpawn,
  } = options;
  signal?.throwIfAborted();
  const started = performance.now();
  const first = bootstrapReplicates(fit, seed, 0, Math.min(FIRST, replicates));
  const remaining = ((performance.now() - started) / FIRST) * (replicates - FIRST);
  const parts: Replicates[] = [first];
  let next = Math.min(FIRST, replicates);
  let done = next;
  onProgress?.(done, replicates);
  const take = (): [number, number] | undefined => {
    if (next >= replicates) return undefined;
    const from = next;
    next = Math.min(replicates, next + BATCH);
    return [from, next];
  };
  const finish = (part: Replicates, from: number, to: number): void => {
    parts.push(part);
    done += to - from;
    onProgress?.(done, replicates);
  };
  if (createWorker === "none" || createWorker === null || remaining < WORTH) {
    for (let batch = take(); batch !== undefined; batch = take()) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      signal?.throwIfAborted();
      finish(bootstrapReplicates(fit, seed, ...batch), ...batch);
    }
  } else {
    await Promise.all(
      Array.from({ length: processors }, () => lane(createWorker, fit, seed, take, finish, signal)),
    );
  }
  return bootstrapSummary(fit, parts, level);
}

/** One worker takes batches until none is left. */
function lane(
  createWorker: () => WorkerHandle,
  fit: LmmFit,
  seed: number,
  take: () => [number, number] | undefined,
  finish: (part: Replicates, from: number, to: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = createWorker();
    let batch = take();
    const end = (settle: () => void): void => {
      signal?.removeEventListener("abort", stop);
      worker.terminate();
      settle();
    };
    const stop = (): void => end(() => reject(signal!.reason as Error));
    const send = (): void => {
      if (batch === undefined) end(resolve);
      else worker.post({ kind: "bootstrap", fit, seed, from: batch[0], to: batch[1] });
    };
    signal?.addEventListener("abort", stop);
    worker.onReply((reply) => {
      if (reply.kind === "failed") end(() => reject(new SamplingError(`a replicate failed: ${reply.cause}`)));
      if (reply.kind !== "bootstrapped") return;
      finish(reply.replicates, ...batch!);
      batch = take();
      send();
    });
    worker.onDeath((cause) => {
      if (batch !== undefined) end(() => reject(new SamplingError(`a worker stopped: ${cause}`)));
    });
    send();
  });
}
