/** The pool of workers, with real worker threads from the built bundle. */

import { brm, type ChainResult, type Fit, resume, type UnfinishedRun } from "nutmix";
import { describe, expect, it } from "vitest";
import { serveChains } from "../../src/parallel/chain-server.ts";
import type { Reply, Request, WorkerHandle } from "../../src/parallel/protocol.ts";
import { spawnWorker } from "../../src/parallel/spawn-node.ts";
import { joinStretches } from "../../src/sampler/chain-record.ts";

const data = {
  y: [1.2, 0.7, 2.1, 2.9, 3.1, 4.4, 4.9, 6.2],
  x: [0, 1, 2, 3, 4, 5, 6, 7],
  g: [1, 1, 2, 2, 3, 3, 4, 4],
};
const short = { warmup: 200, draws: 100, chains: 3, seed: 11 };

describe("runChains", () => {
  it("gives bit-identical draws whatever the number of workers, and without workers", async () => {
    const fits: Fit[] = [];
    for (const options of [{ cores: 1 }, { cores: 3 }, { createWorker: "none" as const }]) {
      fits.push(await brm("y ~ x + (1 | g)", data, { ...short, ...options }));
    }
    expect(fits[1]!.draws.values).toEqual(fits[0]!.draws.values);
    expect(fits[2]!.draws.values).toEqual(fits[0]!.draws.values);
    expect(fits[0]!.draws.values).not.toEqual(
      (await brm("y ~ x + (1 | g)", data, { ...short, seed: 12 })).draws.values,
    );
  });

  it("reports progress of every chain", async () => {
    const seen = new Map<number, Set<string>>();
    await brm("y ~ x", data, {
      ...short,
      onProgress: ({ chain, phase }) => seen.set(chain, (seen.get(chain) ?? new Set()).add(phase)),
    });
    expect([...seen.keys()].sort()).toEqual([0, 1, 2]);
    for (const phases of seen.values()) expect([...phases]).toContain("sampling");
  });

  it("keeps what is there when it is aborted", async () => {
    const controller = new AbortController();
    const fit = await brm("y ~ x + (1 | g)", data, {
      ...short,
      chains: 2,
      draws: 1_000_000,
      signal: controller.signal,
      onProgress: ({ phase, iteration }) => {
        if (phase === "sampling" && iteration > 300) controller.abort();
      },
    });
    expect(fit.interrupted).toBe(true);
    expect(fit.draws.draws).toBeGreaterThan(0);
    expect(fit.draws.draws).toBeLessThan(1_000_000);
  });

  it("rejects with the signal's reason when it is stopped before the first draw", async () => {
    const controller = new AbortController();
    const stopped = (options: object) =>
      brm("y ~ x + (1 | g)", data, { ...short, warmup: 1_000_000, signal: controller.signal, ...options });
    const running = stopped({ cores: 2, onProgress: () => controller.abort() });
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
    await expect(running).rejects.toBe(controller.signal.reason);
    // At once, when it was stopped before it began.
    await expect(stopped({})).rejects.toBe(controller.signal.reason);
    const own = new AbortController();
    const inline = stopped({
      createWorker: "none",
      signal: own.signal,
      onProgress: () => own.abort("enough"),
    });
    await expect(inline).rejects.toBe("enough");
  });

  it("starts a worker that dies once more, from where its chain stood", async () => {
    const whole = await brm("y ~ x", data, { ...short, createWorker: "none" });
    let started = 0;
    const seen: Request[] = [];
    const createWorker = (): WorkerHandle =>
      started++ === 0 ? dyingAfter(3) : watched(spawnWorker(), (request) => seen.push(request));
    const fit = await brm("y ~ x", data, { ...short, cores: 1, createWorker, checkpointSeconds: 1e-9 });
    expect(fit.draws.values).toEqual(whole.draws.values);
    expect(fit.warnings.join()).toMatch(
      /the worker of chain 1 stopped \(out of memory\) and was started again where the chain stood/,
    );
    const again = seen.find((request) => request.kind === "chain")!;
    expect(again).toMatchObject({ chain: 0, from: { checkpoint: { warmup: { stage: 0, done: 3 } } } });
  });

  it("loses a chain whose worker dies twice, keeps the others, and resume() draws it", async () => {
    const whole = await brm("y ~ x", data, { ...short, createWorker: "none" });
    let started = 0;
    const createWorker = (): WorkerHandle => (started++ < 2 ? dyingAfter(2) : spawnWorker());
    const fit = await brm("y ~ x", data, { ...short, cores: 1, createWorker, checkpointSeconds: 1e-9 });
    expect(fit.draws.chains).toBe(2);
    expect(fit.warnings.join()).toMatch(/chain 1 was lost: its worker stopped: out of memory/);
    const mended = await resume(fit, { createWorker: "none" });
    expect(mended.draws.values).toEqual(whole.draws.values);
    expect(mended.warnings.join()).not.toMatch(/lost/);
    await expect(resume(mended)).rejects.toThrow(/the fit is finished: its 3 chains have 100 draws already/);
  });

  it("fails with the causes when every chain is lost", async () => {
    const lost = brm("y ~ x", data, {
      ...short,
      cores: 2,
      createWorker: () => dyingAfter(1),
      checkpointSeconds: 1e-9,
    });
    await expect(lost).rejects.toThrow(/its worker stopped: out of memory/);
  });

  it.each<[string, () => WorkerHandle]>([
    [
      "Refused to create a worker",
      () => {
        throw new Error("Refused to create a worker");
      },
    ],
    ["it could not be loaded", silentWorker],
  ])("runs in this thread where no worker can be started (%s), and says so", async (cause, createWorker) => {
    const fit = await brm("y ~ x", data, { ...short, cores: 2, createWorker });
    const inline = await brm("y ~ x", data, { ...short, createWorker: "none" });
    expect(fit.draws).toEqual(inline.draws);
    expect(fit.warnings).toContain(
      `no worker could be started (${cause}): chains ran one after the other in the thread that called`,
    );
  });

  it("gives a keeper the run and every stretch of it, from which resume() goes on", async () => {
    let begun: UnfinishedRun | undefined;
    const stretches: ChainResult[] = [];
    const keep = {
      begin: (run: UnfinishedRun) => {
        begun = run;
      },
      add: (stretch: ChainResult) => stretches.push(stretch),
    };
    const options = { ...short, cores: 2, checkpointSeconds: 0.01 };
    const fit = await brm("y ~ x", data, { ...options, keep });
    const whole = [0, 1, 2].map((chain) => joinStretches(stretches.filter((own) => own.chain === chain)));
    expect(whole.map(({ draws }) => draws)).toEqual([100, 100, 100]);
    // All that was drawn, but never put together.
    const again = await resume({ ...begun!, results: whole });
    expect(again.draws).toEqual(fit.draws);
    // One chain finished, one in its warm-up, one not begun.
    const early = stretches.find((own) => own.chain === 1)!;
    const rest = await resume({ ...begun!, results: [whole[0]!, early] }, { createWorker: "none" });
    expect(rest.draws).toEqual(fit.draws);
    await expect(brm("y ~ x", data, { ...short, checkpointSeconds: 0 })).rejects.toThrow(/checkpointSeconds/);
  });
});

