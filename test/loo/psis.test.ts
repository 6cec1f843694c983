/** Leave-one-out numerics against the R package loo on fixed draws (test/fixtures/loo/make.R), and their invariances. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { looCompare } from "../../src/loo/compare.ts";
import { weightedMean, weightedQuantile, weightedSd } from "../../src/loo/expectation.ts";
import { LooWeights } from "../../src/loo/importance.ts";
import { psisLoo } from "../../src/loo/loo.ts";
import {
  bayesianBootstrap,
  pseudoBmaPlusWeights,
  pseudoBmaWeights,
  stackingWeights,
} from "../../src/loo/model-weights.ts";
import { logSumExp, observationDraws } from "../../src/loo/pointwise.ts";
import { smoothTail } from "../../src/loo/psis.ts";
import { waicOf } from "../../src/loo/waic.ts";
import { stream } from "../../src/random/streams.ts";

const r = JSON.parse(readFileSync("test/fixtures/loo/psis.json", "utf8"));
const base = { chains: r.chains, draws: r.draws, observations: r.observations };
const logLik = { ...base, values: Float64Array.from(r.logLik as number[]) };
const shifted = (shift: readonly number[]) => ({
  ...base,
  values: logLik.values.map((value, at) => Number((value + shift[at % r.observations]!).toFixed(6))),
});
const loo = psisLoo(logLik);

function near(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-8): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++) {
    expect(Math.abs(actual[i]! - expected[i]!), `entry ${i}`).toBeLessThan(
      tolerance * Math.max(1, Math.abs(expected[i]!)),
    );
  }
}

describe("PSIS-LOO as in R", () => {
  it("relative efficiencies, k, elpd, p and effective sample sizes", () => {
    const weights = new LooWeights(logLik);
    const draws = new Float64Array(r.chains * r.draws);
    near(
      Array.from({ length: r.observations }, (_, i) => {
        observationDraws(logLik, i, draws);
        return weights.relativeEfficiency(i, draws);
      }),
      r.rEff,
    );
    near(loo.pointwise.k, r.k);
    near(loo.pointwise.elpd, r.elpd);
    near(loo.pointwise.p, r.p);
    near(loo.pointwise.nEff, r.nEff);
    near([loo.elpd, loo.se, loo.pLoo, loo.sePLoo, loo.looic, loo.seLooic], r.estimates.flat());
    expect(loo.bad).toEqual((r.k as number[]).flatMap((k, i) => (k > 1 - 1 / Math.log10(600) ? [i] : [])));
  });

  it("smoothed weights", () => {
    const weights = new LooWeights(logLik);
    near(weights.of(10).logWeights, r.logWeights11);
    near(weights.of(15).logWeights, r.logWeights16);
  });

  it("expectations", () => {
    const weights = new LooWeights(logLik).of(10).logWeights.map(Math.exp);
    const draws = new Float64Array(r.chains * r.draws);
    observationDraws(logLik, 2, draws);
    const x = draws.map((value) => value * value);
    near([weightedMean(x, weights)], [r.mean]);
    near(
      [0.05, 0.5, 0.9].map((p) => weightedQuantile(x, weights, p)),
      r.quantile,
    );
    // loo's own variance is weighted with n / (n − 1) and r_eff; the frequency form is checked by its definition.
    const mean = weightedMean(x, weights);
    const squares = weights.reduce((sum, w) => sum + w * w, 0);
    const variance = x.reduce((sum, value, s) => sum + weights[s]! * (value - mean) ** 2, 0) / (1 - squares);
    near([weightedSd(x, weights) ** 2], [variance]);
  });

  it("WAIC", () => {
    const waic = waicOf(logLik);
    near([waic.elpd, waic.se, waic.pWaic, waic.sePWaic, waic.waic, waic.seWaic], r.waic.flat());
    near(waic.pointwise.elpd, r.waicPointwise);
  });

  it("comparison and weights", () => {
    const models = [logLik, ...r.shifts.map((shift: number[]) => shifted(shift))].map(psisLoo);
    const rows = looCompare(models.map((own, k) => ({ name: `model${k + 1}`, loo: own })));
    expect(rows.map(({ name }) => name)).toEqual(r.compareNames);
    near(
      rows.map(({ elpdDifference }) => elpdDifference),
      r.compare.map((row: number[]) => row[0]),
      1e-7,
    );
    near(
      rows.map(({ seDifference }) => seDifference),
      r.compare.map((row: number[]) => row[1]),
      1e-7,
    );
    const elpd = models.map(({ pointwise }) => pointwise.elpd);
    near(pseudoBmaWeights(elpd), r.pseudobma, 1e-7);
    // R's barrier method stops about 1e-6 short of the optimum.
    near(stackingWeights(elpd), r.stacking, 2e-5);
  });
});

describe("properties", () => {
  it("stacking weights satisfy the conditions of the optimum", () => {
    const rng = stream(8, 0, "stacking");
    const elpd = Array.from({ length: 4 }, () => Float64Array.from({ length: 60 }, () => rng.normal()));
    const w = stackingWeights(elpd);
    expect(w.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    for (let m = 0; m < 4; m++) {
      let slope = 0;
      for (let i = 0; i < 60; i++) {
        const mixture = elpd.reduce((sum, own, k) => sum + w[k]! * Math.exp(own[i]!), 0);
        slope += Math.exp(elpd[m]![i]!) / mixture / 60;
      }
      // Kuhn and Tucker: 1 where the weight is positive, at most 1 where it is 0.
      if (w[m]! > 1e-6) expect(Math.abs(slope - 1)).toBeLessThan(1e-6);
      else expect(slope).toBeLessThan(1 + 1e-6);
    }
  });

  it("adding a constant to an observation's log-likelihood shifts its elpd alone", () => {
    const values = logLik.values.map((value, at) => value + (at % r.observations === 4 ? 3 : 0));
    const moved = psisLoo({ ...base, values });
    expect(moved.pointwise.elpd[4]! - loo.pointwise.elpd[4]!).toBeCloseTo(3, 9);
    expect(moved.pointwise.k[4]).toBeCloseTo(loo.pointwise.k[4]!, 9);
    expect(moved.pointwise.elpd[5]).toBe(loo.pointwise.elpd[5]);
  });

  it("normalised weights sum to 1; a constant likelihood gives equal ones", () => {
    for (const i of [0, 7, 15]) expect(logSumExp(new LooWeights(logLik).of(i).logWeights)).toBeCloseTo(0, 12);
    const flat = new LooWeights({ ...base, values: logLik.values.map(() => -2) }).of(0);
    expect(flat.logWeights.every((w) => Math.abs(w + Math.log(600)) < 1e-12)).toBe(true);
    expect(flat.k).toBe(Number.POSITIVE_INFINITY);
  });

  it("k grows with the tail: exponential ratios 0, Pareto ratios with shape k", () => {
    const rng = stream(3, 0, "tails");
    const k = (shape: number): number =>
      smoothTail(
        Float64Array.from({ length: 20000 }, () => {
          const u = rng.uniform();
          return shape === 0 ? Math.log(-Math.log(u)) : -shape * Math.log(u);
        }),
        1,
      );
    // The fit to 425 tail values has a standard error of about (1 + k) / √425, here at most 0.1; the prior pulls by less.
    for (const shape of [0.3, 0.7, 1]) expect(Math.abs(k(shape) - shape)).toBeLessThan(0.3);
    expect(Math.abs(k(0))).toBeLessThan(0.25);
  });

  it("pseudo-BMA+ lies between equal weights and pseudo-BMA, and the bootstrap shares sum to 1", () => {
    const elpd = [logLik, shifted(r.shifts[0])].map((own) => psisLoo(own).pointwise.elpd);
    const plus = pseudoBmaPlusWeights(elpd, stream(1, 0, "bb"));
    const plain = pseudoBmaWeights(elpd);
    expect(plus[0]! + plus[1]!).toBeCloseTo(1, 10);
    expect(Math.abs(plus[0]! - 0.5)).toBeLessThan(Math.abs(plain[0]! - 0.5) + 0.05);
    expect(bayesianBootstrap(9, stream(1, 0, "b")).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  });

  it("refuses models of different data", () => {
    const short = psisLoo({ chains: 4, draws: 150, observations: 8, values: logLik.values.slice(0, 4800) });
    expect(() =>
      looCompare([
        { name: "a", loo },
        { name: "b", loo: short },
      ]),
    ).toThrow(/a has 16 observations, b has 8/);
    expect(() =>
      looCompare([
        { name: "a", loo, responseKey: "1" },
        { name: "b", loo, responseKey: "2" },
      ]),
    ).toThrow(/different responses/);
    expect(() => looCompare([{ name: "a", loo }])).toThrow(/at least two/);
    expect(() => stackingWeights([loo.pointwise.elpd, short.pointwise.elpd])).toThrow(/same observations/);
  });
});
