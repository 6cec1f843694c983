/** What the pool and its workers say to each other: two closed unions. Arrays of draws are transferred, not copied. */
import type { ModelSpec } from "../model/spec.ts";
import type { Replicates } from "../reml/bootstrap.ts";
import type { LmmFit } from "../reml/lmm-fit.ts";
import type { ChainProgress, ChainResult, Continuation, SamplerSettings } from "../sampler/chain-types.ts";

export type Request =
  /** Once per worker: the model, which the worker compiles. */
  | {
      readonly kind: "model";
      readonly spec: ModelSpec;
      readonly settings: SamplerSettings;
      readonly stop: SharedArrayBuffer | null;
      readonly checkpointMs: number;
    }
  | { readonly kind: "chain"; readonly seed: number; readonly chain: number; readonly from?: Continuation }
  /** Replicates `from` … `to` − 1 of a parametric bootstrap. */
  | {
      readonly kind: "bootstrap";
      readonly fit: LmmFit;
      readonly seed: number;
      readonly from: number;
      readonly to: number;
    };

export type Reply =
  /** Once, when the worker has been loaded. */
  | { readonly kind: "ready" }
  | { readonly kind: "progress"; readonly progress: ChainProgress }
  /** What the chain has drawn since the last one, and where it stands. */
  | { readonly kind: "stretch"; readonly stretch: ChainResult }
  /** The last stretch. */
  | { readonly kind: "done"; readonly result: ChainResult }
  | { readonly kind: "bootstrapped"; readonly replicates: Replicates }
  | { readonly kind: "failed"; readonly chain: number; readonly cause: string };

/** A thread as the pool sees it: worker_threads and Web Workers behind one face. */
export interface WorkerHandle {
  post(request: Request): void;
  onReply(listener: (reply: Reply) => void): void;
  /** The worker died or threw outside a chain. */
  onDeath(listener: (cause: string) => void): void;
  terminate(): void;
}

/** The buffers of a result, for the transfer list. */
export function transferables(result: ChainResult): ArrayBuffer[] {
  const arrays = [
    result.values,
    result.lp,
    result.acceptStat,
    result.stepSizes,
    result.treedepth,
    result.nLeapfrog,
    result.divergent,
    result.energy,
    result.adaptation.inverseMetric,
  ];
  return [...new Set(arrays.map((array) => array.buffer as ArrayBuffer))];
}
