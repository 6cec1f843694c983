import { describe, expect, it } from "vitest";
import { findLink, type Link, links, scaledLink } from "../../src/families/links.ts";
import reference from "../fixtures/families/families.json";

const all: [string, Link][] = Object.entries(links);

/** Domain of η in which μ is a real, positive or (for `unit`) probability. */
const positiveOnly = new Set(["inverse", "1/mu^2", "sqrt"]);
const etas = (name: string): number[] =>
  positiveOnly.has(name) ? [0.05, 0.4, 1.3, 5, 40] : [-20, -3, -0.7, 0.2, 1.3, 5, 20];

/** Fourth-order central difference; at |η| = 20 these functions change by e⁸⁰ per unit, hence the small step. */
function slope(f: (x: number) => number, x: number): number {
  const h = 1e-4 * Math.max(0.01, Math.min(1, Math.abs(x)));
  return (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h);
}

/** Within `tolerance` relative to the value, or to the rounding of a difference of numbers of size `scale`. */
function expectSlope(actual: number, f: (x: number) => number, x: number, where: string): void {
  const expected = slope(f, x);
  const noise = (1e-11 * Math.abs(f(x))) / Math.max(0.01, Math.min(1, Math.abs(x)));
  expect(Math.abs(actual - expected), `${where}: ${actual}, numerically ${expected}`).toBeLessThanOrEqual(
    1e-7 * Math.abs(expected) + noise,
  );
}

describe.each(all)("link %s", (name, link) => {
  it("has its own name", () => {
    expect(link.name).toBe(name);
    expect(findLink(name)).toBe(link);
  });

  it("goes there and back", () => {
    for (const eta of etas(name)) {
      const mu = link.inverse(eta);
      if (mu === 1 || Math.abs(link.derivative(eta)) < 1e-5) continue; // the way back has no digits left
      expect(Math.abs(link.link(mu) - eta) / Math.max(1, Math.abs(eta))).toBeLessThan(1e-9);
    }
  });

  it("has the derivatives of μ, log μ and logit μ", () => {
    for (const eta of etas(name)) {
      expectSlope(link.derivative(eta), link.inverse, eta, `inverse at ${eta}`);
      const mu = link.inverse(eta);
      if (mu > 0) {
        expect(link.logInverse(eta)).toBeCloseTo(Math.log(mu), 12);
        expectSlope(link.logInverseDerivative(eta), link.logInverse, eta, `logInverse at ${eta}`);
      }
      if (mu > 0 && mu < 1) {
        if (mu < 0.999) expect(link.logitInverse(eta)).toBeCloseTo(Math.log(mu / (1 - mu)), 10);
        expectSlope(link.logitInverseDerivative(eta), link.logitInverse, eta, `logitInverse at ${eta}`);
      }
    }
  });

  it("says NaN, not a number, for a logarithm outside its domain", () => {
    for (const eta of [-700, -3, 0.5, 3, 700]) {
      const mu = link.inverse(eta);
      if (mu < 0) expect(link.logInverse(eta)).toBeNaN();
      if (mu < 0 || mu > 1) expect(link.logitInverse(eta)).toBeNaN();
    }
  });

  it("stays finite at |η| = 700 wherever μ is in its domain", () => {
    for (const eta of [-700, 700]) {
      const mu = link.inverse(eta);
      if (Number.isNaN(mu)) continue;
      expect(Number.isFinite(mu)).toBe(true);
      expect(Number.isFinite(link.derivative(eta))).toBe(true);
      if (mu < 0) continue;
      if (link.cdf === undefined && mu <= 0) continue;
      expect(Number.isFinite(link.logInverse(eta))).toBe(true);
      expect(Number.isFinite(link.logInverseDerivative(eta))).toBe(true);
      if (link.cdf === undefined) continue;
      expect(Number.isFinite(link.logitInverse(eta))).toBe(true);
      expect(Number.isFinite(link.logitInverseDerivative(eta))).toBe(true);
    }
  });

  const { cdf } = link;
  if (cdf === undefined) return;

  it("is a distribution function with the derivatives it claims, in both tails", () => {
    for (const x of [-25, -6, -1.2, 0.1, 0.9, 3, 6]) {
      if (name === "cloglog" && x > 5) continue; // log F is then 0 to the last digit
      expectSlope(cdf.logCdfDerivative(x), cdf.logCdf, x, `logCdf at ${x}`);
      expectSlope(cdf.logCcdfDerivative(x), cdf.logCcdf, x, `logCcdf at ${x}`);
      expect(Math.exp(cdf.logCdf(x)) + Math.exp(cdf.logCcdf(x))).toBeCloseTo(1, 13);
      const hazard = Math.exp(cdf.logDensity(x) - cdf.logCdf(x));
      expect(Math.abs(hazard / cdf.logCdfDerivative(x) - 1)).toBeLessThan(1e-10);
    }
  });

  it("has differences of probabilities without cancellation", () => {
    for (const [lower, upper] of [
      [-20, -19],
      [-3, -2.9],
      [-1, 1],
      [-4, 2],
      [1.1, 1.2],
      [0.5, 30],
    ] as const) {
      const value = cdf.logDifference(upper, lower);
      // Directly, from whichever tail is shorter.
      const direct =
        lower > 0
          ? Math.exp(cdf.logCcdf(lower)) - Math.exp(cdf.logCcdf(upper))
          : Math.exp(cdf.logCdf(upper)) - Math.exp(cdf.logCdf(lower));
      expect(Math.abs(Math.exp(value) / direct - 1)).toBeLessThan(1e-11);
      const byUpper = cdf.differenceByUpper(upper, lower, value);
      const byLower = cdf.differenceByLower(upper, lower, value);
      const where = `between ${lower} and ${upper}`;
      if (byUpper > 1e-9) expectSlope(byUpper, (x) => cdf.logDifference(x, lower), upper, where);
      expectSlope(byLower, (x) => cdf.logDifference(upper, x), lower, where);
    }
    // A narrow interval has the probability density × width; curvature leaves an error of the order of the width.
    for (const x of [-15, -2, 0.3, 2]) {
      const width = 1e-9;
      const expected = cdf.logDensity(x) + Math.log(x + width - x);
      expect(Math.abs(cdf.logDifference(x + width, x) - expected)).toBeLessThan(1e-6);
    }
  });
});

