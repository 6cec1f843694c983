import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ArgumentDomain } from "../../src/distributions/distribution.ts";
import { distributions } from "../../src/distributions/index.ts";
import { PriorError } from "../../src/errors.ts";
import * as builders from "../../src/priors/builders.ts";
import { formatPrior, parsePrior } from "../../src/priors/parse.ts";
import type { DistributionCall } from "../../src/priors/prior.ts";

describe("parsePrior", () => {
  it.each([
    ["normal(0, 10)", "normal", [0, 10]],
    ["student_t(3,0,2.5)", "student_t", [3, 0, 2.5]],
    ["cauchy(0, 2.5)", "cauchy", [0, 2.5]],
    ["exponential(1/59.3)", "exponential", [1 / 59.3]],
    ["gamma( 1/2 , 1e-3 )", "gamma", [0.5, 0.001]],
    ["inv_gamma(0.4, 0.3)", "inv_gamma", [0.4, 0.3]],
    ["lognormal(0, 1)", "lognormal", [0, 1]],
    ["beta(1, 1)", "beta", [1, 1]],
    ["uniform(-1, 1)", "uniform", [-1, 1]],
    ["logistic(0, 1)", "logistic", [0, 1]],
    ["double_exponential(0, 1)", "double_exponential", [0, 1]],
    ["normal(-1.5, 2 * 3)", "normal", [-1.5, 6]],
    ["normal(-1e-3, (1 + 2) * 2)", "normal", [-0.001, 6]],
    ["normal (0, 1)", "normal", [0, 1]],
    ["normal(mu = 1, sigma = 2)", "normal", [1, 2]],
    ["normal(sigma = 2, mu = 1)", "normal", [1, 2]],
    ["lkj(2)", "lkj", [2]],
    ["lkj_corr(2)", "lkj", [2]],
    ["lkj_corr_cholesky(2)", "lkj", [2]],
    ["lkj(eta = 2)", "lkj", [2]],
    ["dirichlet(1)", "dirichlet", [1]],
    ["dirichlet(2, 1, 1)", "dirichlet", [2, 1, 1]],
    ["dirichlet(c(2, 1, 1))", "dirichlet", [2, 1, 1]],
    ["std_normal()", "normal", [0, 1]],
    ["constant(-3)", "constant", [-3]],
    ["", "", []],
    ["  ", "", []],
    ["flat", "", []],
    ["flat()", "", []],
    ["(flat)", "", []],
  ])("%s", (text, name, args) => expect(parsePrior(text)).toEqual({ name, arguments: args }));

  it.each([
    ["nromal(0, 1)", /unknown distribution "nromal".*did you mean "normal"/],
    ["toString(1)", /unknown distribution "toString".*there are beta, cauchy/],
    ["laplace(0, 1)", /write double_exponential\(mu, sigma\)/],
    ["half_cauchy(1)", /write cauchy\(0, sigma\)/],
    ["horseshoe(1)", /shrinkage priors .* are not available/],
    ["normal(0)", /normal takes 2 \(mu, sigma\), not 1/],
    ["normal()", /normal takes 2 \(mu, sigma\), not 0/],
    ["normal(c(0, 1))", /normal takes 2 \(mu, sigma\), not 1/],
    ["std_normal(1)", /std_normal takes no arguments, not 1/],
    ["dirichlet()", /at least one concentration/],
    ["dirichlet(1, 0)", /alpha\[2\] must be positive, not 0/],
    ["normal(0, -1)", /normal\(0, -1\): sigma must be positive, not -1/],
    ["uniform(3, 1)", /lower \(3\) must be below upper \(1\)/],
    ["exponential(1/0)", /rate must be a finite number/],
    ["normal(0, 1e999)", /sigma must be a finite number/],
    ["lkj(0)", /eta must be positive/],
    ["normal 0 1", /is not a prior/],
    ["normal", /is not a prior/],
    ["normal(0, x)", /"x" is not a number\n {2}normal\(0, x\)\n {12}\^$/],
    ["normal(0, 1,)", /normal takes 2 \(mu, sigma\), not 3/],
    ["normal(, 1)", /a number is missing\n {2}normal\(, 1\)\n {9}\^$/],
    ["normal(0, 1", /a "\)" is missing\n {2}normal\(0, 1\n {13}\^$/],
    ["normal(0, 1) + 2", /nothing may follow the closing parenthesis\n {2}normal\(0, 1\) \+ 2\n {15}\^$/],
    ["normal(mean = 0, sigma = 1)", /normal has no argument "mean"; it has mu, sigma/],
    ["normal(mu = 0, mu = 1)", /mu is given twice/],
  ])("refuses %s", (text, message) => {
    expect(() => parsePrior(text)).toThrow(PriorError);
    expect(() => parsePrior(text)).toThrow(message);
  });

  it("reads back what formatPrior writes, for every distribution", () => {
    const argument: Record<ArgumentDomain, fc.Arbitrary<number>> = {
      real: fc.double({ noNaN: true, noDefaultInfinity: true }),
      positive: fc.double({ min: Number.MIN_VALUE, max: 1e300, noNaN: true }),
      nonnegative: fc.double({ min: 0, max: 1e300, noNaN: true }),
      probability: fc.double({ min: 0, max: 1, noNaN: true }),
    };
    const call = fc.constantFrom(...Object.values(distributions)).chain((distribution) =>
      fc
        .tuple(...distribution.arguments.map(({ domain }) => argument[domain]))
        // −0 is written as 0.
        .map((args): DistributionCall => ({ name: distribution.name, arguments: args.map((x) => x + 0) }))
        .filter(({ arguments: args }) =>
          "check" in distribution ? distribution.check?.(args) === undefined : true,
        ),
    );
    fc.assert(
      fc.property(call, (one) => {
        expect(parsePrior(formatPrior(one))).toEqual(one);
      }),
    );
  });

  it("throws nothing but PriorError, whatever the text", () => {
    const nearlyPrior = fc
      .array(
        fc.constantFrom(
          "normal",
          "lkj",
          "c",
          "dirichlet",
          "(",
          ")",
          ",",
          "1",
          "-",
          "/",
          "=",
          "mu",
          " ",
          '"',
          "{",
          "}",
        ),
        { maxLength: 20 },
      )
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.oneof(fc.string(), nearlyPrior), (text) => {
        try {
          parsePrior(text);
        } catch (error) {
          expect(error).toBeInstanceOf(PriorError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("the builders", () => {
  it("give the call that their text gives", () => {
    const pairs: [DistributionCall, string][] = [
      [builders.normal(0, 10), "normal(0, 10)"],
      [builders.stdNormal(), "std_normal()"],
      [builders.studentT(3, 0, 2.5), "student_t(3, 0, 2.5)"],
      [builders.cauchy(0, 1), "cauchy(0, 1)"],
      [builders.logistic(0, 1), "logistic(0, 1)"],
      [builders.doubleExponential(0, 1), "double_exponential(0, 1)"],
      [builders.exponential(2), "exponential(2)"],
      [builders.gamma(2, 0.1), "gamma(2, 0.1)"],
      [builders.invGamma(0.4, 0.3), "inv_gamma(0.4, 0.3)"],
      [builders.lognormal(0, 1), "lognormal(0, 1)"],
      [builders.beta(1, 2), "beta(1, 2)"],
      [builders.uniform(-1, 1), "uniform(-1, 1)"],
      [builders.lkj(2), "lkj(2)"],
      [builders.dirichlet(2, 1), "dirichlet(2, 1)"],
      [builders.constant(1), "constant(1)"],
      [builders.flat(), ""],
    ];
    for (const [call, text] of pairs) expect(call).toEqual(parsePrior(text));
    expect(pairs).toHaveLength(Object.keys(builders).length);
  });
  it("check their arguments", () => {
    expect(() => builders.studentT(3, 0, -1)).toThrow(/sigma must be positive, not -1/);
    expect(() => builders.normal(Number.NaN, 1)).toThrow(PriorError);
  });
});
