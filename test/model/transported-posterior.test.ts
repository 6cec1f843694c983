/**
 * The same posterior in transported as in own coordinates where the likelihood is far from normal: groups of zeros alone, separated
 * binary data, few levels, a standard deviation near zero.
 */
import { brm, buildModel, compileModel, summarise } from "nutmix";
import { describe, expect, it } from "vitest";
import { stream } from "../../src/random/streams.ts";
import { runChain } from "../../src/sampler/chain.ts";
import { resolveSettings } from "../../src/sampler/settings.ts";

const rng = stream(21, 0, "data");
const rows = Array.from({ length: 36 }, (_, i) => {
  const x = rng.normal();
  return {
    // Groups 0 and 1 have no counts.
    n: i % 6 < 2 ? 0 : rng.integer(4),
    // x separates in two of three groups.
    z: i % 3 < 2 ? Number(x > 0) : rng.integer(2),
    // Nothing varies between groups.
    c: 1 + rng.integer(3),
    x,
    g: `g${i % 6}`,
    three: `t${i % 3}`,
    two: `u${i % 2}`,
    h: `h${rng.integer(9)}`,
  };
});

const models: readonly (readonly [string, object])[] = [
  ["n ~ x + (1 | g)", { family: "poisson" }],
  ["z ~ x + (x | three)", { family: "bernoulli", priors: ["normal(0, 3), class=b"] }],
  ["c ~ x + (1 | two) + (1 | h)", { family: "cumulative" }],
];

describe.each(models)("%s %o", (formula, options) => {
  it("has the posterior that it has in its own coordinates", { timeout: 60_000 }, async () => {
    const summaries = await Promise.all(
      (["own", "transported"] as const).map(async (coordinates) => {
        const fit = await brm(formula, rows, {
          ...options,
          coordinates,
          chains: 2,
          draws: 1000,
          warmup: 500,
          adaptDelta: coordinates === "own" ? 0.97 : 0.8,
          seed: 3,
          createWorker: "none",
        });
        return summarise(fit.draws);
      }),
    );
    const [own, transported] = summaries as [(typeof summaries)[0], (typeof summaries)[0]];
    own.forEach((a, k) => {
      const b = transported[k]!;
      if (!(a.sd > 0)) return;
      // Errors of the means from the effective draws; a factor for tails that own coordinates reach seldom.
      const error = Math.sqrt(a.sd ** 2 / a.essBulk + b.sd ** 2 / b.essBulk);
      expect(Math.abs(a.median - b.median), `${a.name}: ${a.median} and ${b.median}`).toBeLessThan(6 * error);
      expect(Math.abs(Math.log(a.mad / b.mad)), `${a.name}: ${a.mad} and ${b.mad}`).toBeLessThan(0.25);
    });
  });
});

it("a chain that goes on keeps its reference: the draws are those of a longer run", () => {
  const [formula, options] = models[0]!;
  const posterior = () => compileModel(buildModel(formula, rows, { ...options, coordinates: "transported" }));
  const settings = (draws: number) => resolveSettings({ warmup: 120, draws });
  const whole = runChain(posterior(), settings(25), 4, 0);
  const first = runChain(posterior(), settings(15), 4, 0);
  const { stepSize, inverseMetric } = first.adaptation;
  const checkpoint = structuredClone(first.checkpoint!);
  expect(checkpoint.coordinates![0]!.reference).toHaveLength(checkpoint.position.length);
  const from = { checkpoint, draws: 15, stepSize, inverseMetric };
  const second = runChain(posterior(), settings(25), 4, 0, {}, from);
  expect([...second.values]).toEqual([...whole.values.slice(first.values.length)]);
  expect([...second.lp]).toEqual([...whole.lp.slice(15)]);
});

describe("which models", () => {
  const decided = (formula: string, options: object) => {
    const { coordinates, coordinatesReason } = buildModel(formula, rows, options);
    return [coordinates, coordinatesReason];
  };
  it("those with latent effects that are sampled, unless that is too dear or not wanted; the reason is said", () => {
    expect(decided("n ~ x + (1 | g)", { family: "poisson" })).toEqual(["transported", undefined]);
    expect(decided("x ~ n + (1 | g)", {})).toEqual(["own", "its effects are integrated out"]);
    expect(decided("n ~ x", { family: "poisson" })[1]).toMatch(/no group-level effects/);
    expect(decided("n ~ x + (1 | g)", { family: "poisson", coordinates: "own" })[1]).toMatch(/asked for/);
    const crossed = Array.from({ length: 1500 }, (_, i) => ({
      n: i % 3,
      a: `a${i % 400}`,
      b: `b${rng.integer(390)}`,
    }));
    const { coordinates, coordinatesReason } = buildModel("n ~ (1 | a) + (1 | b)", crossed, {
      family: "poisson",
    });
    expect(coordinates).toBe("own");
    expect(coordinatesReason).toMatch(/fill in.*times as much/);
  });
  it("what cannot be had is refused with the reason", () => {
    const transported = { coordinates: "transported" as const };
    expect(() => buildModel("x ~ n + (1 | g)", rows, transported)).toThrow(/integrated out/);
    expect(() => buildModel("n ~ x", rows, { family: "poisson", ...transported })).toThrow(/no group-level/);
  });
});
