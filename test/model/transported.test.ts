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
    h: `h${(i * i) % 5}`,
  };
});

const models: readonly (readonly [string, object])[] = [
  ["n ~ x + w + offset(v) + (1 | o) + (1 | b) + (1 | l)", { family: "poisson" }],
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

  it("has the gradient of its density", () => {
    expectGradient(other.density, begun.position);
  });

  it("latent coordinates are nearly standard normal at the reference", () => {
    const { standardised } = other;
    const at = begun.position.slice();
    for (const i of standardised!) at[i] = 0;
    other.density.evaluate(at, gradient);
    // The mode of the latent effects, to within the last step of the search.
    for (const i of standardised!) expect(Math.abs(gradient[i]!)).toBeLessThan(0.2);
  });
});
