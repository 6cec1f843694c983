import { describe, expect, it } from "vitest";
import type { Posterior } from "../../src/log-density.ts";
import { stream } from "../../src/random/streams.ts";
import { runChain } from "../../src/sampler/chain.ts";
import type { ChainResult, SamplerSettings } from "../../src/sampler/chain-types.ts";
import { resolveSettings } from "../../src/sampler/settings.ts";
import { average, batchMeans } from "../helpers/mcmc-error.ts";
import {
  asPosterior,
  autoregressiveNormal,
  centredFunnel,
  exponentialRegression,
  independentNormal,
  independentStudent,
  logGamma,
  logitBeta,
} from "../helpers/toy-densities.ts";

function runChains(posterior: Posterior, given: Partial<SamplerSettings> = {}, chains = 4): ChainResult[] {
  const settings = resolveSettings({ draws: 2000, ...given });
  return Array.from({ length: chains }, (_, chain) => runChain(posterior, settings, 20, chain));
}

/** E f(x) of quantity `i` within four standard errors of its exact value. */
function expectMoment(
  results: readonly ChainResult[],
  i: number,
  f: (x: number) => number,
  exact: number,
): void {
  const values = results.map((result) => {
    const width = result.values.length / result.draws;
    return Array.from({ length: result.draws }, (_, k) => f(result.values[k * width + i]!));
  });
  const { mean, standardError } = batchMeans(values);
  expect(Math.abs(mean - exact), `quantity ${i}: ${mean} against ${exact}`).toBeLessThan(4 * standardError);
}

const identity = (x: number) => x;
const square = (x: number) => x * x;

function geometric(n: number, low: number, high: number): number[] {
  return Array.from({ length: n }, (_, i) => low * (high / low) ** (i / (n - 1)));
}

describe("NUTS has the moments of", () => {
  it.each([
    [2, "diag", 2000],
    [2, "dense", 2000],
    [20, "diag", 2000],
    [20, "dense", 2000],
    [20, "low-rank", 2000],
    [20, "auto", 2000],
    [200, "diag", 400],
    [100, "auto", 400],
  ] as const)(
    "a normal with correlation 0.9, scales from 0.03 to 30, dimension %i (%s)",
    (n, metric, draws) => {
      const sd = geometric(n, 0.03, 30);
      const results = runChains(asPosterior(autoregressiveNormal(0.9, sd)), { metric, draws });
      for (const i of n === 2 ? [0, 1] : [0, 1, n / 2, n - 1]) {
        expectMoment(results, i, (x) => x / sd[i]!, 0);
        expectMoment(results, i, (x) => (x / sd[i]!) ** 2, 1);
      }
    },
  );

  it("heavy tails: Student t with 5 degrees of freedom", () => {
    const results = runChains(asPosterior(independentStudent(5, 4)));
    for (let i = 0; i < 4; i++) {
      expectMoment(results, i, identity, 0);
      // E|x| = 2√5 Γ(3) / (√π Γ(5/2) 4) and P(|x| < 0.72669) = ½ (R: qt(0.75, 5)).
      expectMoment(results, i, Math.abs, 0.949088);
      expectMoment(results, i, (x) => (Math.abs(x) < 0.7266868 ? 1 : 0), 0.5);
    }
  });

  it("a funnel in its non-centred form", () => {
    // v = 3 z0 and x = exp(v / 2) z1, so E log|x| = E log|z1| = (ψ(½) + log 2) / 2 = −0.635181.
    const density = independentNormal(Array(10).fill(0), Array(10).fill(1));
    const posterior = asPosterior(density, ["v", "x"], (q, out) => {
      out[0] = 3 * q[0]!;
      out[1] = Math.exp(1.5 * q[0]!) * q[1]!;
    });
    const results = runChains(posterior);
    expectMoment(results, 0, identity, 0);
    expectMoment(results, 0, square, 9);
    expectMoment(results, 1, (x) => Math.log(Math.abs(x)), -0.6351814);
  });

  it("bounded quantities through their transforms", () => {
    const gamma = runChains(asPosterior(logGamma(3, 2), ["x"], (q, out) => void (out[0] = Math.exp(q[0]!))));
    expectMoment(gamma, 0, identity, 3 / 2);
    expectMoment(gamma, 0, square, 3 / 4 + 9 / 4);
    const beta = runChains(
      asPosterior(logitBeta(0.7, 4), ["x"], (q, out) => void (out[0] = 1 / (1 + Math.exp(-q[0]!)))),
    );
    expectMoment(beta, 0, identity, 0.7 / 4.7);
    expectMoment(beta, 0, square, (0.7 * 1.7) / (4.7 * 5.7));
  });
});

