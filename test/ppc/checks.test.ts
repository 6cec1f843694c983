/** Every predictive check: its numbers by hand, its picture, its limits, its errors. */
import { brm, checks, plots, ppCheck } from "nutmix";
import { describe, expect, it } from "vitest";
import { runCheck } from "../../src/ppc/index.ts";
import { pitValues, uniformBand } from "../../src/ppc/pit-checks.ts";
import type { Predictive } from "../../src/ppc/predictive.ts";
import { kaplanMeier } from "../../src/ppc/survival-check.ts";
import { stream } from "../../src/random/streams.ts";

const rng = () => stream(5, 0, "checks");
const hostile = ["a.b[c]", "<script>alert(1)</script>", 'datum["x"]', "__proto__", 'it\'s "quoted"'];

/** y and yrep of a kind, with everything that a check may need. */
function made(kind: Predictive["kind"], name: string, rows = 60, draws = 80): Predictive {
  const own = rng();
  const value = (): number =>
    kind === "continuous"
      ? own.normal()
      : kind === "count"
        ? own.integer(7)
        : kind === "binary"
          ? own.integer(2)
          : 1 + own.integer(3);
  return {
    response: name,
    kind,
    rows,
    draws,
    y: Float64Array.from({ length: rows }, value),
    yrep: Float64Array.from({ length: rows * draws }, value),
    epred: Float64Array.from({ length: rows * draws }, () => own.uniform()),
    ...(kind === "category" && { categories: [`${name} 1`, `${name} 2`, `${name} 3`] }),
    group: { name, labels: hostile, index: Int32Array.from({ length: rows }, (_, i) => i % hostile.length) },
    x: { name, values: Float64Array.from({ length: rows }, () => own.uniform()) },
    looLogWeights: (_i, out) => out.fill(-Math.log(draws)),
    status: Int8Array.from({ length: rows }, (_, i) => (i % 4 === 0 ? 1 : 0)),
  };
}

const names = Object.keys(checks);
const kindOf = (name: string): Predictive["kind"] =>
  (checks[name as keyof typeof checks] as { kinds?: readonly Predictive["kind"][] }).kinds?.[0] ??
  "continuous";

describe.each(names.flatMap((name) => [name, `${name}_grouped`]))("%s", (name) => {
  it("draws, with hostile names as text alone", async () => {
    for (const text of hostile.slice(0, 3)) {
      const { spec, data } = runCheck(name, made(kindOf(name.replace("_grouped", "")), text), {}, rng());
      expect(data.length).toBeGreaterThan(0);
      for (const field of JSON.stringify(spec).match(/"field":"([^"]*)"/g) ?? [])
        expect(field).toMatch(/^"field":"\w+"$/);
      const svg = await plots.renderSvg(spec);
      expect(svg).toMatch(/^<svg/);
      expect(svg).not.toContain("<script");
    }
  });
});

it.each(names)("%s stays below 2 MB for 20,000 rows", (name) => {
  const { spec } = runCheck(name, made(kindOf(name), "y", 20_000, 60), {}, rng());
  expect(JSON.stringify(spec).length).toBeLessThan(2e6);
});

