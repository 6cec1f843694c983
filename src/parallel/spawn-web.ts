/** Starts Web Workers. Bundlers find the worker through this literal URL. */
import type { WorkerHandle } from "./protocol.ts";

export const processors: number = globalThis.navigator?.hardwareConcurrency ?? 2;

/** A page must stay responsive. */
export const mayBlock = false;

export function spawnWorker(): WorkerHandle {
  const worker = new Worker(new URL("./worker-web.js", import.meta.url), { type: "module" });
  return {
    post: (request) => worker.postMessage(request),
    onReply: (listener) => worker.addEventListener("message", (event) => listener(event.data)),
    onDeath: (listener) =>
      worker.addEventListener("error", (event) => listener(event.message || "it could not be loaded")),
    terminate: () => worker.terminate(),
  };
}

/** null where there are no Web Workers: the chains then run in this thread. */
export const defaultSpawn: (() => WorkerHandle) | null = typeof Worker === "undefined" ? null : spawnWorker;
