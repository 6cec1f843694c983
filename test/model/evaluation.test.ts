/** The list of ways to evaluate a model: one posterior, none knows another, and what cannot be had is said. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildModel, type ModelOptions } from "../../src/model/build.ts";
import { compileModel } from "../../src/model/compile.ts";
import { evaluationOf, evaluations } from "../../src/model/evaluation/index.ts";
import { stream } from "../../src/random/streams.ts";

const rng = stream(3, 0, "data");
const data = Array.from({ length: 120 }, (_, i) => ({
  y: rng.normal(),
  n: i % 3,
  x: i % 2,
  g: `g${i % 4}`,
}));

/** log p at one point, up to a constant: the difference between two points. */
function difference(formula: string, options: ModelOptions): number {
  const posterior = compileModel(buildModel(formula, data, options));
  const random = stream(4, 0, "test");
  const point = () => Float64Array.from({ length: posterior.density.dimension }, () => 0.3 * random.normal());
  const [a, b] = [point(), point()];
  const gradient = new Float64Array(a.length);
  return posterior.density.evaluate(a, gradient) - posterior.density.evaluate(b, gradient);
}

describe("ways to evaluate", () => {
  it("do not import each other", () => {
    const folder = "src/model/evaluation";
    const files = readdirSync(folder).filter((file) => !["index.ts", "evaluation.ts"].includes(file));
    expect(files.length).toBe(evaluations.length);
    for (const file of files) {
      const source = readFileSync(`${folder}/${file}`, "utf8");
      for (const other of files) expect(source).not.toContain(`"./${other}"`);
    }
  });

  it("have the same posterior where effects are sampled", () => {
    const explicit = { strategy: "explicit" } as const;
    const rows = difference("y ~ x + (1 | g)", { ...explicit, likelihood: "rows" });
    expect(difference("y ~ x + (1 | g)", { ...explicit, likelihood: "sums" })).toBeCloseTo(rows, 7);
    expect(difference("y ~ x + (1 | g)", { ...explicit, likelihood: "merged" })).toBeCloseTo(rows, 7);
  });

  it("are chosen by cost", () => {
    expect(buildModel("y ~ x + (1 | g)", data)).toMatchObject({ strategy: "collapsed" });
    expect(buildModel("y ~ x", data)).toMatchObject({ strategy: "explicit", likelihood: "sums" });
    const counts = buildModel("n ~ x + (1 | g)", data, { family: "poisson" });
    expect(counts).toMatchObject({ strategy: "explicit", likelihood: "merged" });
    expect(evaluationOf(counts).likelihood).toBe("merged");
  });

  it("say why they cannot be had", () => {
    const counts = { family: "poisson" } as const;
    expect(() => buildModel("n ~ x + (1 | g)", data, { ...counts, strategy: "collapsed" })).toThrow(
      'this model cannot be collapsed: the response is not Gaussian with an identity link; use strategy "explicit" or "auto"',
    );
    expect(() => buildModel("n ~ x", data, { ...counts, likelihood: "sums" })).toThrow(
      'there are no sufficient statistics: the response is not Gaussian with an identity link; use likelihood "rows" or "auto"',
    );
  });
});
