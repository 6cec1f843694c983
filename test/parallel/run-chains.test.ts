/** The pool of workers, with real worker threads from the built bundle. */

import { brm, type Fit } from "nutmix";
import { afterAll, describe, expect, it } from "vitest";
import { serveChains } from "../../src/parallel/chain-server.ts";
import type { Reply, Request, WorkerHandle } from "../../src/parallel/protocol.ts";
import { spawnWorker } from "../../src/parallel/spawn-node.ts";

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

  it("reports a worker that dies with its cause and keeps the other chains", async () => {
    let started = 0;
    const createWorker = (): WorkerHandle => (started++ === 0 ? dyingWorker() : spawnWorker());
    const fit = await brm("y ~ x", data, { ...short, cores: 2, createWorker });
    expect(fit.draws.chains).toBe(2);
    expect(fit.warnings.join()).toMatch(/chain \d was lost: its worker stopped: out of memory/);
  });

  it("fails with the causes when every chain is lost", async () => {
    const lost = brm("y ~ x", data, { ...short, cores: 2, createWorker: dyingWorker });
    await expect(lost).rejects.toThrow(/every chain was lost|its worker stopped: out of memory/);
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

const timers = new Set<NodeJS.Timeout>();
afterAll(() => {
  for (const timer of timers) clearTimeout(timer);
});

/** Accepts its model and dies when it is given a chain. */
function dyingWorker(): WorkerHandle {
  let death: (cause: string) => void = () => {};
  return {
    post(request: Request) {
      if (request.kind === "chain") timers.add(setTimeout(() => death("out of memory"), 5));
    },
    onReply: () => {},
    onDeath(listener) {
      death = listener;
    },
    terminate: () => {},
  };
}