describe("static HMC has the moments of", () => {
  it("a normal with correlation and unequal scales", () => {
    const sd = [0.1, 1, 10];
    const results = runChains(asPosterior(autoregressiveNormal(0.5, sd)), {
      algorithm: "hmc",
      integrationTime: 2,
    });
    for (let i = 0; i < 3; i++) {
      expectMoment(results, i, (x) => x / sd[i]!, 0);
      expectMoment(results, i, (x) => (x / sd[i]!) ** 2, 1);
    }
  });

  it("a standard normal, whose orbits have the default integration time as their period", () => {
    const results = runChains(asPosterior(independentNormal([0, 0], [1, 1])), { algorithm: "hmc" });
    for (let i = 0; i < 2; i++) {
      expectMoment(results, i, (x) => x, 0);
      expectMoment(results, i, (x) => x ** 2, 1);
      const ess = batchMeans(
        results.map((result) => Array.from(result.lp, (_, k) => result.values[2 * k + i]!)),
      );
      // Draws repeated once a period would leave a standard error of order 1; 8,000 draws leave 0.011.
      expect(ess.standardError).toBeLessThan(0.05);
    }
  });
});

describe("warm-up", () => {
  it("reaches the trajectories that Stan has on 50 independent normals", () => {
    // 7 leapfrogs at the default target; adaptation settles above the target acceptance, below 0.95.
    const results = runChains(asPosterior(independentNormal(Array(50).fill(0), Array(50).fill(1))));
    for (const { nLeapfrog, acceptStat, divergent } of results) {
      expect(average([...nLeapfrog])).toBeLessThan(8);
      expect(average([...acceptStat])).toBeGreaterThan(0.78);
      expect(average([...acceptStat])).toBeLessThan(0.95);
      expect(divergent.every((d) => d === 0)).toBe(true);
    }
  });

  it("learns scales over four orders of magnitude without paying for them", () => {
    const sd = geometric(30, 0.01, 100);
    const results = runChains(asPosterior(independentNormal(Array(30).fill(0), sd)), { draws: 200 });
    for (const { adaptation } of results) {
      // The last window has 500 draws: even with an ESS of 60 a variance has a relative error of √(2/60) = 0.18,
      // and the worst of 120 is within three and a half of it.
      for (let i = 0; i < sd.length; i++) {
        expect(Math.abs(Math.log(adaptation.inverseMetric[i]! / sd[i]! ** 2))).toBeLessThan(0.6);
      }
      // Unit scales take about 8 evaluations per transition; full trees (1023) throughout the first stages would
      // alone take 70 000.
      expect(adaptation.warmupLeapfrogs).toBeLessThan(25_000);
    }
  });

  it("takes smaller steps for a higher target", () => {
    const posterior = asPosterior(autoregressiveNormal(0.5, Array(10).fill(1)));
    const [loose, strict] = [0.6, 0.99].map((adaptDelta) => runChains(posterior, { adaptDelta, draws: 500 }));
    const meanStep = (results: ChainResult[]) => average(results.map((r) => r.adaptation.stepSize));
    expect(meanStep(strict!)).toBeLessThan(0.6 * meanStep(loose!));
  });

  it("does not strand chains on the cliffs of a log link", () => {
    const rng = stream(8, 0, "test");
    const x = Array.from({ length: 60 }, () => [1, 60 * rng.normal(), 60 * rng.normal()]);
    const y = x.map(() => -Math.log(rng.uniform()));
    const results = runChains(asPosterior(exponentialRegression(x, y)), { warmup: 300, draws: 500 });
    const means = results.map((r) => average([...r.lp]));
    // log p varies by √(3/2) between draws: chains that agree have means within a fraction of that.
    expect(Math.max(...means) - Math.min(...means)).toBeLessThan(1);
    // The true coefficients are 0 with a posterior sd of 1 / (60 √60) = 0.002.
    for (const { values, draws } of results) {
      for (let k = 0; k < draws; k++) expect(Math.abs(values[3 * k + 1]!)).toBeLessThan(0.02);
    }
  });

  it("survives a centred funnel, and shows that it is not to be trusted", () => {
    const results = runChains(asPosterior(centredFunnel(9)), { draws: 1000 });
    for (const { draws, values } of results) {
      expect(draws).toBe(1000);
      expect(values.every(Number.isFinite)).toBe(true);
    }
    expect(results.some(({ divergent }) => divergent.some((d) => d === 1))).toBe(true);
  });
});
