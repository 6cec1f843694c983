import { describe, expect, it } from "vitest";
import { findFamily } from "../../src/families/index.ts";
import { logBetaCdf } from "../../src/numeric/beta-tail.ts";
import { hazardExcess, inverseMills } from "../../src/numeric/normal-tail.ts";
import {
  logGammaHalfStep,
  logRisingExcess,
  logRisingExcessSlope,
  stirlingExcess,
  stirlingExcessSlope,
} from "../../src/numeric/stirling.ts";

const context = { links: {}, categories: 0 };
const density = (name: string, y: number, p: number[], trials = 1): number => {
  const family = findFamily(name);
  const kernel = family.kernel({ links: {}, categories: p.length - family.dpars.length + 1 });
  const d = new Float64Array([y, trials, Number.NaN]);
  return kernel.logDensity(d, Float64Array.from(p), new Float64Array(p.length)) + (kernel.dataTerm?.(d) ?? 0);
};

describe("families at the edge of their parameter space", () => {
  it("negbinomial becomes Poisson as shape grows", () => {
    // The first neglected term is of order 1/shape.
    for (const y of [0, 3, 40, 500]) {
      const poisson = density("poisson", y, [Math.log(30)]);
      for (const logShape of [30, 200, 700]) {
        expect(Math.abs(density("negbinomial", y, [Math.log(30), logShape]) - poisson)).toBeLessThan(
          1e-12 * Math.abs(poisson) + 1e6 * Math.exp(-logShape),
        );
      }
    }
  });

  it("beta_binomial becomes binomial as phi grows", () => {
    for (const y of [0, 3, 40]) {
      const binomial = density("binomial", y, [0.3], 40);
      expect(density("beta_binomial", y, [0.3, 60], 40)).toBeCloseTo(binomial, 11);
    }
  });

  it("Gamma becomes normal as shape grows", () => {
    // y = mu (1 + z/√shape): log density → log φ(z) + ½ log shape − log mu, with an error of order z³/√shape.
    for (const z of [-1, 0, 2]) {
      const y = 3 * (1 + z * Math.exp(-15));
      const expected = -0.5 * z * z - 0.5 * Math.log(2 * Math.PI) + 15 - Math.log(3);
      expect(density("Gamma", y, [Math.log(3), 30])).toBeCloseTo(expected, 4);
    }
  });

  it("student becomes gaussian as nu grows", () => {
    const kernel = findFamily("student").kernel(context);
    const gaussian = findFamily("gaussian").kernel(context);
    const g = new Float64Array(3);
    const d = new Float64Array([2.5, 1, Number.NaN]);
    for (const nu of [1e7, 1e9, 1e300]) {
      const p = new Float64Array([0.3, 0.2, nu]);
      const normal = density("gaussian", 2.5, [0.3, 0.2]);
      expect(Math.abs(density("student", 2.5, [0.3, 0.2, nu]) - normal)).toBeLessThan(1e-13 + 10 / nu);
      const tail = gaussian.logCdf!(d, p.subarray(0, 2), g.subarray(0, 2));
      expect(Math.abs(kernel.logCdf!(d, p, g) - tail)).toBeLessThan(1e-13 + 10 / nu);
    }
  });

  it("student's distribution function has no seam where its expansion takes over", () => {
    // Either side of nu = 1e8, where powers of nu / (nu + t²) are conditioned like nu: 1e-16 becomes up to 1e-10.
    const kernel = findFamily("student").kernel(context);
    const g = new Float64Array(3);
    for (const y of [-6, -1, 0.4]) {
      const d = new Float64Array([y, 1, Number.NaN]);
      const below = kernel.logCdf!(d, new Float64Array([0, 0, 99_999_999]), g);
      const above = kernel.logCdf!(d, new Float64Array([0, 0, 100_000_001]), g);
      expect(Math.abs(above / below - 1)).toBeLessThan(1e-10);
    }
  });

  it("impossible parameters have density zero", () => {
    expect(density("poisson", 0, [Number.NaN])).toBe(-Infinity);
    expect(density("student", 1, [0, 0, -3])).toBe(-Infinity);
    expect(density("cumulative", 2, [0, -1, -1, 1])).toBe(-Infinity);
    expect(density("cumulative", 2, [0, 1, 1, -1])).toBe(-Infinity);
  });
});

