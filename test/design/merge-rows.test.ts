/** Equal rows as one row with a weight: the same posterior from fewer rows. */
import fc from "fast-check";
import { buildModel, compileModel } from "nutmix";
import { describe, expect, it } from "vitest";
import { mergeRows } from "../../src/design/merge-rows.ts";
import { stream } from "../../src/random/streams.ts";

const rng = stream(5, 0, "data");
const data = Array.from({ length: 400 }, (_, i) => ({
  y: rng.integer(2),
  n: rng.integer(4),
  k: 1 + rng.integer(3),
  c: Math.round(4 * rng.normal()) / 4,
  u: rng.normal(),
  w: 1 + rng.integer(2),
  f: "abc"[rng.integer(3)]!,
  x: rng.integer(3),
  g: `g${rng.integer(6)}`,
  h: `h${i % 2}`,
  o: rng.integer(2),
}));

const models: readonly (readonly [string, object])[] = [
  ["y ~ f * x + (1 | g)", { family: "bernoulli" }],
  ["y ~ f + (x | g) + (1 | h)", { family: "bernoulli", link: "probit" }],
  ["n ~ x + offset(o) + (1 | g)", { family: "poisson" }],
  ["n | weights(w) ~ f + (1 | g); shape ~ h", { family: "negbinomial" }],
  ["k ~ f + (1 | g)", { family: "cumulative" }],
  ["c ~ f + x", { strategy: "explicit", priors: ["normal(0, 1), class=b"] }],
];

describe.each(models)("%s %o", (formula, options) => {
  it("has the density, the gradient and the draws of all rows", () => {
    const [merged, rows] = (["merged", "rows"] as const).map((likelihood) =>
      compileModel(buildModel(formula, data, { ...options, likelihood })),
    );
    expect(merged!.names).toEqual(rows!.names);
    const { dimension } = rows!.density;
    const q = Float64Array.from({ length: dimension }, () => 0.4 * rng.normal());
    const [a, b] = [new Float64Array(dimension), new Float64Array(dimension)];
    const value = rows!.density.evaluate(q, b);
    expect(merged!.density.evaluate(q, a) / value).toBeCloseTo(1, 11);
    const scale = Math.max(...b.map(Math.abs));
    for (let i = 0; i < dimension; i++) expect(Math.abs(a[i]! - b[i]!)).toBeLessThan(1e-10 * scale);
    const [left, right] = [new Float64Array(merged!.names.length), new Float64Array(merged!.names.length)];
    merged!.constrain(q, rng, left);
    rows!.constrain(q, rng, right);
    for (let i = 0; i < left.length; i++) expect(left[i]).toBeCloseTo(right[i]!, 10);
  });
});

describe("the choice", () => {
  const formOf = (formula: string, options = {}) => buildModel(formula, data, options).likelihood;

  it("is merged where at least half of the rows repeat others", () => {
    expect(formOf("y ~ f + (1 | g)", { family: "bernoulli" })).toBe("merged");
    expect(formOf("y ~ f + u + (1 | g)", { family: "bernoulli" })).toBe("rows");
    expect(formOf("y ~ f + (1 | g)", { family: "bernoulli", likelihood: "rows" })).toBe("rows");
    expect(formOf("y ~ f + (1 | g)", { family: "bernoulli", backend: "wasm" })).toBe("rows");
  });
});

describe("mergeRows", () => {
  it("keeps every distinct row once, with the sum of its weights", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ y: fc.nat(2), x: fc.nat(2), w: fc.integer({ min: 1, max: 3 }) }), {
          minLength: 8,
          maxLength: 40,
        }),
        (rows) => {
          fc.pre(new Set(rows.map(({ x }) => x)).size > 1);
          const { design } = buildModel("y | weights(w) ~ x", rows, { family: "poisson" });
          const merged = mergeRows(design, rows.length)!;
          const counts = new Map<string, number>();
          for (const { y, x, w } of rows) counts.set(`${y} ${x}`, (counts.get(`${y} ${x}`) ?? 0) + w);
          const found = Array.from({ length: merged.nobs }, (_, i) => [
            `${merged.response.values[i]} ${merged.predictors[0]!.population.columns[i]}`,
            merged.response.weights![i],
          ]);
          expect(found).toEqual([...counts]);
          expect(mergeRows(design, merged.nobs)).toBeDefined();
          expect(mergeRows(design, merged.nobs - 1)).toBeUndefined();
        },
      ),
      { seed: 1, numRuns: 50 },
    );
  });
});
