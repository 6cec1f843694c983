/** Plots of draws: what they show, by their definitions; they render for any names and stay small for any size. */
import { brm, plotFit, plotNames, plots } from "nutmix";
import { beforeAll, describe, expect, it } from "vitest";
import { autocorrelations } from "../../src/plots/autocorrelation.ts";
import { densityGrid } from "../../src/plots/density-grid.ts";
import { rankCounts } from "../../src/plots/rank-overlay.ts";
import { stream } from "../../src/random/streams.ts";
import { fakeDraws } from "../helpers/fake-draws.ts";

const hostile = [
  "b_a.b[c]",
  "b_<script>alert(1)</script>",
  'b_datum["x"]',
  "b___proto__",
  "sd_√ü€ 漢__Intercept",
  "cor_a__b__c",
];
const ofDraws = {
  trace: plots.trace,
  rankOverlay: plots.rankOverlay,
  density: plots.density,
  densityByChain: plots.densityByChain,
  intervals: plots.intervals,
  ridgeline: plots.ridgeline,
  pairs: plots.pairs,
  autocorrelation: plots.autocorrelation,
  energy: plots.energy,
} as const;

describe.each(Object.entries(ofDraws))("%s", (_name, plot) => {
  it("renders with hostile names, constants and infinite draws", async () => {
    const draws = fakeDraws([...hostile, "sigma"], 3, 40);
    for (let at = 6; at < draws.values.length; at += 7) draws.values[at] = 1;
    draws.values[1] = Number.POSITIVE_INFINITY;
    const { spec } = plot({ draws });
    for (const field of JSON.stringify(spec).match(/"field":"([^"]*)"/g) ?? [])
      expect(field).toMatch(/^"field":"\w+"$/);
    const svg = await plots.renderSvg(spec);
    expect(svg).toMatch(/^<svg/);
    expect(svg).not.toContain("<script");
  });

  it("stays below 2 MB", () => {
    const names = Array.from({ length: 60 }, (_, k) => `b_predictor_number_${k}`);
    expect(JSON.stringify(plot({ draws: fakeDraws(names, 4, 5000) }).spec).length).toBeLessThan(2e6);
  });
});

it("default parameters leave group-level effects out, and say when there are more", () => {
  const names = Array.from({ length: 20 }, (_, k) => (k < 5 ? `r_g[${k},Intercept]` : `b_x${k}`));
  const { spec, data } = plots.trace({ draws: fakeDraws(names, 2, 10) });
  expect(JSON.stringify(spec)).toContain("the first 12 of 15 parameters");
  expect(data.some(({ panel }) => String(panel).startsWith("r_"))).toBe(false);
  expect(() => plots.trace({ draws: fakeDraws(names, 2, 10) }, { parameters: "b_x99" })).toThrow(
    /no parameter "b_x99"/,
  );
});

describe("numbers", () => {
  it("densities integrate to 1, on either side of a bound", () => {
    const rng = stream(2, 0, "kde");
    for (const options of [{}, { lower: 0 }]) {
      const values = Float64Array.from({ length: 2000 }, () =>
        "lower" in options ? -Math.log(rng.uniform()) : rng.normal(),
      );
      const { x, density } = densityGrid(values, { ...options, points: 400 });
      const area = density.reduce(
        (sum, d, i) => sum + (i === 0 ? 0 : ((d + density[i - 1]!) / 2) * (x[i]! - x[i - 1]!)),
        0,
      );
      // The grid ends 2.5 bandwidths beyond the data.
      expect(Math.abs(area - 1)).toBeLessThan(0.01);
    }
  });

  it("rank counts of each bin add up to the same number", () => {
    const { values } = fakeDraws(["x"], 4, 100);
    const counts = rankCounts(values, 4, 100);
    for (let bin = 0; bin < 20; bin++) expect(counts.reduce((sum, own) => sum + own[bin]!, 0)).toBe(20);
    for (const own of counts) expect(own.reduce((a, b) => a + b, 0)).toBe(100);
  });

  it("autocorrelations by their definition", () => {
    const rho = autocorrelations(Float64Array.of(1, 2, 3, 4));
    // Deviations −1.5, −0.5, 0.5, 1.5: 5 at lag 0, 1.25 at lag 1, −1.5 at lag 2.
    expect(Array.from(rho)).toEqual([1, 0.25, -0.3, -0.45]);
  });
});

describe("of a fit, by name", () => {
  const rng = stream(3, 0, "fit");
  const data = Array.from({ length: 60 }, (_, i) => ({
    y: rng.normal() + (i % 6),
    x: rng.normal(),
    g: `g${i % 6}`,
  }));
  let fit: Awaited<ReturnType<typeof brm>>;
  beforeAll(async () => {
    fit = await brm("y ~ x + (1 | g)", data, {
      warmup: 200,
      draws: 100,
      chains: 2,
      priors: ["normal(0, 5), class=b"],
    });
  });
  const fitting = plotNames().filter(
    (name) => !["bars", "rootogram", "error_binned", "km_overlay", "conditional_smooths"].includes(name),
  );

  it("conditional_smooths", async () => {
    const smooth = await brm("y ~ s(x, k = 5)", data, { warmup: 200, draws: 100, chains: 1 });
    const { spec, data: rows } = plotFit(smooth, "conditional_smooths");
    expect(rows.length).toBeGreaterThan(0);
    expect(await plots.renderSvg(spec)).toMatch(/^<svg/);
    expect(() => plotFit(fit, "conditional_smooths")).toThrow(/no smooths/);
  });

  it.each(fitting)("%s", async (name) => {
    const { spec, data: rows } = plotFit(fit, name);
    expect(rows.length).toBeGreaterThan(0);
    expect(await plots.renderSvg(spec)).toMatch(/^<svg/);
  });

  it("refuses others with the nearest name", () => {
    expect(() => plotFit(fit, "tracee")).toThrow(/did you mean "trace"/);
    expect(() => plotFit(fit, "group_effects", { group: "h" })).toThrow(
      /no grouping factor "h"; there are g/,
    );
  });
});
