import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DummyWorld, dummyKernel, dummyTransition } from "../helpers/dummy-trajectory.ts";

const flat: DummyWorld = { logWeight: () => 0, isDivergent: () => false, isTurning: () => false };

/** Largest |π(i) P(i→j) − π(j) P(j→i)| and |Σ_j P(i→j) − 1| over the reachable pairs of −8 … 8. */
function imbalance(world: DummyWorld, maxDepth: number): number {
  const positions = Array.from({ length: 17 }, (_, i) => i - 8).filter((i) => !world.isDivergent(i));
  const kernels = new Map(positions.map((i) => [i, dummyKernel(world, i, maxDepth)]));
  let worst = 0;
  for (const i of positions) {
    const from = kernels.get(i)!;
    let sum = 0;
    for (const [j, p] of from) {
      sum += p;
      const back = kernels.get(j);
      if (back === undefined) {
        if (world.isDivergent(j)) worst = Math.max(worst, p);
        continue;
      }
      const flow = Math.exp(world.logWeight(i)) * p;
      const counterflow = Math.exp(world.logWeight(j)) * (back.get(i) ?? 0);
      worst = Math.max(worst, Math.abs(flow - counterflow));
    }
    worst = Math.max(worst, Math.abs(sum - 1));
  }
  return worst;
}

// Sums of at most 2^5 products of 5 probabilities, each exact to 1e-16.
const rounding = 1e-14;

describe("growTree", () => {
  it("keeps detailed balance on a plain trajectory", () => {
    expect(imbalance(flat, 4)).toBeLessThan(rounding);
  });

  it("keeps detailed balance with unequal weights", () => {
    const world = { ...flat, logWeight: (i: number) => Math.sin(1.7 * i) - 0.1 * i };
    expect(imbalance(world, 4)).toBeLessThan(rounding);
  });

  it("keeps detailed balance where positions at the ends turn", () => {
    for (const turning of [[0], [-3, 2], [1, 2, 3], [-8, -1, 5]]) {
      const world = {
        ...flat,
        isTurning: (low: number, _: number, high: number) => turning.includes(low) || turning.includes(high),
      };
      expect(imbalance(world, 5)).toBeLessThan(rounding);
    }
  });

  it("keeps detailed balance where positions diverge", () => {
    for (const divergent of [[0], [-3, 2], [1, 2, 3], [-8, 5]]) {
      const world = { ...flat, isDivergent: (i: number) => divergent.includes(i) };
      expect(imbalance(world, 5)).toBeLessThan(rounding);
    }
  });

  it("keeps detailed balance for arbitrary weights, turns and divergences", () => {
    const hash = (...values: number[]) =>
      values.reduce((h, v) => Math.imul(h ^ (v + 1000), 0x01000193) ^ (h >>> 13), 0x811c9dc5) >>> 0;
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 5 }), (salt, depth) => {
        const world: DummyWorld = {
          logWeight: (i) => (hash(salt, 1, i) % 1000) / 250 - 2,
          isDivergent: (i) => hash(salt, 2, i) % 12 === 0,
          isTurning: (low, middle, high) => hash(salt, low, middle, high) % 7 === 0,
        };
        return imbalance(world, depth) < rounding * 10;
      }),
      { numRuns: 30, seed: 4 },
    );
  });

  it("names how it ended", () => {
    const end = (world: DummyWorld) => dummyTransition(world, 0, 0b1111, 4).outcome;
    expect(end(flat)).toEqual({ termination: "max-depth", depth: 4 });
    expect(end({ ...flat, isDivergent: (i) => i === 5 })).toEqual({ termination: "divergent", depth: 2 });
    expect(end({ ...flat, isTurning: (low, _, high) => low === 0 && high === 7 })).toEqual({
      termination: "turning",
      depth: 3,
    });
    expect(end({ ...flat, isTurning: (low, _, high) => low === 6 && high === 7 })).toEqual({
      termination: "turning-subtree",
      depth: 2,
    });
  });

  it("visits each position once, in the order of the directions", () => {
    // Doublings: +1, −1 (two steps), +1 (four steps).
    expect(dummyTransition(flat, 0, 0b101, 3).visited).toEqual([1, -1, -2, 2, 3, 4, 5]);
  });

  it("stops at once where a step diverges, and keeps what it had", () => {
    const world = { ...flat, isDivergent: (i: number) => i === 3 };
    const { visited, probabilities } = dummyTransition(world, 0, 0b111, 3);
    expect(visited).toEqual([1, 2, 3]);
    expect([...probabilities.keys()].sort()).toEqual([0, 1]);
  });

  it("favours the new half at the top level: equal halves always move", () => {
    const { probabilities } = dummyTransition(flat, 0, 0b1, 1);
    expect(probabilities.get(1)).toBe(1);
  });
});
