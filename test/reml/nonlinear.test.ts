/** nlme() against R's nlme; the linearised log-likelihood under ML agrees to its tolerance. */

import { type NlmeOptions, nlme } from "nutmix";
import { describe, expect, it } from "vitest";
import { referenceData, referenceFits } from "./reference-fit.ts";

function translated(call: string): { readonly formula: string; readonly options: NlmeOptions } {
  const formula = /nlme\((.+?),\s*data/.exec(call)![1]!;
  const fixed = /fixed = (.+?), random/.exec(call)![1]!;
  const diagonal = /random = list\((\w+) = pdDiag\((.+?)\)\)/.exec(call);
  const random = diagonal ? `${diagonal[2]} | ${diagonal[1]}` : /random = (.+?), start/.exec(call)![1]!;
  const pairs = /start = c\((.+?)\)\)/
    .exec(call)![1]!
    .split(",")
    .map((pair) => pair.split("=").map((part) => part.trim()));
  const start = Object.fromEntries(pairs.map(([name, value]) => [name, Number(value)]));
  return { formula, options: { fixed, random, diagonal: diagonal !== null, start } };
}

// The variance function of soybean_year is not part of nlme() here.
const cases = Object.entries(referenceFits("nonlinear.json")).filter(([id]) => id !== "nlmm_soybean_year_ml");

describe.each(cases)("%s", (_id, reference) => {
  const { formula, options } = translated(reference.call);
  const data = referenceData(reference.dataset);
  const reml = reference.method === "REML";
  const fit = nlme(formula, data, { ...options, reml });

  it("agrees with nlme", () => {
    expect(fit.convergence.converged).toBe(true);
    expect(fit.df).toBe(reference.df);
    const estimates = reference.fixef.Value ?? reference.fixef.estimate;
    // Under REML nlme stops short of the maximum of the criterion that it reports: ours is higher by up to 0.07.
    if (reml) expect(fit.logLik).toBeGreaterThan(reference.logLik - 1e-6);
    else expect(Math.abs(fit.logLik - reference.logLik)).toBeLessThan(2e-6);
    fit.fixed.estimates.forEach((value, j) => {
      const se = Math.sqrt(reference.vcov[j][j]);
      expect(Math.abs(value - estimates[j]) / se).toBeLessThan(reml ? 0.1 : 1e-5);
    });
    if (reml) return;
    const theirs: number[] = (Object.values(reference.reCov)[0] as { sd: number[] }).sd;
    const { covariance, names } = fit.random[0]!;
    names.forEach((_, j) =>
      expect(Math.abs(Math.sqrt(covariance[j * names.length + j]!) - theirs[j]!)).toBeLessThan(
        1e-3 * (1 + theirs[j]!),
      ),
    );
    expect(Math.abs(fit.sigma / reference.sigma - 1)).toBeLessThan(1e-6);
  });

  it("finds its own starting values", () => {
    const { start: _given, ...rest } = options;
    const own = nlme(formula, data, { ...rest, reml });
    expect(own.logLik).toBeCloseTo(fit.logLik, 5);
  });
});

describe("nlme", () => {
  const data = referenceData("Loblolly");
  const formula = "height ~ Asym + (R0 - Asym) * exp(-exp(lrc) * age)";
  const options = {
    fixed: "Asym + R0 + lrc ~ 1",
    random: "Asym ~ 1 | Seed",
    start: { Asym: 103, R0: -8.5, lrc: -3.3 },
  };

  it("takes a written-out expression as the curve of the same name", () => {
    const written = nlme(formula, data, options);
    const curve = nlme("height ~ SSasymp(age, Asym, R0, lrc)", data, options);
    expect(written.logLik).toBeCloseTo(curve.logLik, 8);
    written.fixed.estimates.forEach((value, j) => expect(value).toBeCloseTo(curve.fixed.estimates[j]!, 6));
  });

  it("says what is wrong, and where", () => {
    expect(() => nlme("height ~ Asym * exq(age)", data, options)).toThrow(/exq\(\) is not a function/);
    expect(() => nlme("height ~ Asym + (R0 - Asym) * exp(-exp(lrd) * age)", data, options)).toThrow(
      /"lrd" is neither/,
    );
    expect(() =>
      nlme(formula, data, { ...options, start: { Asym: 103, R0: -8.5 } as Record<string, number> }),
    ).toThrow(/start has no value for lrc/);
    const { start: _start, ...without } = options;
    expect(() => nlme(formula, data, without)).toThrow(/start is needed/);
    expect(() => nlme(formula, data, { ...options, random: "Asim ~ 1 | Seed" })).toThrow(/Asim is not among/);
    expect(() => nlme("height ~ Asym * log(R0) * lrc", data, options)).toThrow(
      /the expression is NaN in row 1/,
    );
  });
});
