/** Simulation-based calibration, in short: `npm run conformance` runs it for every family and path. */
import { plots, prior, sbc } from "nutmix";
import { describe, expect, it } from "vitest";

const design = Array.from({ length: 30 }, (_, i) => ({
  y: (i % 7) - 3,
  n: i % 4,
  x: (i % 5) / 2 - 1,
  g: `g${i % 6}`,
}));
const priors = [
  prior("normal(0, 1)"),
  prior("normal(0, 1)", { class: "Intercept" }),
  prior("normal(0, 1)", { class: "sd" }),
];
const short = { replicates: 30, draws: 29, thin: 3, warmup: 120 } as const;

describe("sbc", () => {
  it.each(["collapsed", "explicit"] as const)(
    "finds a Gaussian mixed model calibrated, %s",
    async (strategy) => {
      const own = [...priors, prior("normal(0, 1)", { class: "sigma" })];
      const result = await sbc("y ~ x + (1 | g)", own, design, { ...short, strategy });
      expect(result.strategy).toBe(strategy);
      expect(result.failed).toBe(0);
      expect(result.parameters.map(({ name }) => name)).toEqual([
        "b_Intercept",
        "b_x",
        "sd_g__Intercept",
        "sigma",
      ]);
      for (const { ranks, pChiSquare, pEcdf } of result.parameters) {
        expect(ranks.length).toBe(30);
        expect(Math.max(...ranks)).toBeLessThanOrEqual(29);
        // Eight p-values over both paths: one below 0.0005 by chance in 250 seeds, and the seed is fixed.
        expect(Math.min(pChiSquare, pEcdf)).toBeGreaterThan(0.0005);
      }
      expect(await plots.renderSvg(plots.sbcRanks(result).spec)).toContain("b_x");
    },
  );

  it("of counts; the same seed gives the same ranks", async () => {
    const options = { ...short, replicates: 20, family: "poisson" };
    const first = await sbc("n ~ x", priors.slice(0, 2), design, options);
    expect(await sbc("n ~ x", priors.slice(0, 2), design, options)).toEqual(first);
    expect(first.failed).toBe(0);
  });

  it("refuses flat priors, and stops when asked", async () => {
    await expect(sbc("y ~ x", priors.slice(1, 2), design)).rejects.toThrow(/flat|proper/);
    const controller = new AbortController();
    const run = sbc("n ~ x", priors.slice(0, 2), design, {
      ...short,
      family: "poisson",
      signal: controller.signal,
      onProgress: (done) => done === 2 && controller.abort(),
    });
    await expect(run).rejects.toThrow(/abort/i);
  });
});
