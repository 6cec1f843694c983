/** The collapsed parametrisation: gradients, names, and when it is taken; its posteriors are in test/statistical. */

import { brm, buildModel, compileModel, summarise } from "nutmix";
import { describe, expect, it } from "vitest";
import { referenceData } from "../reml/reference-fit.ts";

const data = referenceData("sleepstudy");
const models: [string, Parameters<typeof buildModel>[2]][] = [
  ["Reaction ~ Days + (Days | Subject)", {}],
  ["Reaction ~ Days + (Days || Subject)", { priors: ["normal(5, 3), class=b"] }],
  [
    "Reaction ~ Days + I(Days^2) + (1 | Subject) + (1 | Days)",
    { priors: ["student_t(3, 0, 5), class=b, coef=Days"] },
  ],
  ["Reaction ~ 0 + Days + (1 + Days | Subject)", {}],
  ["Reaction | weights(Days + 1) ~ Days + (1 | Subject)", {}],
  ["Reaction | se(Days + 5) ~ Days + (1 | Subject)", {}],
];

describe.each(models)("%s", (formula, options) => {
  const collapsed = compileModel(buildModel(formula, data, { ...options, strategy: "collapsed" }));
  const explicit = compileModel(buildModel(formula, data, { ...options, strategy: "explicit" }));

  it("reports what the explicit model reports, in its order", () => {
    expect(collapsed.names).toEqual(explicit.names);
    expect(collapsed.density.dimension).toBeLessThan(10);
  });

  it("has the gradient of its density", () => {
    const { dimension, evaluate } = collapsed.density;
    const q = Float64Array.from(
      { length: dimension },
      (_, i) => 0.3 * Math.sin(i + 1) + (collapsed.start?.[i] ?? 0),
    );
    const gradient = new Float64Array(dimension);
    evaluate(q, gradient);
    const spare = new Float64Array(dimension);
    for (let i = 0; i < dimension; i++) {
      const at = (shift: number) =>
        evaluate(
          q.map((value, k) => (k === i ? value + shift : value)),
          spare,
        );
      const slope = (at(1e-5) - at(-1e-5)) / 2e-5;
      expect((slope - gradient[i]!) / (1 + Math.abs(gradient[i]!))).toBeCloseTo(0, 6);
    }
  });
});

it("both parametrisations have one posterior", async () => {
  const [formula, options] = models[2]!;
  const runs = await Promise.all(
    (["collapsed", "explicit"] as const).map((strategy) =>
      brm(formula, data, { ...options, strategy, adaptDelta: 0.95, draws: 1000, seed: 7 }),
    ),
  );
  const [one, two] = runs.map(({ draws }) => summarise(draws));
  const far = one!.filter((row, k) => {
    const other = two![k]!;
    return Math.abs(row.mean - other.mean) > 4 * Math.hypot(row.mcseMean, other.mcseMean);
  });
  // Of some 35 parameters none is expected beyond 4; MCSEs are estimates, so one may be.
  expect(far.length).toBeLessThanOrEqual(1);
});

describe("strategy", () => {
  const strategyOf = (formula: string, options = {}) => buildModel(formula, data, options).strategy;
  it("is collapsed for Gaussian models with group-level effects, explicit elsewhere", () => {
    expect(strategyOf("Reaction ~ Days + (Days | Subject)")).toBe("collapsed");
    expect(strategyOf("Reaction ~ Days")).toBe("explicit");
    expect(strategyOf("Reaction ~ Days + (1 | Subject); sigma ~ Days")).toBe("explicit");
    expect(strategyOf("Reaction ~ Days + (1 | Subject)", { family: "student" })).toBe("explicit");
  });

  it("says why it cannot be forced", () => {
    expect(() =>
      strategyOf("Reaction ~ Days + (1 | Subject)", { family: "Gamma", strategy: "collapsed" }),
    ).toThrow(/cannot be collapsed: the response is not Gaussian/);
  });
});