describe("numbers", () => {
  const tiny: Predictive = {
    response: "y",
    kind: "count",
    rows: 3,
    draws: 4,
    y: Float64Array.of(0, 2, 1),
    yrep: Float64Array.of(0, 0, 3, 1, 1, 1, 2, 2, 2, 0, 0, 0),
  };

  it("p-values count replicates at or above the observed statistic", () => {
    // Means 1, 1, 2, 0 against 1.
    expect(runCheck("stat", tiny, { stat: "mean" }, rng()).numbers).toMatchObject({
      observed: 1,
      pValue: 0.75,
    });
    expect(runCheck("stat", tiny, { stat: "prop_zero" }, rng()).numbers).toMatchObject({
      observed: 1 / 3,
      pValue: 0.5,
    });
    const largest = (y: Float64Array) => Math.max(...y);
    expect(runCheck("stat", tiny, { stat: largest }, rng()).numbers).toMatchObject({
      statistic: "largest",
      observed: 2,
      pValue: 0.5,
    });
  });

  it("frequencies and rootogram", () => {
    const { frequencies } = runCheck("bars", tiny, {}, rng()).numbers as {
      frequencies: { value: number; observed: number; median: number }[];
    };
    expect(frequencies.map(({ value, observed }) => [value, observed])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
      [3, 0],
    ]);
    // Zeros per replicate: 2, 0, 0, 3.
    expect(frequencies[0]!.median).toBe(1);
    const hanging = runCheck("rootogram", tiny, {}, rng()).data[0] as { expected: number; bottom: number };
    expect(hanging.expected).toBeCloseTo(Math.sqrt(5 / 4), 4);
    expect(hanging.bottom).toBeCloseTo(Math.sqrt(5 / 4) - 1, 4);
  });

  it("probability integral transforms split ties at random", () => {
    const pit = pitValues({ ...tiny, y: Float64Array.of(5, -1, 2) }, rng());
    expect(pit[0]).toBe(1);
    expect(pit[1]).toBe(0);
    // Third column of the replicates: 3, 1, 2, 0.
    expect(pit[2]).toBeGreaterThan(0.5);
    expect(pit[2]).toBeLessThan(0.75);
  });

  it("the band for uniform values holds 95 % of uniform samples as a whole", () => {
    const own = stream(9, 0, "band");
    const { low, high } = uniformBand(200, own);
    let inside = 0;
    for (let r = 0; r < 400; r++) {
      const u = Float64Array.from({ length: 200 }, () => own.uniform()).sort();
      let good = true;
      let k = 0;
      for (let g = 0; g < 99; g++) {
        while (k < 200 && u[k]! <= (g + 1) / 100) k++;
        const d = k / 200 - (g + 1) / 100;
        if (d < low[g]! || d > high[g]!) good = false;
      }
      if (good) inside++;
    }
    // Binomial error of 400 samples 0.011, of the 500 behind the band another 0.01.
    expect(Math.abs(inside / 400 - 0.95)).toBeLessThan(0.05);
  });

  it("Kaplan and Meier's estimate, by hand", () => {
    const time = Float64Array.of(5, 8, 8, 12, 15, 15, 20, 22, 30);
    const event = [true, true, false, true, true, true, false, true, false];
    const { time: at, survival } = kaplanMeier(time, (i) => event[i]!);
    expect(at).toEqual([0, 5, 8, 12, 15, 22]);
    const expected = [
      1,
      8 / 9,
      (8 / 9) * (7 / 8),
      (7 / 9) * (5 / 6),
      (7 / 9) * (5 / 6) * (3 / 5),
      (7 / 9) * (5 / 6) * (3 / 5) * 0.5,
    ];
    survival.forEach((value, k) => expect(value).toBeCloseTo(expected[k]!, 12));
  });

  it("interval coverage of a calibrated model is near its share", () => {
    const p = made("continuous", "y", 2000, 200);
    const { coverage } = runCheck("intervals", p, {}, rng()).numbers as {
      coverage: { inner: number; outer: number };
    };
    // Binomial errors 0.011 and 0.007.
    expect(Math.abs(coverage.inner - 0.5)).toBeLessThan(0.05);
    expect(Math.abs(coverage.outer - 0.9)).toBeLessThan(0.035);
  });
});

describe("errors", () => {
  it("name what there is, what is missing and what fits", () => {
    const p = made("continuous", "y");
    const { group: _g, looLogWeights: _l, status: _s, ...bare } = p;
    expect(() => runCheck("dens_overly", p, {}, rng())).toThrow(/did you mean "dens_overlay"/);
    expect(() => runCheck("stat_grouped", bare, {}, rng())).toThrow(/needs a grouping column/);
    expect(() => runCheck("loo_pit_qq", bare, {}, rng())).toThrow(/leave-one-out weights/);
    expect(() => runCheck("km_overlay", bare, {}, rng())).toThrow(/censored response/);
    expect(() => runCheck("rootogram", p, {}, rng())).toThrow(
      /not for a continuous response; for y there are dens_overlay/,
    );
    expect(() => runCheck("stat", p, { stat: "median_" }, rng())).toThrow(/did you mean "median"/);
    expect(() => runCheck("stat_2d", { ...p, y: null }, {}, rng())).toThrow(/observed responses/);
  });
});

describe("ppCheck", () => {
  it("of the posterior and of the prior", async () => {
    const own = rng();
    const data = Array.from({ length: 50 }, (_, i) => ({
      y: own.integer(5),
      x: own.normal(),
      g: "ab"[i % 2]!,
    }));
    const fit = await brm("y ~ x + g", data, {
      family: "poisson",
      warmup: 200,
      draws: 100,
      priors: ["normal(0, 1), class=b"],
    });
    const grouped = ppCheck(fit, "stat_grouped", { group: "g", stat: "mean" }).numbers as Record<
      string,
      { pValue: number }
    >;
    for (const level of ["a", "b"]) expect(grouped[level]!.pValue).toBeGreaterThan(0.05);
    expect(ppCheck(fit, "intervals", { x: "x" }).data[0]).toHaveProperty("low");
    expect(() => ppCheck(fit, "intervals", { x: "g" })).toThrow(/not a column of numbers/);
    expect(() => ppCheck(fit, "bars_grouped", { group: "h" })).toThrow(/uses no column "h"/);
    const prior = await brm("y ~ x + g", data, {
      family: "poisson",
      warmup: 200,
      draws: 100,
      samplePrior: true,
      priors: ["normal(0, 1), class=b"],
    });
    const spread = (of: typeof fit) => {
      const replicated = Float64Array.from(
        (ppCheck(of, "stat", { stat: "mean" }).numbers as { replicated: number[] }).replicated,
      ).sort();
      return (
        replicated[Math.floor(0.9 * replicated.length)]! - replicated[Math.floor(0.1 * replicated.length)]!
      );
    };
    expect(spread(prior)).toBeGreaterThan(3 * spread(fit));
  });
});
