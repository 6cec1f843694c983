/** gp(): scaling, points, Hilbert-space basis and default priors against brms 2.18's make_standata() and get_prior(). */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { stream } from "../../../src/random/streams.ts";
import { drawAtNewPoints } from "../../../src/terms/gp/conditional.ts";
import { type CovarianceName, covariances } from "../../../src/terms/gp/covariances.ts";
import { hilbertFrequencies, hilbertMatrix } from "../../../src/terms/gp/hilbert.ts";
import { type GpBy, type GpCall, gpRows, learnGp, squaredDistances } from "../../../src/terms/gp/learn.ts";
import { lengthScalePrior } from "../../../src/terms/gp/length-scale-prior.ts";

interface Reference {
  readonly data: { x: number[]; z: number[]; f: string[]; w: number[] };
  readonly cases: Record<
    string,
    { standata: Record<string, never>; lscale: { coef: string[] | string; prior: string[] | string } }
  >;
}
const reference = JSON.parse(readFileSync("test/fixtures/smooth/brms-gp.json", "utf8")) as Reference;
const { data } = reference;
const columns: Record<string, Float64Array> = { x: Float64Array.from(data.x), z: Float64Array.from(data.z) };
const by: GpBy = {
  kind: "levels",
  names: ["a", "b c"],
  codes: Int32Array.from(data.f, (level) => ["a", "b c"].indexOf(level)),
};

function call(variables: string[], options: Partial<GpCall> = {}): GpCall {
  return {
    label: "gp()",
    variables,
    covariance: "exp_quad",
    iso: true,
    gr: true,
    scale: true,
    c: [1.25],
    cmc: true,
    ...options,
  };
}

const learn = (own: GpCall, byOwn?: GpBy) =>
  learnGp(
    own,
    own.variables.map((name) => columns[name]!),
    byOwn,
  );

function rowsOf({ rows, columns: count, values }: { rows: number; columns: number; values: Float64Array }) {
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: count }, (__, j) => values[j * rows + i]!),
  );
}

function expectClose(own: readonly (readonly number[])[], theirs: readonly (readonly number[])[]): void {
  expect(own.length).toBe(theirs.length);
  own.forEach((row, i) => {
    row.forEach((value, j) => {
      expect(value).toBeCloseTo(theirs[i]![j]!, 8);
    });
  });
}

describe("points of an exact process", () => {
  it("are the distinct ones, over the largest distance", () => {
    expectClose(
      rowsOf(learn(call(["x"])).processes[0]!.points),
      reference.cases["y ~ gp(x)"]!.standata.Xgp_1!,
    );
    expectClose(
      rowsOf(learn(call(["x", "z"])).processes[0]!.points),
      reference.cases["y ~ gp(x, z)"]!.standata.Xgp_1!,
    );
  });
  it("are scaled within each level", () => {
    const { standata } = reference.cases["y ~ gp(x, by = f)"]!;
    const state = learn(call(["x"]), by);
    expectClose(rowsOf(state.processes[0]!.points), standata.Xgp_1_1!);
    expectClose(rowsOf(state.processes[1]!.points), standata.Xgp_1_2!);
  });
  it("are found again, and new ones numbered behind them", () => {
    const state = learn(call(["x"]));
    const [rows] = gpRows(state, [Float64Array.of(data.x[5]!, 99, data.x[0]!, 99)], undefined);
    if (rows?.kind !== "points") throw new Error("not points");
    const count = state.processes[0]!.points.rows;
    expect([...rows.index]).toEqual([4, count, 0, count]);
    expect(rows.unseen.map(([x]) => x! * state.processes[0]!.divisor)).toEqual([expect.closeTo(99, 9)]);
  });
});

describe("the Hilbert-space basis", () => {
  const cases: [string, GpCall][] = [
    ["y ~ gp(x, z, k = 3, c = 5/4)", call(["x", "z"], { k: 3 })],
    ["y ~ gp(x, z, k = 4, c = 1.5, scale = FALSE)", call(["x", "z"], { k: 4, c: [1.5], scale: false })],
  ];
  it.each(cases)("of %s is brms'", (name, own) => {
    const { standata } = reference.cases[name]!;
    const { hilbert, points } = learn(own).processes[0]!;
    expectClose(rowsOf(hilbertMatrix(hilbert!, points)), standata.Xgp_1!);
    const frequencies = hilbertFrequencies(hilbert!);
    expectClose(
      (standata.slambda_1! as number[][]).map((row, m) => row.map((_, d) => frequencies[2 * m + d]!)),
      standata.slambda_1!,
    );
  });
  it("is one per level", () => {
    const { standata } = reference.cases["y ~ gp(x, by = f, k = 5, c = 5/4)"]!;
    learn(call(["x"], { k: 5 }), by).processes.forEach(({ hilbert, points }, j) => {
      expectClose(rowsOf(hilbertMatrix(hilbert!, points)), standata[`Xgp_1_${j + 1}`]!);
    });
  });
});

