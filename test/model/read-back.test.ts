/** unconstrain() is the inverse of constrain(), for every kind of parameter and both strategies. */
import { buildModel, compileModel } from "nutmix";
import { describe, expect, it } from "vitest";
import { stream } from "../../src/random/streams.ts";

const rng = stream(4, 0, "data");
const data = Array.from({ length: 60 }, (_, i) => ({
  y: rng.normal(),
  n: rng.integer(5),
  k: 1 + rng.integer(4),
  x: rng.normal(),
  z: rng.normal(),
  f: "abc"[i % 3]!,
  g: `g ${i % 7}`,
  h: `h${i % 5}`,
}));

const models: readonly (readonly [string, object])[] = [
  ["y ~ x + f + (x + z | g) + (1 | h)", { strategy: "explicit" }],
  ["y ~ x + f + (x + z | g) + (1 | h)", { strategy: "collapsed" }],
  ["y ~ x + (x || g)", { strategy: "collapsed", priors: ["normal(1, 2), class=b"] }],
  ["y ~ 0 + x + f + (1 | g)", { strategy: "collapsed", priors: ["student_t(3, 0, 2), class=b"] }],
  ["y ~ x + (1 |p| g); sigma ~ z + (1 |p| g)", {}],
  ["y ~ x", { family: "student", priors: ["normal(0, 1), class=b, lb=0"] }],
  ["n ~ x + (1 | g); zi ~ z", { family: "zero_inflated_negbinomial" }],
  ["k ~ x + (x | g)", { family: "cumulative" }],
  ["k ~ x + (1 | g)", { family: "sratio" }],
];

describe.each(models)("%s %o", (formula, options) => {
  it("reads coordinates back from a draw", () => {
    const posterior = compileModel(buildModel(formula, data, options));
    const { dimension } = posterior.density;
    const q = Float64Array.from({ length: dimension }, () => 0.7 * rng.normal());
    // Ordered thresholds and the like are in no special order here: only finite values are needed.
    const draw = new Float64Array(posterior.names.length);
    posterior.constrain(q, stream(1, 0, "test"), draw);
    const back = new Float64Array(dimension).fill(Number.NaN);
    posterior.unconstrain!(draw, back);
    if ("strategy" in options && options.strategy === "collapsed") {
      // Standard deviations have two signs there: the coordinates of the positive ones have the same density.
      const gradient = new Float64Array(dimension);
      const density = posterior.density.evaluate(back, gradient);
      expect(density).toBeCloseTo(posterior.density.evaluate(q, gradient), 7);
      return;
    }
    for (let i = 0; i < dimension; i++) expect(back[i]).toBeCloseTo(q[i]!, 8);
  });
});
