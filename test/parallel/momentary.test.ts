import { brm } from "nutmix";
import { describe, expect, it } from "vitest";
import type { Posterior } from "../../src/log-density.ts";
import { isMomentary } from "../../src/parallel/momentary.ts";
import { asPosterior, independentNormal } from "../helpers/toy-densities.ts";

/** A density of this dimension, and a clock that its evaluations move on. */
function timed(dimension: number, milliseconds: (evaluation: number) => number) {
  const zeros = Array<number>(dimension).fill(0);
  const toy = asPosterior(independentNormal(zeros, Array<number>(dimension).fill(1)));
  let time = 0;
  let evaluations = 0;
  const posterior: Posterior = {
    ...toy,
    density: {
      ...toy.density,
      evaluate(q, gradient) {
        time += milliseconds(++evaluations);
        return toy.density.evaluate(q, gradient);
      },
    },
  };
  return { posterior, now: () => time, evaluations: () => evaluations };
}

describe("isMomentary", () => {
  it("multiplies the compiled density's time with transitions and leapfrogs", () => {
    // 4 leapfrogs of 0.005 ms: 0.02 ms per transition, a second for 50,000.
    const yes = timed(1, () => 0.005);
    expect(isMomentary(yes.posterior, 49_000, yes.now)).toBe(true);
    const no = timed(1, () => 0.005);
    expect(isMomentary(no.posterior, 51_000, no.now)).toBe(false);
  });

  it("expects longer trajectories in more dimensions", () => {
    const small = timed(10, () => 0.005);
    const large = timed(60, () => 0.005);
    expect(isMomentary(small.posterior, 40_000, small.now)).toBe(true);
    expect(isMomentary(large.posterior, 40_000, large.now)).toBe(false);
  });

  it("does not count what the engine needs to compile", () => {
    const { posterior, now } = timed(1, (k) => (k < 200 ? 0.2 : 0.001));
    expect(isMomentary(posterior, 8000, now)).toBe(true);
  });

  it("gives up on a dear density after a few evaluations", () => {
    const { posterior, now, evaluations } = timed(1, () => 50);
    expect(isMomentary(posterior, 1, now)).toBe(false);
    expect(evaluations()).toBe(2);
  });
});

it("a small model has the same draws in this thread and in workers", async () => {
  const data = [2, 3, 1, 4, 2, 5].map((y) => ({ y }));
  const settings = { seed: 4, chains: 2, warmup: 50, draws: 40 };
  const here = await brm("y ~ 1", data, settings);
  const there = await brm("y ~ 1", data, { ...settings, cores: 2 });
  expect(here.draws).toEqual(there.draws);
});
