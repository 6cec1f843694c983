import { bf, buildModel } from "nutmix";
import { describe, expect, it } from "vitest";

const data = { y: [1.2, 0.4, 2.2, 3.1], x: [0, 1, 2, 3] };
const priorOf = (formula: Parameters<typeof buildModel>[0]): string | undefined =>
  buildModel(formula, data, { family: "asym_laplace" }).priors.find(
    ({ target }) => target.class === "quantile",
  )?.prior;

describe("parameters held at values", () => {
  it.each([["y ~ x; quantile = 0.8"], ["bf(y ~ x, quantile = 0.8)"]])("%s", (formula) => {
    expect(priorOf(formula)).toBe("constant(0.8)");
  });

  it("are texts among those of bf()", () =>
    expect(priorOf(bf("y ~ x", "quantile = 0.25"))).toBe("constant(0.25)"));

  it.each([
    ["y ~ x; quantil = 0.8", /not a parameter of this family.*quantile/],
    ["y ~ x; quantile = x", /held at a number/],
    ["y ~ x; quantile = 0.8; quantile ~ x", /has another formula/],
    ["y ~ x; quantile = 1.8", /outside \[0, 1\]/],
  ])("%s is refused", (formula, message) => {
    expect(() => priorOf(formula)).toThrow(message);
  });
});
