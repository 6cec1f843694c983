import { brm } from "nutmix";
import { describe, expect, it } from "vitest";
import type { Posterior } from "../../src/log-density.ts";
import { isMomentary } from "../../src/parallel/momentary.ts";
import { asPosterior, independentNormal } from "../helpers/toy-densities.ts";

describe("isMomentary", () => {
  it("is true of a toy with few transitions, not of many", () => {
    const toy = asPosterior(independentNormal([0], [1]));
    expect(isMomentary(toy, 10)).toBe(true);
    expect(isMomentary(toy, 1e9)).toBe(false);
  });

  it("gives up on a dear density after a few evaluations", () => {
    let evaluations = 0;
    const dear: Posterior = {
      ...asPosterior(independentNormal([0], [1])),
      density: {
        dimension: 1,
        evaluate() {
          evaluations++;
          const until = performance.now() + 50;
          while (performance.now() < until);
          return 0;
        },
      },
    };
    expect(isMomentary(dear, 1)).toBe(false);
    expect(evaluations).toBeLessThanOrEqual(2);
  });
});

it("a small model has the same draws in this thread and in workers", async () => {
  const data = [2, 3, 1, 4, 2, 5].map((y) => ({ y }));
  const settings = { seed: 4, chains: 2, warmup: 50, draws: 40 };
  const here = await brm("y ~ 1", data, settings);
  const there = await brm("y ~ 1", data, { ...settings, cores: 2 });
  expect(here.draws).toEqual(there.draws);
});
