/** Other coordinates, the same posterior. */
import fc from "fast-check";
import { buildModel, compileModel } from "nutmix";
import { describe, expect, it } from "vitest";
import { levelWeights } from "../../src/model/level-shifts.ts";
import { stream } from "../../src/random/streams.ts";
import { expectGradient } from "../helpers/check-gradient.ts";

const rng = stream(9, 0, "data");
const data = Array.from({ length: 60 }, (_, i) => ({
  y: rng.normal(),
  n: rng.integer(5),
  k: 1 + rng.integer(4),
  x: 2 + rng.normal(),
  // Constant within g.
  w: Math.sin(i % 7),
  f: "abc"[i % 3]!,
  g: `g${i % 7}`,
  h: `h${i % 5}`,
}));

const models: readonly (readonly [string, object])[] = [
  ["y ~ x + f + w + x:w + (x | g) + (1 | h)", { strategy: "explicit" }],
  ["y ~ x + w + (x || g)", { strategy: "explicit" }],
  ["y ~ x + (x | g)", { strategy: "explicit", priors: ["constant(0.5), class=sd, coef=x, group=g"] }],
  ["y ~ 0 + x + f + (1 | g)", { strategy: "explicit" }],
  ["y ~ 0 + Intercept + x + (x | g)", { strategy: "explicit" }],
  ["y ~ x + w + (1 |p| g); sigma ~ w + (1 |p| g)", {}],
  ["n ~ x + (1 | g / h)", { family: "negbinomial" }],
  ["k ~ x + w + (x | g)", { family: "cumulative" }],
];

