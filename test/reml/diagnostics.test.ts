import { glmm, lmm, qqEnvelope, randomEffectsPca, scaledResiduals, shapiroWilk } from "nutmix";
import { describe, expect, it } from "vitest";
import { stream } from "../../src/random/streams.ts";
import { referenceData } from "./reference-fit.ts";

describe("shapiroWilk", () => {
  // R 4.2.2: shapiro.test(x)
  it.each([
    [[1.2, 3.4, 2.2, 8.8, 4.1, 0.3, 2.7, 9.9], 0.87077, 0.1534],
    [[1, 2, 4], 0.96429, 0.6369],
  ])("agrees with R: %j", (x, w, p) => {
    const own = shapiroWilk(x);
    expect(own.w).toBeCloseTo(w, 5);
    expect(own.p).toBeCloseTo(p, 4);
  });

  it("agrees with R on a sample of 180", () => {
    const reaction = referenceData("sleepstudy").columns.get("Reaction")!;
    const { w, p } = shapiroWilk(reaction.kind === "numeric" ? reaction.values : []);
    expect(w).toBeCloseTo(0.97074, 5);
    expect(p).toBeCloseTo(0.00078, 5);
  });

  it("refuses too few and equal values", () => {
    expect(() => shapiroWilk([1, 2])).toThrow(/3 to 5000/);
    expect(() => shapiroWilk([3, 3, 3, 3])).toThrow(/differ/);
  });
});

it("the envelope of a normal sample holds most of its points", () => {
  const rng = stream(5, 0, "test");
  const values = Float64Array.from({ length: 200 }, () => rng.normal());
  const { lower, upper } = qqEnvelope(values);
  const inside = values
    .sort()
    .reduce((count, value, i) => count + (value >= lower[i]! && value <= upper[i]! ? 1 : 0), 0);
  expect(inside).toBeGreaterThan(160);
});

it("principal components of the effects are lme4's", () => {
  const [subject] = randomEffectsPca(lmm("Reaction ~ Days + (Days | Subject)", referenceData("sleepstudy")));
  expect(subject!.sd[0]!).toBeCloseTo(0.966859, 5);
  expect(subject!.share[1]!).toBeCloseTo(0.053946, 5);
});

describe("scaledResiduals", () => {
  const rng = stream(2, 0, "test");
  const g = Array.from({ length: 300 }, (_, i) => `g${i % 15}`);
  const effect = Array.from({ length: 15 }, () => 0.5 * rng.normal());
  const draw = (extra: number) =>
    g.map((_, i) => {
      const mean = Math.exp(1 + effect[i % 15]! + extra * rng.normal());
      let count = -1;
      for (let time = 0; time < mean; count++) time -= Math.log(rng.uniform());
      return count;
    });

  it("are uniform when the model is right, and say when the data are overdispersed", () => {
    const right = scaledResiduals(glmm("y ~ 1 + (1 | g)", { y: draw(0), g }, { family: "poisson" }));
    expect(right.tests.uniformity.p).toBeGreaterThan(0.001);
    const wrong = scaledResiduals(glmm("y ~ 1 + (1 | g)", { y: draw(1), g }, { family: "poisson" }));
    expect(wrong.tests.uniformity.p).toBeLessThan(0.001);
    expect(wrong.tests.dispersion.ratio).toBeGreaterThan(1.5);
    expect(wrong.tests.zeroInflation.ratio).toBeGreaterThan(1);
  });
});
