/** Residual structures against nlme (whose log-likelihoods independent dense code confirms to 1e-10). */

import { type LmmOptions, lmm } from "nutmix";
import { describe, expect, it } from "vitest";
import { referenceData, referenceFits } from "./reference-fit.ts";

/** The call of lme() or gls() as ours. */
function translated(call: string): { readonly formula: string; readonly options: LmmOptions } {
  const random = /random = ~\s*(.*?) \| ([\w/]+)/.exec(call);
  const formula = /^(?:lme|gls)\(([^,]+),/.exec(call)![1]!;
  const group = (random?.[2] ?? "").split("/").at(-1);
  const found = (pattern: RegExp): string[] | undefined => pattern.exec(call)?.slice(1);
  const [arGroup] = found(/corAR1\(form = ~1 \| (\w+)\)/) ?? [];
  const [time, carGroup] = found(/corCAR1\(form = ~(\w+) \| (\w+)\)/) ?? [];
  const [csGroup] = found(/corCompSymm\(form = ~1 \| ([\w/]+)\)/) ?? [];
  const [symmGroup] = found(/corSymm\(form = ~1 \| (\w+)\)/) ?? [];
  const correlation = arGroup
    ? `ar(${arGroup})`
    : call.includes("corAR1()")
      ? `ar(${group})`
      : carGroup
        ? `car(${time}, ${carGroup})`
        : csGroup
          ? `cs(${csGroup.replace("/", ":")})`
          : symmGroup
            ? `unstructured(age, ${symmGroup})`
            : call.includes("corARMA")
              ? `arma(${group})`
              : call.includes("corExp")
                ? "exponential(latitude, longitude)"
                : undefined;
  const [ident] = found(/varIdent\(form = ~1 \| (\w+)\)/) ?? [];
  const [power] = found(/varPower\(form = ~(\w+)\)/) ?? [];
  const [exponent] = found(/varExp\(form = ~(\w+)\)/) ?? [];
  const variance = ident
    ? `ident(${ident})`
    : power
      ? `power(${power})`
      : call.includes("varPower()")
        ? "power(fitted)"
        : exponent
          ? `exp(${exponent})`
          : undefined;
  return {
    formula: random ? `${formula} + (${random[1]} | ${random[2]})` : formula,
    options: { ...(correlation && { correlation }), ...(variance && { variance }) },
  };
}

describe.each(Object.entries(referenceFits("residual.json")))("%s", (_id, reference) => {
  const { formula, options } = translated(reference.call);
  const fit = lmm(formula, referenceData(reference.dataset), {
    ...options,
    reml: reference.method === "REML",
  });
  // nlme alternates with fitted values that it holds; its optimum is known to 1e-6.
  const alternating = options.variance === "power(fitted)";

  it("agrees in log-likelihood, coefficients and residual sd", () => {
    expect(fit.convergence.converged).toBe(true);
    expect(Math.abs(fit.logLik - reference.logLik)).toBeLessThan(alternating ? 2e-6 : 1e-8);
    expect(fit.df).toBe(reference.df);
    const estimates = reference.fixef.Value ?? reference.fixef.estimate;
    fit.fixed.estimates.forEach((value, j) => {
      expect(Math.abs(value - estimates[j]) / Math.sqrt(reference.vcov[j][j])).toBeLessThan(1e-4);
    });
    expect(Math.abs(fit.sigma / reference.sigma - 1)).toBeLessThan(1e-4);
  });

  const theirs: number[] = [reference.corStruct?.coef ?? [], reference.varStruct?.coef ?? []].flat();
  if (theirs.length > 0)
    it("agrees in the parameters of the structure", () => {
      theirs.forEach((value, k) => {
        const own = fit.residual!.parameters[k]!;
        // nlme is good to 1e-5 … 1e-6.
        expect(Math.abs(own.value - value), own.name).toBeLessThan(2e-5 * (1 + Math.abs(value)));
        expect(own.lower).toBeLessThan(own.value);
        expect(own.upper).toBeGreaterThan(own.value);
      });
    });
});

describe("residual structures", () => {
  const data = referenceData("Orthodont");

  it("refuse what cannot be estimated, naming column and row", () => {
    const fitting = (options: LmmOptions) => () => lmm("distance ~ age + (1 | Subject)", data, options);
    expect(fitting({ correlation: "ar(agee, Subject)" })).toThrow(/no column "agee".*age/);
    expect(fitting({ correlation: "az(age, Subject)" })).toThrow(/no correlation structure az/);
    expect(fitting({ correlation: "ar(Sex, Subject)" })).toThrow(/Sex is not numeric/);
    expect(fitting({ correlation: "cs(Sex)" })).toThrow(/must lie within the levels of Subject/);
    expect(fitting({ variance: "power(Sex)" })).toThrow(/Sex is not numeric/);
    const zero = [
      ...Array.from({ length: 12 }, (_, i) => ({ y: (i * 7) % 5, x: i === 4 ? 0 : i + 1, g: i % 3 })),
    ];
    expect(() => lmm("y ~ 1", zero, { variance: "power(x)" })).toThrow(/x is 0 in row 5/);
    const doubled = zero.map((row) => ({ ...row, t: 1 }));
    expect(() => lmm("y ~ 1", doubled, { correlation: "ar(t, g)" })).toThrow(/same time/);
    expect(() =>
      lmm(
        "y ~ 1",
        zero.map((row, i) => ({ ...row, t: i + 0.5 })),
        { correlation: "ar(t, g)" },
      ),
    ).toThrow(/whole steps/);
  });
});