describe.each(models)("%s %o", (formula, options) => {
  const own = compileModel(buildModel(formula, data, options));
  const { dimension } = own.density;
  const point = () => Float64Array.from({ length: dimension }, () => 0.5 * rng.normal());
  // Ordered thresholds need no care: their coordinates are free.
  const variances = Float64Array.from({ length: dimension }, () => rng.uniform());
  const coordinates = own.coordinates!.choose({
    position: point(),
    variances,
    means: point(),
    spread: variances,
  })!;
  const other = own.coordinates!.apply(coordinates);

  it("has the same draws and, without the Jacobian, the same density at them", () => {
    expect(other.names).toEqual(own.names);
    const gradient = new Float64Array(dimension);
    const q = point();
    const draw = new Float64Array(own.names.length);
    own.constrain(q, rng, draw);
    const moved = new Float64Array(dimension).fill(Number.NaN);
    other.unconstrain!(draw, moved);
    expect([...moved]).not.toEqual([...q]);
    const again = new Float64Array(draw.length);
    other.constrain(moved, rng, again);
    for (let i = 0; i < draw.length; i++) expect(again[i]).toBeCloseTo(draw[i]!, 8);
    const reported = other.density.evaluate(moved, gradient) - other.logJacobian!(moved);
    expect(reported).toBeCloseTo(own.density.evaluate(q, gradient), 7);
  });

  it("has a Jacobian: the determinant of the map between the coordinates, up to a constant", () => {
    const difference = (q: Float64Array): number => {
      const moved = toOther(q);
      return logDeterminant(q) + other.logJacobian!(moved);
    };
    const first = difference(point());
    for (let k = 0; k < 3; k++) expect(difference(point())).toBeCloseTo(first, 4);
  });

  it("has the gradient of its density", () => {
    expectGradient(other.density, point());
  });

  function toOther(q: Float64Array): Float64Array {
    const draw = new Float64Array(own.names.length);
    own.constrain(q, rng, draw);
    const moved = new Float64Array(dimension);
    other.unconstrain!(draw, moved);
    return moved;
  }

  /** log |∂(other)/∂(own)|, by finite differences and elimination. */
  function logDeterminant(q: Float64Array): number {
    const step = 1e-5;
    const rows = Array.from({ length: dimension }, (_, i) => {
      const up = q.slice();
      const down = q.slice();
      up[i]! += step;
      down[i]! -= step;
      const a = toOther(up);
      const b = toOther(down);
      return Array.from(a, (value, k) => (value - b[k]!) / (2 * step));
    });
    let total = 0;
    for (let k = 0; k < dimension; k++) {
      const pivot = rows
        .slice(k)
        .reduce((best, row, i) => (Math.abs(row[k]!) > Math.abs(rows[best]![k]!) ? k + i : best), k);
      [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
      total += Math.log(Math.abs(rows[k]![k]!));
      for (let i = k + 1; i < dimension; i++) {
        const factor = rows[i]![k]! / rows[k]![k]!;
        if (factor !== 0) for (let j = k; j < dimension; j++) rows[i]![j]! -= factor * rows[k]![j]!;
      }
    }
    return total;
  }
});

describe("the choice", () => {
  const posterior = compileModel(
    buildModel("y ~ x + w + (x | g)", data, { strategy: "explicit", coordinates: "own" }),
  );
  const q = new Float64Array(posterior.density.dimension);

  const seen = (variance: number, spread = variance) => ({
    position: q,
    variances: q.map(() => variance),
    means: q,
    spread: q.map(() => spread),
  });

  it("is none where the data say nothing", () => {
    expect(posterior.coordinates!.choose(seen(1.3))).toBeUndefined();
  });

  it("centres fully where the data say everything, at all that the group is shifted by", () => {
    const [block] = posterior.coordinates!.choose(seen(0.001))!;
    expect([...block!.grades!]).toEqual(Array.from({ length: 14 }, () => 8));
    // Intercept and w shift the intercepts, x shifts the slopes: (predictor, column, coefficient).
    expect([...block!.absorbed!]).toEqual([0, -1, 0, 0, 0, 1, 0, 1, 0]);
  });

  it("is taken back where a standard deviation turns out to be uncertain", () => {
    const centred = posterior.coordinates!.apply(posterior.coordinates!.choose(seen(0.001))!);
    expect(centred.coordinates!.choose(seen(0.001, 0.1))).toBeUndefined();
    const again = centred.coordinates!.choose(seen(0.001, 0.5))!;
    expect(again).toEqual([null]);
    const draw = new Float64Array(posterior.names.length);
    posterior.constrain(q, rng, draw);
    const back = new Float64Array(q.length).fill(Number.NaN);
    centred.coordinates!.apply(again).unconstrain!(draw, back);
    for (let i = 0; i < q.length; i++) expect(back[i]).toBeCloseTo(q[i]!, 10);
  });

  it("is not offered without groups, nor where effects are integrated out", () => {
    expect(compileModel(buildModel("y ~ x", data, { strategy: "explicit" })).coordinates).toBeUndefined();
    expect(
      compileModel(buildModel("y ~ x + (1 | g)", data, { strategy: "collapsed" })).coordinates,
    ).toBeUndefined();
  });
});

describe("levelWeights", () => {
  it("finds the multiples that a column is made of, and no others", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 2, maxLength: 5 }),
        fc.array(fc.tuple(fc.nat(4), fc.double({ min: 0.1, max: 2, noNaN: true })), {
          minLength: 6,
          maxLength: 20,
        }),
        (weights, rows) => {
          const index = Int32Array.from(rows, ([level]) => level % weights.length);
          const z = Float64Array.from(rows, ([, value]) => value);
          const x = z.map((value, i) => value * weights[index[i]!]!);
          const found = levelWeights(x, z, index, weights.length)!;
          index.forEach((level) => expect(found[level]).toBeCloseTo(weights[level]!, 8));
          // One row of a level with two or more is changed.
          const twice = index.findIndex((level, i) => index.indexOf(level) !== i);
          if (twice < 0) return;
          x[twice]! += 0.5;
          expect(levelWeights(x, z, index, weights.length)).toBeUndefined();
        },
      ),
      { seed: 1 },
    );
  });

  it("wants zeros where the coefficient's column has them", () => {
    const z = Float64Array.of(0, 1, 0, 1);
    const index = Int32Array.of(0, 0, 1, 1);
    expect(levelWeights(null, z, index, 2)).toBeUndefined();
    expect([...levelWeights(Float64Array.of(0, 3, 0, 4), z, index, 2)!]).toEqual([3, 4]);
  });
});
