/** What used to end in a TypeError, in the wrong place or without a word. */
import { compareFits, emmeans, glmm, lmm, nlme, ranova } from "nutmix";
import { describe, expect, it } from "vitest";
import { stream } from "../../src/random/streams.ts";
import { referenceData } from "./reference-fit.ts";

const rng = stream(11, 0, "bootstrap");
const rows = Array.from({ length: 240 }, (_, i) => {
  const x = rng.uniform();
  return {
    x,
    g: `g${i % 12}`,
    h: `h${(i * 7) % 20}`,
    y: x + rng.normal() + ((i % 12) - 6) / 6,
    w: 2 + (i % 3),
  };
});

describe("lmm", () => {
  it.each([1e-12, 1e-8, 1e8, 1e12])("does not depend on the unit of the weights (%s)", (unit) => {
    const plain = lmm("y ~ x + (x | g)", rows, { weights: "w" });
    const scaled = lmm(
      "y ~ x + (x | g)",
      rows.map((row) => ({ ...row, w: row.w * unit })),
      { weights: "w" },
    );
    expect(scaled.singularity).toEqual(plain.singularity);
    expect(scaled.convergence.converged).toBe(true);
    expect(Math.abs(scaled.logLik - plain.logLik)).toBeLessThan(1e-8);
    expect(scaled.sigma / Math.sqrt(unit)).toBeCloseTo(plain.sigma, 7);
  });

  it("reaches the optimum with crossed slopes of a column far from zero", () => {
    const effects = new Map<string, number>();
    const of = (key: string): number => {
      if (!effects.has(key)) effects.set(key, rng.normal());
      return effects.get(key)!;
    };
    const data = rows.map(({ x, g, h }) => ({
      g,
      h,
      x,
      far: x + 1000,
      y: 2 * x + of(g) + of(h) + x * (of(`${g}s`) + of(`${h}s`)) + 0.5 * rng.normal(),
    }));
    const near = lmm("y ~ x + (x | g) + (x | h)", data);
    const far = lmm("y ~ far + (far | g) + (far | h)", data);
    expect(near.convergence.converged).toBe(true);
    expect(far.convergence.converged).toBe(true);
    // The same model: centring is a change of coordinates. Columns of 1000 leave eleven digits.
    expect(Math.abs(far.logLik - near.logLik)).toBeLessThan(1e-5);
  });
});

describe("ranova", () => {
  it("leaves out each coefficient of an uncorrelated term", () => {
    // lmerTest: (1 | Subject) and Days in (0 + Days | Subject).
    const sleepstudy = referenceData("sleepstudy");
    const table = ranova(lmm("Reaction ~ Days + (Days || Subject)", sleepstudy));
    expect(table.map(({ leftOut }) => leftOut)).toEqual(["(1 | Subject)", "Days in (0 + Days | Subject)"]);
    const without = lmm("Reaction ~ Days + (0 + Days | Subject)", sleepstudy);
    expect(table[0]!.logLik).toBeCloseTo(without.logLik, 8);
    expect(table[0]!.chisqDf).toBe(1);
  });
});

describe("glmm", () => {
  it("names thresholds after the categories that they part", () => {
    const words = ["never", "rarely", "often"];
    const answers = rows.map(({ x, g }, i) => ({ x, g, answer: words[(i * 7 + Math.floor(i / 3)) % 3]! }));
    const options = { family: "cumulative", columnTypes: { answer: { ordered: words } } } as const;
    const { names } = glmm("answer ~ x + (1 | g)", answers, options).fixed;
    expect(names).toEqual(["never|rarely", "rarely|often", "x"]);
    const numbered = answers.map((row) => ({ ...row, answer: words.indexOf(row.answer) + 1 }));
    expect(glmm("answer ~ x + (1 | g)", numbered, { family: "cumulative" }).fixed.names[0]).toBe("1|2");
  });
});

describe("comparisons", () => {
  const counts = rows.map((row) => ({ ...row, n: Math.floor(Math.exp(row.x + rng.normal() / 2) * 2) }));

  it("refuse Laplace beside quadrature", () => {
    const laplace = glmm("n ~ x + (1 | g)", counts, { family: "poisson" });
    const quadrature = glmm("n ~ 1 + (1 | g)", counts, { family: "poisson", nodes: 7 });
    expect(() => compareFits(laplace, quadrature)).toThrow(/quadrature points/);
  });

  it("of nonlinear fits compare likelihoods, by maximum likelihood", () => {
    const loblolly = referenceData("Loblolly");
    const nonlinear = (random: string) =>
      nlme("height ~ SSasymp(age, Asym, R0, lrc)", loblolly, {
        fixed: "Asym + R0 + lrc ~ 1",
        random,
      });
    const table = compareFits(nonlinear("Asym ~ 1 | Seed"), nonlinear("Asym + R0 ~ 1 | Seed"));
    expect(table.rows[1]!.chisqDf).toBe(2);
    expect(table.notes.join()).toMatch(/keep no design/);
    expect(() => emmeans(nonlinear("Asym ~ 1 | Seed") as never, "age")).toThrow(/nonlinear/);
  });
});
