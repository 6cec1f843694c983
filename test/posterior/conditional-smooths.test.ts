/** Smooths by themselves. */
import { bf, brm, conditionalEffects, conditionalSmooths, linpred, plotFit, plots } from "nutmix";
import { describe, expect, it } from "vitest";

const data = Array.from({ length: 90 }, (_, i) => {
  const x = (i % 30) / 29;
  const f = "abc"[i % 3]!;
  const z = ((i * 7) % 90) / 89;
  return { x, z, f, w: i % 5, y: Math.sin(6 * x) + (f === "b" ? 1 : 0) + 0.1 * Math.cos(13 * i) };
});
const run = { chains: 1, warmup: 100, draws: 60, seed: 3 };

describe("conditionalSmooths", async () => {
  const fit = await brm("y ~ f + s(x, k = 5) + s(z, by = f, k = 4)", data, run);

  it("is what the term adds: with intercept and the other terms held, the linear predictor", () => {
    const [smooth] = conditionalSmooths(fit, { smooths: "s(x, k = 5)", resolution: 3 });
    const at = [0, 0.5, 1].map((x) => ({ x, z: 0.4, f: "a" }));
    const eta = linpred(fit, at).matrix();
    // Differences along x are the smooth's alone, draw by draw; medians of differences from the first point.
    const between = Array.from({ length: fit.draws.draws }, (_, s) => eta[3 * s + 2]! - eta[3 * s]!);
    const mean = between.reduce((a, b) => a + b, 0) / between.length;
    expect(smooth!.rows[2]!.estimate - smooth!.rows[0]!.estimate).toBeCloseTo(mean, 1);
    expect(smooth!.variables).toEqual(["x"]);
    expect(smooth!.rows.every(({ lower, upper, estimate }) => lower <= estimate && estimate <= upper)).toBe(
      true,
    );
  });

  it("has a curve per level of by, each centred over the data", () => {
    const [smooth] = conditionalSmooths(fit, { smooths: "s(z, by = f, k = 4)", resolution: 5 });
    expect(smooth!.by).toBe("f");
    expect(smooth!.rows.map(({ by }) => by)).toEqual([..."aaaaabbbbbccccc"]);
  });

  it("names the smooths that there are", () => {
    expect(() => conditionalSmooths(fit, { smooths: "s(x)" })).toThrow(
      /no smooth of the model; there are s\(x, k = 5\), s\(z, by = f, k = 4\)/,
    );
  });

  it("is drawn, and conditionalEffects knows the variables of smooths", async () => {
    expect(
      await plots.renderSvg(plotFit(fit, "conditional_smooths", { effect: "s(z, by = f, k = 4)" }).spec),
    ).toContain("<svg");
    expect(conditionalEffects(fit).map(({ variables }) => variables.join(":"))).toEqual([
      "f",
      "x",
      "z",
      "z:f",
    ]);
  });
});

it("a surface of two covariates, and smooths of other parameters", async () => {
  const fit = await brm(bf("y ~ t2(x, z, k = 3)", "sigma ~ s(x, k = 4)"), data, run);
  const [surface, sigma] = conditionalSmooths(fit, { resolution: 4 });
  expect(surface!.variables).toEqual(["x", "z"]);
  expect(surface!.rows.length).toBe(16);
  expect(sigma!.dpar).toBe("sigma");
  expect(plots.conditionalSmooth(surface!).data.length).toBe(16);
});