describe("default priors of length scales", () => {
  const cases: [string, GpCall][] = [
    ["y ~ gp(x)", call(["x"])],
    ["y ~ gp(x, z)", call(["x", "z"])],
    ["y ~ gp(x, z, iso = FALSE)", call(["x", "z"], { iso: false })],
    ["y ~ gp(x, z, k = 4, c = 1.5, scale = FALSE)", call(["x", "z"], { scale: false, k: 4 })],
  ];
  it.each(cases)("of %s are brms'", (name, own) => {
    const { points } = learn(own).processes[0]!;
    const expected = [reference.cases[name]!.lscale.prior].flat();
    const found = expected.map(
      (_, d) => lengthScalePrior(squaredDistances(points, own.iso ? undefined : d))!,
    );
    expect(found.map(({ shape, scale }) => `inv_gamma(${round6(shape)}, ${round6(scale)})`)).toEqual(
      expected,
    );
  });
});

/** ∫ S(ω) cos(ωr) dω / 2π = k(r): the spectral density is the covariance's. */
describe("spectral densities", () => {
  it.each(["exp_quad", "matern32", "matern52", "exponential"] satisfies CovarianceName[])(
    "of %s belong to its correlation",
    (name) => {
      const { correlation, spectral } = covariances[name];
      const scale = 0.7;
      const density = (w: number) =>
        Math.exp(spectral.constant(1) + Math.log(scale) + spectral.value((scale * w) ** 2, 1));
      for (const r of [0, 0.3, 1]) {
        let sum = 0;
        const step = 0.01;
        // The tail of the slowest density, 1/ω², leaves 2/(0.7π·4000) beyond the end.
        for (let w = step / 2; w < 4000; w += step) sum += density(w) * Math.cos(w * r) * step;
        expect(sum / Math.PI).toBeCloseTo(correlation.value((r / scale) ** 2), 3);
      }
    },
  );
  it.each(Object.keys(covariances) as CovarianceName[])("and derivatives of %s to their values", (name) => {
    const { correlation, spectral } = covariances[name];
    for (const s of [0.2, 1, 3]) {
      const h = 1e-5;
      expect(correlation.derivative(s)).toBeCloseTo(
        (correlation.value(s + h) - correlation.value(s - h)) / (2 * h),
        8,
      );
      expect(spectral.derivative(s, 2)).toBeCloseTo(
        (spectral.value(s + h, 2) - spectral.value(s - h, 2)) / (2 * h),
        8,
      );
    }
  });
});

it("draws new points around the conditional mean, and goes through those of the fit", () => {
  const points = learn(call(["x"])).processes[0]!.points;
  const values = Float64Array.from({ length: points.rows }, (_, i) => Math.sin(4 * points.values[i]!));
  const given = {
    covariance: covariances.exp_quad,
    points,
    sd: 1,
    lengthScales: Float64Array.of(0.3),
    jitter: 1e-12,
    values,
  };
  const rng = stream(1, 1, "gp");
  const inside = 0.5;
  // Between dense points the process is determined; far away it is the prior's.
  const draws = Array.from({ length: 400 }, () => drawAtNewPoints(given, [[inside], [50]], rng));
  const mean = (k: number) => draws.reduce((sum, draw) => sum + draw[k]!, 0) / draws.length;
  const sd = (k: number) =>
    Math.sqrt(draws.reduce((sum, draw) => sum + (draw[k]! - mean(k)) ** 2, 0) / draws.length);
  expect(mean(0)).toBeCloseTo(Math.sin(4 * inside), 2);
  expect(sd(0)).toBeLessThan(0.02);
  expect(sd(1)).toBeGreaterThan(0.88);
  expect(sd(1)).toBeLessThan(1.12);
});

function round6(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
