/** The worker's side: compiles the model once, then runs the chains it is told to; or replicates of a bootstrap. */
import type { Posterior } from "../log-density.ts";
import { compileModel } from "../model/compile.ts";
import { bootstrapReplicates } from "../reml/bootstrap.ts";
import { runChain } from "../sampler/chain.ts";
import type { ChainProgress, ChainResult, SamplerSettings } from "../sampler/chain-types.ts";
import { type Reply, type Request, transferables } from "./protocol.ts";

/** Returns the handler of requests; `reply` posts an answer with its transfer list. */
export function serveChains(
  reply: (message: Reply, transfer: ArrayBuffer[]) => void,
): (request: Request) => void {
  let model:
    | { posterior: Posterior; settings: SamplerSettings; stop: Int32Array | null; checkpointMs: number }
    | undefined;
  return (request) => {
    if (request.kind === "model") {
      model = {
        posterior: compileModel(request.spec),
        settings: request.settings,
        stop: request.stop === null ? null : new Int32Array(request.stop),
        checkpointMs: request.checkpointMs,
      };
      return;
    }
    if (request.kind === "bootstrap") {
      replicate(request, reply);
      return;
    }
    const { seed, chain, from } = request;
    try {
      const { posterior, settings, stop, checkpointMs } = model!;
      const hooks = {
        onProgress: (progress: ChainProgress) => reply({ kind: "progress", progress }, []),
        onCheckpoint: (stretch: ChainResult) => reply({ kind: "stretch", stretch }, transferables(stretch)),
        checkpointMs,
        // A loop that never yields sees no message, so that stopping goes through shared memory.
        shouldStop: () => stop !== null && Atomics.load(stop, 0) !== 0,
      };
      const result = runChain(posterior, settings, seed, chain, hooks, from);
      reply({ kind: "done", result }, transferables(result));
    } catch (error) {
      reply({ kind: "failed", chain, cause: error instanceof Error ? error.message : String(error) }, []);
    }
  };
}

function replicate(
  { fit, seed, from, to }: Request & { readonly kind: "bootstrap" },
  reply: (message: Reply, transfer: ArrayBuffer[]) => void,
): void {
  try {
    const replicates = bootstrapReplicates(fit, seed, from, to);
    reply({ kind: "bootstrapped", replicates }, [replicates.estimates.buffer as ArrayBuffer]);
  } catch (error) {
    reply({ kind: "failed", chain: -1, cause: error instanceof Error ? error.message : String(error) }, []);
  }
}
