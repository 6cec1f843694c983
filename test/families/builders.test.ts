import { describe, expect, it } from "vitest";
import { FamilyError } from "../../src/errors.ts";
import * as builders from "../../src/families/builders.ts";
import { families, findFamily, resolveLinks } from "../../src/families/index.ts";

describe("families by name", () => {
  it("are found by name and alias", () => {
    expect(findFamily("Gamma")).toBe(findFamily("gamma"));
    expect(findFamily("Beta")).toBe(families.beta);
    expect(findFamily("neg_binomial_2")).toBe(families.negbinomial);
    expect(findFamily("negative_binomial")).toBe(families.negbinomial);
  });

  it("have no two names in common", () => {
    const names = Object.values(families).flatMap((family) => [
      family.name,
      ...("aliases" in family ? ((family.aliases as readonly string[]) ?? []) : []),
    ]);
    expect(new Set(names).size).toBe(names.length);
  });

  it("suggest the nearest name", () => {
    expect(() => findFamily("possion")).toThrow(FamilyError);
    expect(() => findFamily("possion")).toThrow(/there is no family "possion"; did you mean "poisson"\?/);
    expect(() => findFamily("constructor")).toThrow(FamilyError);
  });
});

describe("builders", () => {
  it("give every family with its default links", () => {
    const built = Object.values(builders).map((build) => build());
    expect(built.map((choice) => choice.family).sort()).toEqual(Object.keys(families).sort());
    for (const { family, links } of built) {
      expect(links).toEqual(
        Object.fromEntries(findFamily(family).dpars.map((dpar) => [dpar.name, dpar.links[0]])),
      );
    }
  });

  it("take links", () => {
    expect(builders.bernoulli({ link: "probit" })).toEqual({ family: "bernoulli", links: { mu: "probit" } });
    expect(builders.negbinomial({ link: "sqrt", link_shape: "identity" }).links).toEqual({
      mu: "sqrt",
      shape: "identity",
    });
  });

  it("refuse what the family does not have, listing what it has", () => {
    expect(() => builders.poisson({ link: "logit" })).toThrow(
      /family "poisson" does not permit the link "logit" for mu.*permitted: log, identity, sqrt, softplus, squareplus/,
    );
    expect(() => resolveLinks(families.gaussian, { shape: "log" })).toThrow(
      /has no parameter "shape".*mu, sigma/,
    );
    expect(() => builders.poisson({ link_shape: "log" } as never)).toThrow(FamilyError);
  });
});

// As brms documents them in brmsfamily() and default_prior().
describe("defaults follow brms", () => {
  const dpar = (family: keyof typeof families, name: string) =>
    findFamily(family).dpars.find((candidate) => candidate.name === name)!;

  it.each([
    ["gaussian", "identity"],
    ["lognormal", "identity"],
    ["Gamma", "log"],
    ["weibull", "log"],
    ["exponential", "log"],
    ["inverse.gaussian", "1/mu^2"],
    ["beta", "logit"],
    ["bernoulli", "logit"],
    ["binomial", "logit"],
    ["poisson", "log"],
    ["negbinomial", "log"],
    ["cumulative", "logit"],
  ] as const)("%s has the link %s", (name, link) => {
    expect(findFamily(name).dpars[0]!.links[0]).toBe(link);
  });

  it("in the priors of distributional parameters", () => {
    expect(dpar("gaussian", "sigma").constantPrior).toBe("scale");
    expect(dpar("gaussian", "sigma").interceptPrior).toBeUndefined();
    expect(dpar("Gamma", "shape").constantPrior).toBe("gamma(0.01, 0.01)");
    expect(dpar("negbinomial", "shape").constantPrior).toBe("inv_gamma(0.4, 0.3)");
    expect(dpar("zero_inflated_negbinomial", "shape").constantPrior).toBe("gamma(0.01, 0.01)");
    expect(dpar("student", "nu")).toMatchObject({
      lower: 1,
      constantPrior: "gamma(2, 0.1)",
      interceptPrior: "normal(2.7, 0.8)",
    });
    expect(dpar("beta", "phi").constantPrior).toBe("gamma(0.01, 0.01)");
    expect(dpar("zero_inflated_poisson", "zi")).toMatchObject({
      constantPrior: "beta(1, 1)",
      interceptPrior: "logistic(0, 1)",
    });
    expect(dpar("cumulative", "disc").fixed).toBe(1);
  });
});

describe("responses", () => {
  it.each([
    ["poisson", 2.5, "2.5 is not a count (0, 1, 2, …)"],
    ["Gamma", 0, "0 is not a positive number"],
    ["beta", 1, "1 is not a number strictly between 0 and 1"],
    ["bernoulli", 2, "2 is not 0 or 1"],
    ["binomial", 12, "12 is not a whole number between 0 and trials = 10"],
    ["cumulative", 0, "0 is not a category (1, 2, 3, …)"],
  ] as const)("%s refuses %d", (name, y, message) => {
    expect(findFamily(name).response.check(y, 10)).toBe(message);
  });
});
