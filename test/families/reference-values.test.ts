import { describe, expect, it } from "vitest";
import { findFamily } from "../../src/families/index.ts";
import { scaleFromNatural } from "../../src/families/links.ts";
import reference from "../fixtures/families/families.json";

interface Case {
  readonly family: string;
  readonly y: number;
  readonly trials: number;
  readonly p: number[];
  readonly links?: { readonly mu: string };
  readonly logDensity: number;
  readonly logCdf?: number;
  readonly logCcdf?: number;
  readonly mean?: number;
}

const byFamily = new Map<string, Case[]>();
for (const entry of reference.cases as unknown as Case[]) {
  byFamily.set(entry.family, [...(byFamily.get(entry.family) ?? []), entry]);
}

// R's own functions are good to about 1e-13 relative (pt, pbeta and lgamma differences). The exgaussian reference is a
// quadrature with relative tolerance 1e-11, the ordinal ones are differences of probabilities, which cost digits.
const DEFAULT_TOLERANCE = 2e-11;
const TOLERANCE: Readonly<Record<string, number>> = {
  exgaussian: 1e-9,
  cumulative: 1e-9,
  sratio: 1e-9,
  cratio: 1e-9,
  acat: 1e-9,
};

describe.each([...byFamily])("%s agrees with R", (name, cases) => {
  it("in density, distribution function and mean", () => {
    const family = findFamily(name);
    const tolerance = TOLERANCE[name] ?? DEFAULT_TOLERANCE;
    const near = (actual: number, expected: number | undefined, what: string) => {
      if (expected === undefined) return;
      const error = Math.abs(actual - expected) / Math.max(1e-3, Math.abs(expected));
      expect(error, `${what}: ${actual} instead of ${expected}`).toBeLessThan(tolerance);
    };
    for (const entry of cases) {
      const context = {
        links: entry.links ?? {},
        categories: family.thresholds ? entry.p.length - family.dpars.length + 1 : 0,
      };
      const kernel = family.kernel(context);
      const d = new Float64Array([entry.y, entry.trials, Number.NaN]);
      const natural = Float64Array.from(entry.p);
      const p = natural.map((x, i) => {
        const dpar = family.dpars[i];
        return dpar === undefined ? x : scaleFromNatural(dpar.scale, x);
      });
      const g = new Float64Array(p.length);
      const where = JSON.stringify(entry);
      near(kernel.logDensity(d, p, g) + (kernel.dataTerm?.(d) ?? 0), entry.logDensity, `density of ${where}`);
      if (entry.logCdf !== undefined) near(kernel.logCdf!(d, p, g), entry.logCdf, `cdf of ${where}`);
      if (entry.logCcdf !== undefined) near(kernel.logCcdf!(d, p, g), entry.logCcdf, `ccdf of ${where}`);
      near(family.mean(d, natural, context), entry.mean, `mean of ${where}`);
    }
  });
});