describe("serveChains", () => {
  it("answers a chain that throws with its cause", () => {
    const replies: Reply[] = [];
    const handle = serveChains((reply) => replies.push(reply));
    handle({ kind: "chain", seed: 1, chain: 2 });
    expect(replies).toEqual([{ kind: "failed", chain: 2, cause: expect.any(String) }]);
  });
});

/** A real worker whose requests are looked at. */
function watched(worker: WorkerHandle, look: (request: Request) => void): WorkerHandle {
  return {
    ...worker,
    post(request) {
      look(request);
      worker.post(request);
    },
  };
}

/** Runs its chain in this thread, hands over so many stretches, and dies. */
function dyingAfter(count: number): WorkerHandle {
  let death: (cause: string) => void = () => {};
  let listen: (reply: Reply) => void = () => {};
  let left = count;
  const serve = serveChains((reply) => {
    if (left > 0) listen(structuredClone(reply));
    if (reply.kind === "stretch" && --left === 0) queueMicrotask(() => death("out of memory"));
  });
  return {
    post(request) {
      if (request.kind === "model") serve({ ...request, stop: null });
      // Later, as a thread would.
      else setTimeout(() => left > 0 && serve(request), 0);
    },
    onReply(listener) {
      listen = (reply) => listener(reply.kind === "done" ? { kind: "ready" } : reply);
      listener({ kind: "ready" });
    },
    onDeath(listener) {
      death = listener;
    },
    terminate() {
      left = 0;
    },
  };
}

/** As where its file is not found. */
function silentWorker(): WorkerHandle {
  return {
    post: () => {},
    onReply: () => {},
    onDeath: (listener) => void setTimeout(() => listener("it could not be loaded"), 5),
    terminate: () => {},
  };
}
