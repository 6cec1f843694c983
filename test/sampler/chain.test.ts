import { describe, expect, it } from "vitest";
import { SamplingError } from "../../src/errors.ts";
import type { LogDensity, Posterior } from "../../src/log-density.ts";
import { runChain } from "../../src/sampler/chain.ts";
import type { ChainProgress, ChainResult } from "../../src/sampler/chain-types.ts";
import { resolveSettings } from "../../src/sampler/settings.ts";
import { asPosterior, autoregressiveNormal, independentNormal } from "../helpers/toy-densities.ts";

const short = resolveSettings({ warmup: 150, draws: 100 });
const normal = asPosterior(independentNormal([1, 2, 3], [1, 0.1, 10]));

/** Everything but the timing. */
function reproducible({ adaptation, ...result }: ChainResult) {
  const { warmupMs: _, samplingMs: __, ...rest } = adaptation;
  return { ...result, adaptation: rest };
}

function counting(density: LogDensity) {
  let evaluations = 0;
  return {
    count: () => evaluations,
    density: {
      dimension: density.dimension,
      evaluate(q: Float64Array, gradient: Float64Array) {
        evaluations++;
        return density.evaluate(q, gradient);
      },
    },
  };
}

describe("runChain", () => {
  it.each(["nuts", "hmc"] as const)(
    "is a pure function of posterior, settings, seed and chain (%s)",
    (algorithm) => {
      const settings = { ...short, algorithm };
      const first = reproducible(runChain(normal, settings, 11, 2));
      expect(reproducible(runChain(normal, settings, 11, 2))).toEqual(first);
      expect(runChain(normal, settings, 11, 3).values).not.toEqual(first.values);
      expect(runChain(normal, settings, 12, 2).values).not.toEqual(first.values);
    },
  );

  it("does not depend on who watches", () => {
    const watched = runChain(normal, short, 1, 0, { onProgress: () => {}, shouldStop: () => false });
    expect(reproducible(watched)).toEqual(reproducible(runChain(normal, short, 1, 0)));
  });

  it("gives `constrain` its own randomness", () => {
    const noisy: Posterior = {
      density: normal.density,
      names: ["x", "noise"],
      constrain(q, rng, out) {
        out[0] = q[0]!;
        out[1] = rng.normal();
      },
    };
    const { values } = runChain(noisy, short, 1, 0);
    const quiet = runChain(normal, short, 1, 0).values;
    for (let k = 0; k < 100; k++) expect(values[2 * k]).toBe(quiet[3 * k]);
    expect(new Set(values.filter((_, i) => i % 2 === 1)).size).toBe(100);
  });

  it("counts every gradient evaluation", () => {
    for (const algorithm of ["nuts", "hmc"] as const) {
      const { density, count } = counting(autoregressiveNormal(0.9, [0.1, 1, 10]));
      const { adaptation, nLeapfrog } = runChain(asPosterior(density), { ...short, algorithm }, 3, 0);
      expect(adaptation.warmupLeapfrogs + adaptation.samplingLeapfrogs).toBe(count());
      expect(nLeapfrog.reduce((sum, n) => sum + n, 0)).toBe(adaptation.samplingLeapfrogs);
    }
  });

  it("returns one row and one entry of each statistic per draw", () => {
    const result = runChain(normal, short, 1, 0);
    expect(result.draws).toBe(100);
    expect(result.values).toHaveLength(300);
    for (const column of [
      "lp",
      "acceptStat",
      "stepSizes",
      "treedepth",
      "nLeapfrog",
      "divergent",
      "energy",
    ] as const) {
      expect(result[column]).toHaveLength(100);
      expect(result[column].every(Number.isFinite)).toBe(true);
    }
    const gradient = new Float64Array(3);
    for (let k = 0; k < 100; k++) {
      expect(result.lp[k]).toBe(normal.density.evaluate(result.values.subarray(3 * k, 3 * k + 3), gradient));
      // Energy is −log p plus kinetic energy, which is positive.
      expect(result.energy[k]).toBeGreaterThan(-result.lp[k]!);
      expect(result.stepSizes[k]).toBe(result.adaptation.stepSize);
    }
  });

  it("stops when asked: with the draws it has, or none during warm-up", () => {
    const stopAfter = (n: number) => {
      let asked = 0;
      return runChain(normal, short, 1, 0, { shouldStop: () => ++asked >= n });
    };
    const whole = runChain(normal, short, 1, 0);
    const partial = stopAfter(150 + 40);
    expect(partial.draws).toBe(40);
    expect(partial.values).toEqual(whole.values.slice(0, 120));
    expect(partial.lp).toHaveLength(40);
    for (const early of [1, 60, 150]) {
      const none = stopAfter(early);
      expect(none.draws).toBe(0);
      expect(none.values).toHaveLength(0);
    }
  });

  it("reports the phases in order and the end", () => {
    const reports: ChainProgress[] = [];
    runChain(normal, short, 1, 5, { onProgress: (p) => reports.push(p) });
    expect(reports[0]).toMatchObject({ chain: 5, phase: "initialise", iteration: 0, total: 250 });
    expect(reports.at(-1)).toMatchObject({ phase: "sampling", iteration: 250, total: 250 });
    const phases = reports.map((p) => ["initialise", "warmup", "sampling"].indexOf(p.phase));
    expect(phases).toEqual([...phases].sort());
    expect(new Set(phases).size).toBe(3);
  });

  it("names the chain when the density throws, and keeps the cause", () => {
    const cause = new TypeError("boom");
    const density: LogDensity = {
      dimension: 1,
      evaluate() {
        throw cause;
      },
    };
    try {
      runChain(asPosterior(density), short, 1, 1);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(SamplingError);
      expect((error as Error).message).toBe("Chain 2: boom");
      expect((error as Error).cause).toBe(cause);
    }
  });

  it("refuses a flat density", () => {
    const flat: LogDensity = {
      dimension: 1,
      evaluate(_, gradient) {
        gradient[0] = 0;
        return 0;
      },
    };
    expect(() => runChain(asPosterior(flat), short, 1, 0)).toThrow(/Chain 1: The posterior is improper/);
  });

  it("ends with a result when no step succeeds", () => {
    // Finite at the starting point alone.
    let first: Float64Array | undefined;
    const density: LogDensity = {
      dimension: 2,
      evaluate(q, gradient) {
        gradient.fill(0);
        first ??= q.slice();
        return q.every((value, i) => value === first![i]) ? 0 : Number.NEGATIVE_INFINITY;
      },
    };
    const settings = { ...resolveSettings({ warmup: 50, draws: 20, maxTreedepth: 3 }) };
    const result = runChain(asPosterior(density), settings, 1, 0);
    expect(result.draws).toBe(20);
    expect(new Set(result.values).size).toBe(2);
    // Each draw either diverged or went nowhere with an underflowing step: both show in the statistics.
    for (let k = 0; k < 20; k++) {
      expect(result.divergent[k] === 1 || result.stepSizes[k]! < 1e-9).toBe(true);
    }
  });

  it("samples without warm-up and without coordinates", () => {
    const unadapted = runChain(normal, resolveSettings({ warmup: 0, draws: 10 }), 1, 0);
    expect(unadapted.draws).toBe(10);
    const empty: Posterior = {
      density: { dimension: 0, evaluate: () => 0 },
      names: ["constant"],
      constrain: (_q, _rng, out) => out.fill(7),
    };
    expect([...runChain(empty, resolveSettings({ warmup: 20, draws: 3 }), 1, 0).values]).toEqual([7, 7, 7]);
  });
});
