/** Transported coordinates: other coordinates, the same posterior. */
import { buildModel, compileModel } from "nutmix";
import { describe, expect, it } from "vitest";
import { stream } from "../../src/random/streams.ts";
import { expectGradient } from "../helpers/check-gradient.ts";

const rng = stream(11, 0, "data");
const data = Array.from({ length: 72 }, (_, i) => {
  const k = 1 + rng.integer(4);
  return {
    y: rng.normal(),
    t: 0.2 + rng.uniform() * 3,
    p: 0.05 + 0.9 * rng.uniform(),
    n: rng.integer(5),
    m: 6,
    z: rng.integer(2),
    k,
    x: 2 + rng.normal(),
    v: rng.normal(),
    w: Math.sin(i % 7),
    e: 0.2 + rng.uniform(),
    c: i % 6 === 0 ? 1 : i % 11 === 0 ? -1 : 0,
    weight: 0.5 + rng.uniform(),
    o: `o${i}`,
    g: `g${i % 9}`,
    b: `b${Math.floor(i / 4)}`,
    l: `l${Math.floor(i / 12)}`,
    d: `d${Math.floor(i / 3)}`,
    h: `h${(i * i) % 5}`,
  };
});

const models: readonly (readonly [string, object])[] = [
  ["n ~ x + w + offset(v) + (1 | o) + (1 | b) + (1 | l)", { family: "poisson" }],
  ["n ~ s(x, k = 5) + (1 | g)", { family: "poisson" }],
  ["z ~ gp(w, k = 6, c = 1.25) + s(v, k = 4)", { family: "bernoulli" }],
  // Many levels: the coefficients stand apart.
  ["n ~ x + w + (1 | o) + (1 | d)", { family: "poisson" }],
  ["k ~ x + w + v + (1 | d)", { family: "cumulative", priors: ["exponential(1), class=b, coef=v, lb=0"] }],
  ["n | weights(weight) ~ x + (x | g) + (1 | h)", { family: "negbinomial" }],
  ["z ~ x + (x || g) + (1 | h)", { family: "bernoulli" }],
  ["n | trials(m) ~ 0 + x + (1 | g)", { family: "binomial", priors: ["normal(0, 1), class=b"] }],
  ["n ~ x + v + (1 | g)", { family: "poisson", priors: ["exponential(1), class=b, coef=x, lb=0"] }],
  ["k ~ x + w + (x | g) + (1 | h)", { family: "cumulative" }],
  ["k ~ x + (1 | g)", { family: "acat" }],
  ["t | cens(c) ~ x + (x | g)", { family: "weibull" }],
  ["y ~ x + (x |p| g); sigma ~ w + (1 |p| g)", { family: "student" }],
  ["y ~ x + (1 | g); sigma ~ (1 | h)", {}],
  ["y | se(e, sigma = TRUE) ~ x + (1 | g); sigma ~ (1 | h)", {}],
  ["y ~ x + (1 | g)", { strategy: "explicit", priors: ["constant(0.5), class=sd, group=g"] }],
  ["n ~ x + (1 | g); zi ~ w + (1 | h)", { family: "zero_inflated_poisson" }],
  ["p ~ x + (1 | g)", { family: "beta" }],
];

/** log |∂map/∂q|, by finite differences and elimination. */
function logDeterminant(map: (q: Float64Array) => Float64Array, q: Float64Array): number {
  const step = 1e-5;
  const rows = Array.from(q, (_, i) => {
    const up = q.slice();
    const down = q.slice();
    up[i]! += step;
    down[i]! -= step;
    const a = map(up);
    const b = map(down);
    return Array.from(a, (value, k) => (value - b[k]!) / (2 * step));
  });
  let total = 0;
  rows.forEach((_, k) => {
    const pivot = rows
      .slice(k)
      .reduce((best, row, i) => (Math.abs(row[k]!) > Math.abs(rows[best]![k]!) ? k + i : best), k);
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    total += Math.log(Math.abs(rows[k]![k]!));
    for (const row of rows.slice(k + 1)) {
      const factor = row[k]! / rows[k]![k]!;
      if (factor !== 0) for (let j = k; j < row.length; j++) row[j]! -= factor * rows[k]![j]!;
    }
  });
  return total;
}

describe.each(models)("%s %o", (formula, options) => {
  const own = compileModel(buildModel(formula, data, { ...options, coordinates: "transported" }));
  const { dimension } = own.density;
  const begun = own.coordinates!.begin!(
    Float64Array.from({ length: dimension }, () => 0.3 * rng.normal()),
    rng,
  )!;
  const other = own.coordinates!.apply(begun.coordinates);
  const gradient = new Float64Array(dimension);

  it("has the same draws and, without the Jacobian, the same density at them", () => {
    expect(other.names).toEqual(own.names);
    const draw = new Float64Array(own.names.length);
    other.constrain(begun.position, rng, draw);
    const q = new Float64Array(dimension).fill(Number.NaN);
    own.unconstrain!(draw, q);
    const reported = other.density.evaluate(begun.position, gradient) - other.logJacobian!(begun.position);
    const expected = own.density.evaluate(q, gradient);
    expect(Math.abs(reported - expected)).toBeLessThan(1e-8 * Math.max(1, Math.abs(expected)));
    const back = new Float64Array(dimension).fill(Number.NaN);
    other.unconstrain!(draw, back);
    for (let i = 0; i < dimension; i++) expect(back[i]).toBeCloseTo(begun.position[i]!, 6);
  });

  it("has the gradient of its density, and its Jacobian", () => {
    expectGradient(other.density, begun.position);
    const numeric = logDeterminant((q) => toOwn(q), begun.position);
    expect(Math.abs(other.logJacobian!(begun.position) - numeric)).toBeLessThan(1e-4 * dimension);
  });

  it("standard deviations have signs: the same draws, and a density that is smooth across zero", () => {
    const scales = Array.from({ length: dimension }, (_, i) => i).filter((i) =>
      own.density.coordinateName!(i).startsWith("sd_"),
    );
    const negative = begun.position.slice();
    for (const i of scales) negative[i] = -0.7 * negative[i]!;
    expectGradient(other.density, negative);
    const draw = new Float64Array(own.names.length);
    other.constrain(negative, rng, draw);
    own.names.forEach((name, k) => {
      if (name.startsWith("sd_")) expect(draw[k]).toBeGreaterThan(0);
    });
    const across = begun.position.slice();
    const values = [-1e-6, 1e-6].map((x) => {
      for (const i of scales) across[i] = x;
      return other.density.evaluate(across, gradient);
    });
    expect(values[0]).toBeCloseTo(values[1]!, 2);
  });

  function toOwn(q: Float64Array): Float64Array {
    const draw = new Float64Array(own.names.length);
    other.constrain(q, rng, draw);
    const point = new Float64Array(dimension);
    own.unconstrain!(draw, point);
    return point;
  }

  it("latent coordinates are nearly standard normal at the reference", () => {
    const { standardised } = other;
    const at = begun.position.slice();
    for (const i of standardised!) at[i] = 0;
    other.density.evaluate(at, gradient);
    // The mode of the latent effects, to within the last step of the search.
    for (const i of standardised!) expect(Math.abs(gradient[i]!)).toBeLessThan(0.2);
  });
});
