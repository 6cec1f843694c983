/** Starts worker threads. The bundled worker stands beside this file; from sources it is taken from dist/. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { WorkerHandle } from "./protocol.ts";

const fromSources = import.meta.url.endsWith(".ts");
const entry = new URL(fromSources ? "../../dist/worker-node.js" : "./worker-node.js", import.meta.url);

export const processors: number = availableParallelism();

/** Nobody waits for the event loop of a command or a script. */
export const mayBlock = true;

export function spawnWorker(): WorkerHandle {
  const worker = new Worker(entry);
  return {
    post: (request) => worker.postMessage(request),
    onReply: (listener) => worker.on("message", listener),
    onDeath(listener) {
      worker.on("error", (error) => listener(error.message));
      worker.on("exit", (code) => listener(`exit code ${code}`));
    },
    terminate: () => void worker.terminate(),
  };
}

/** null where there are no threads. */
export const defaultSpawn: (() => WorkerHandle) | null = spawnWorker;