describe("probability links agree with R", () => {
  const { x } = reference.links;
  it.each(["logit", "probit", "cauchit", "cloglog"] as const)("%s", (name) => {
    const { cdf } = links[name];
    const expected = reference.links[name];
    x.forEach((value, i) => {
      for (const tail of ["logCdf", "logCcdf"] as const) {
        const error = Math.abs(cdf[tail](value) - expected[tail][i]!);
        expect(error, `${tail}(${value})`).toBeLessThanOrEqual(1e-13 * Math.abs(expected[tail][i]!) + 1e-300);
      }
    });
    reference.quantiles.mu.forEach((mu, i) => {
      // The condition of a quantile near 1 costs digits: 1e-16 / (1 − 0.9999) and some.
      const quantile = reference.quantiles[name][i]!;
      expect(Math.abs(links[name].link(mu) - quantile)).toBeLessThan(1e-11 * Math.max(1, Math.abs(quantile)));
    });
  });
});

describe("scaledLink", () => {
  it("costs nothing where link and kernel scale are the same", () => {
    expect(scaledLink("log", "log").identity).toBe(true);
    expect(scaledLink("logit", "logit").identity).toBe(true);
    expect(scaledLink("identity", "identity").identity).toBe(true);
    expect(scaledLink("log", "identity").identity).toBe(false);
    expect(scaledLink(findLink("identity"), "log").identity).toBe(false);
  });

  it("is the identity where it says so", () => {
    for (const scale of ["identity", "log", "logit"] as const) {
      expect(scaledLink(scale, scale).value(-3.7)).toBe(-3.7);
      expect(scaledLink(scale, scale).derivative(-3.7)).toBe(1);
    }
  });

  it("names the nearest link for an unknown one", () => {
    expect(() => findLink("probitt")).toThrow(/there is no link "probitt"; did you mean "probit"\?/);
    expect(() => findLink("toString")).toThrow(/there is no link/);
  });
});