describe("tails of the normal distribution", () => {
  // φ(x)/Φ(−x) from the asymptotic series of Mills' ratio (DLMF 7.12.1): x / (1 − 1/x² + 3/x⁴ − 15/x⁶ + 105/x⁸ …).
  it.each([20, 40, 700])("hazard at %d", (x) => {
    const r = 1 / (x * x);
    const series = 1 - r * (1 - r * (3 - r * (15 - r * (105 - r * (945 - r * 10395)))));
    expect(Math.abs(inverseMills(-x) / (x / series) - 1)).toBeLessThan(1e-12);
  });

  it("has no seam where the continued fraction takes over", () => {
    const below = hazardExcess(10 - 1e-12);
    const above = hazardExcess(10 + 1e-12);
    expect(Math.abs(below / above - 1)).toBeLessThan(1e-11);
  });
});

describe("remainders of log Γ", () => {
  // log Γ(n) = log (n − 1)! and ψ(n) = H(n − 1) − γ, summed exactly enough in doubles.
  const EULER = 0.5772156649015329;
  it.each([1, 2, 7, 8, 9, 17, 40])("at %d", (n) => {
    let logFactorial = 0;
    let harmonic = -EULER;
    for (let k = 1; k < n; k++) {
      logFactorial += Math.log(k);
      harmonic += 1 / k;
    }
    expect(stirlingExcess(n)).toBeCloseTo(n * Math.log(n) - n - logFactorial, 12);
    expect(stirlingExcessSlope(n)).toBeCloseTo(n * (Math.log(n) - harmonic), 11);
  });

  it.each([0.3, 5, 15.9, 16.1, 1000])("half step from %d", (x) => {
    // Γ(x + ½)² / Γ(x)² by the duplication of two half steps: the sum over x and x + ½ is log x.
    expect(logGammaHalfStep(x) + logGammaHalfStep(x + 0.5)).toBeCloseTo(Math.log(x), 12);
  });

  it.each([1e-8, 0.3, 7, 1e4, 1e12])("rising factorial of %d", (a) => {
    for (const y of [0, 1, 2, 20, 21, 60]) {
      let value = 0;
      let slope = 0;
      for (let j = 1; j < y; j++) {
        value += Math.log1p(j / a);
        slope -= j / (a + j);
      }
      expect(Math.abs(logRisingExcess(a, y) - value)).toBeLessThan(1e-12 * Math.max(10, value));
      expect(Math.abs(logRisingExcessSlope(a, y) - slope)).toBeLessThan(1e-12 * Math.max(10, -slope));
    }
  });
});

describe("incomplete beta function", () => {
  it("has the closed forms of b = 1 and a = 1", () => {
    const partials = new Float64Array(3);
    for (const x of [1e-8, 0.2, 0.7, 0.99]) {
      for (const a of [0.01, 1, 30, 2000]) {
        // Iₓ(a, 1) = xᵃ, Iₓ(1, b) = 1 − (1 − x)ᵇ
        expect(Math.abs(logBetaCdf(x, 1 - x, a, 1, partials) / (a * Math.log(x)) - 1)).toBeLessThan(1e-11);
        expect(Math.abs(partials[0]! / Math.log(x) - 1)).toBeLessThan(1e-9);
        const expected = Math.log(-Math.expm1(a * Math.log1p(-x)));
        const value = logBetaCdf(x, 1 - x, 1, a, partials);
        expect(Math.abs(value - expected)).toBeLessThan(1e-12 * Math.max(1, Math.abs(expected)));
      }
    }
  });
});
