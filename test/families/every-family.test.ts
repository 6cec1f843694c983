import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Family, KernelContext, RowKernel } from "../../src/families/family.ts";
import { families, resolveLinks } from "../../src/families/index.ts";
import { naturalFromScale, scaledLink, scaleFromNatural } from "../../src/families/links.ts";
import { stream } from "../../src/random/streams.ts";

const TRIALS = 11;
const CATEGORIES = 4;
const COUNT_LIMIT = 4000;
const all: [string, Family][] = Object.entries(families);

const contextOf = (family: Family, mu?: string): KernelContext => ({
  links: resolveLinks(family, mu === undefined ? {} : { mu }),
  categories: family.thresholds ? CATEGORIES : 0,
});

const isCount = (family: Family): boolean => family.response.check(0.5, TRIALS) !== undefined;
const isUnit = (family: Family): boolean =>
  !isCount(family) &&
  family.response.check(2, 1) !== undefined &&
  family.response.check(-0.5, 1) !== undefined;
const isPositive = (family: Family): boolean =>
  !isCount(family) && !isUnit(family) && family.response.check(-1, 1) !== undefined;
/** The least count. */
const leastOf = (family: Family): number => (family.response.check(0, TRIALS) === undefined ? 0 : 1);
const isAngle = (family: Family): boolean =>
  family.response.check(4, 1) !== undefined && family.response.check(-1, 1) === undefined;
/** Values with a probability of their own in a continuous family. */
const atomsOf = (family: Family): readonly number[] => {
  if (isCount(family) || family.response.kind !== "numeric") return [];
  const inflated = family.dpars.some((dpar) => ["hu", "zi", "zoi"].includes(dpar.name));
  return inflated
    ? [0, 1].filter((y) => (y === 0 || isUnit(family)) && family.response.check(y, 1) === undefined)
    : [];
};

/** Moderate parameters on the kernel scale. */
function parametersOf(family: Family, unit: (i: number) => number): Float64Array {
  const p: number[] = family.dpars.map((dpar, i) => {
    const u = unit(i);
    if (dpar.name === "disc") return 0.4 + 1.2 * u;
    if (dpar.name === "nu") return 1.5 + 20 * u;
    // A beta density with a singularity at 1 cannot be integrated in doubles: 1 − y runs out of digits.
    if (dpar.name === "phi") return 1 + 1.7 * u;
    if (dpar.scale === "log") return -0.5 + 1.7 * u;
    return -1.5 + 3 * u;
  });
  if (family.thresholds) {
    let threshold = -1.5;
    for (let k = 1; k < CATEGORIES; k++) {
      threshold += 0.2 + 1.2 * unit(10 + k);
      p.push(threshold);
    }
  }
  return Float64Array.from(p);
}

const naturalOf = (family: Family, p: Float64Array): Float64Array =>
  p.map((x, i) => (i < family.dpars.length ? naturalFromScale(family.dpars[i]!.scale, x) : x));

function responseOf(family: Family, u: number): number {
  if (family.response.kind === "binary") return u < 0.5 ? 0 : 1;
  if (family.response.kind === "category") return 1 + Math.floor(u * CATEGORIES * 0.999);
  if (family.additions.includes("trials")) return Math.floor(u * (TRIALS + 0.999));
  if (isCount(family)) return leastOf(family) + Math.floor(15 * u * u);
  const atom = atomsOf(family).find((_, k) => u >= k * 0.05 && u < (k + 1) * 0.05);
  if (atom !== undefined) return atom;
  if (isAngle(family)) return (2 * u - 1) * 3.1;
  if (isUnit(family)) return 0.02 + 0.96 * u;
  // Beyond the shift of families that have one.
  if (isPositive(family)) return (family.dpars.some(({ name }) => name === "ndt") ? 3.4 : 0.05) + 6 * u;
  return -6 + 12 * u;
}

const rowOf = (y: number): Float64Array => new Float64Array([y, TRIALS, Number.NaN]);

type RowFunction = "logDensity" | "logCdf" | "logCcdf";
const functionsOf = (kernel: RowKernel): RowFunction[] =>
  (["logDensity", "logCdf", "logCcdf"] as const).filter((name) => kernel[name] !== undefined);

/** Ridders' extrapolated central difference with its own error estimate (Numerical Recipes, 5.7). */
function derivative(f: (x: number) => number, x: number, step: number): { value: number; error: number } {
  const table: number[][] = [];
  let best = { value: Number.NaN, error: Infinity };
  let h = step;
  for (let i = 0; i < 8; i++) {
    const row = [(f(x + h) - f(x - h)) / (2 * h)];
    let factor = 1.96;
    for (let j = 1; j <= i; j++) {
      row.push((row[j - 1]! * factor - table[i - 1]![j - 1]!) / (factor - 1));
      factor *= 1.96;
      const error = Math.max(Math.abs(row[j]! - row[j - 1]!), Math.abs(row[j]! - table[i - 1]![j - 1]!));
      if (error < best.error) best = { value: row[j]!, error };
    }
    table.push(row);
    h /= 1.4;
  }
  return best;
}

/** Relative to the slope, with the noise of the differences themselves allowed for. */
function expectDerivative(actual: number, f: (x: number) => number, x: number, where: string): void {
  const { value, error } = derivative(f, x, 0.02);
  const allowed = 1e-6 * Math.max(1, Math.abs(value)) + 10 * error;
  expect(error, `no usable numerical derivative: ${where}`).toBeLessThan(1e-3 * Math.max(1, Math.abs(value)));
  expect(Math.abs(actual - value), `${actual} instead of ${value}: ${where}`).toBeLessThan(allowed);
}

const units = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 16, maxLength: 16 });

describe.each(all)("%s", (name, family) => {
  const kernel = family.kernel(contextOf(family));
  const g = new Float64Array(parametersOf(family, () => 0.5).length);
  const logMass = (d: Float64Array, p: Float64Array): number =>
    kernel.logDensity(d, p, g) + (kernel.dataTerm?.(d) ?? 0);

  it("is listed under its own name with mu first and no duplicate parameters", () => {
    expect(family.name).toBe(name);
    expect(family.dpars[0]!.name).toBe("mu");
    expect(new Set(family.dpars.map((dpar) => dpar.name)).size).toBe(family.dpars.length);
    for (const dpar of family.dpars.slice(1)) expect(dpar.constantPrior).toBeDefined();
  });

  it("has the gradients of its kernel functions", () => {
    fc.assert(
      fc.property(units, fc.double({ min: 0, max: 1, noNaN: true }), (u, v) => {
        const p = parametersOf(family, (i) => u[i]!);
        const d = rowOf(responseOf(family, v));
        const scratch = new Float64Array(p.length);
        for (const which of functionsOf(kernel)) {
          if (which === "logCcdf" && d[0] === TRIALS && family.additions.includes("trials")) continue;
          const gradient = new Float64Array(p.length);
          kernel[which]!(d, p, gradient);
          for (let i = 0; i < p.length; i++) {
            const along = (x: number): number =>
              kernel[which]!(d, Float64Array.from(p).fill(x, i, i + 1), scratch);
            expectDerivative(gradient[i]!, along, p[i]!, `${which} y=${d[0]} p=${[...p]} i=${i}`);
          }
        }
      }),
      { numRuns: 25, seed: 1 },
    );
  });

  it("has the gradient of its density through every permitted link", () => {
    for (const [index, dpar] of family.dpars.entries()) {
      for (const link of dpar.links) {
        const here = family.kernel(index === 0 ? contextOf(family, link) : contextOf(family));
        const composed = scaledLink(family.thresholds && index === 0 ? "identity" : link, dpar.scale);
        for (const [u, v] of [
          [0.2, 0.15],
          [0.45, 0.6],
          [0.8, 0.95],
        ] as const) {
          const p = parametersOf(family, () => u);
          // Inside the domain of every link: means that are probabilities, or of order one.
          const natural = dpar.scale === "logit" ? 0.1 + 0.8 * u : dpar.name === "nu" ? 3 + u : 0.3 + u;
          const eta = family.thresholds && index === 0 ? natural : etaOf(link, natural);
          const d = rowOf(responseOf(family, v));
          const gradient = new Float64Array(p.length);
          const along = (x: number): number => {
            p[index] = composed.value(x);
            return here.logDensity(d, p, gradient);
          };
          along(eta);
          const slope = gradient[index]! * composed.derivative(eta);
          expectDerivative(slope, along, eta, `${dpar.name} link ${link} eta=${eta} y=${d[0]}`);
        }
      }
    }
  });

  it("is finite or −Infinity, never NaN, at |eta| = 700 through every permitted link", () => {
    for (const [index, dpar] of family.dpars.entries()) {
      for (const link of dpar.links) {
        const here = family.kernel(index === 0 ? contextOf(family, link) : contextOf(family));
        const composed = scaledLink(family.thresholds && index === 0 ? "identity" : link, dpar.scale);
        for (const eta of [-700, 700]) {
          for (const v of [0, 0.3, 0.999]) {
            const p = parametersOf(family, () => 0.4);
            p[index] = composed.value(eta);
            const d = rowOf(responseOf(family, v));
            for (const which of functionsOf(here)) {
              const where = `${which} ${dpar.name} link ${link} eta=${eta} y=${d[0]}`;
              const value = here[which]!(d, p, g);
              expect(value, where).not.toBeNaN();
              expect(value, where).toBeLessThan(Infinity);
              if (value === -Infinity) continue;
              for (const slope of g)
                expect(Number.isFinite(slope), `gradient ${[...g]} of ${where}`).toBe(true);
              expect(Number.isFinite(g[index]! * composed.derivative(eta)), `slope of ${where}`).toBe(true);
            }
          }
        }
      }
    }
  });

  it("sums or integrates to one, with its mean and its distribution function", () => {
    for (const u of [0.15, 0.5, 0.85]) {
      const p = parametersOf(family, (i) => (i % 2 === 0 ? u : 1 - u));
      const natural = naturalOf(family, p);
      const context = contextOf(family);
      const d = rowOf(0);
      const points = quadrature(family, natural);
      let total = 0;
      let mean = 0;
      for (const { y, weight } of points) {
        d[0] = y;
        const mass = weight * Math.exp(logMass(d, p));
        total += mass;
        mean += mass * y;
      }
      // The quadratures are exact to rounding; tails beyond the grid hold less than 1e-9 of the mass, of the mean of
      // heavy-tailed families a little more.
      expect(total, `total at u=${u}`).toBeCloseTo(1, 7);
      const expected = family.mean(d, natural, context);
      // The mean of directions is not that of angles.
      const hasMean = (family.name !== "student" || natural[2]! > 3) && !isAngle(family);
      if (hasMean) expect(Math.abs(mean - expected) / Math.max(1, Math.abs(expected))).toBeLessThan(1e-4);
      if (kernel.logCdf === undefined || kernel.logCcdf === undefined) continue;
      for (const v of [0.1, 0.5, 0.8]) {
        const y = responseOf(family, v);
        let below = 0;
        for (const point of quadrature(family, natural, y)) {
          d[0] = point.y;
          below += point.weight * Math.exp(logMass(d, p));
        }
        d[0] = y;
        const cdf = Math.exp(kernel.logCdf(d, p, g));
        expect(cdf, `P(Y ≤ ${y}) at u=${u}`).toBeCloseTo(below, 7);
        expect(cdf + Math.exp(kernel.logCcdf(d, p, g)), `both tails at ${y}`).toBeCloseTo(1, 12);
      }
    }
  });

  it("draws what its density says", () => {
    const context = contextOf(family);
    const p = parametersOf(family, (i) => (i % 2 === 0 ? 0.6 : 0.8));
    const natural = naturalOf(family, p);
    const rng = stream(20261120, 0, `family ${name}`);
    const draws = 20_000;
    const d = rowOf(0);
    const values = Float64Array.from({ length: draws }, () => family.sample(rng, d, natural, context));
    for (const y of values.subarray(0, 500)) expect(family.response.check(y, TRIALS)).toBeUndefined();
    // Moments and P(Y ≤ y) at three points, each within 5 Monte-Carlo standard errors.
    const mean = values.reduce((sum, y) => sum + y, 0) / draws;
    const variance = values.reduce((sum, y) => sum + (y - mean) ** 2, 0) / draws;
    if (!isAngle(family)) {
      expect(Math.abs(mean - family.mean(d, natural, context))).toBeLessThan(5 * Math.sqrt(variance / draws));
    }
    for (const v of [0.12, 0.35, 0.65]) {
      const y = responseOf(family, v);
      let below = 0;
      for (const point of quadrature(family, natural, y)) {
        d[0] = point.y;
        below += point.weight * Math.exp(logMass(d, p));
      }
      const share = values.reduce((sum, value) => sum + (value <= y ? 1 : 0), 0) / draws;
      expect(Math.abs(share - below), `share below ${y}`).toBeLessThan(
        5 * Math.sqrt((below * (1 - below)) / draws) + 1e-9,
      );
    }
  });

  if (family.probabilities !== undefined) {
    it("gives the category probabilities of its density", () => {
      const context = contextOf(family);
      const p = parametersOf(family, () => 0.3);
      const out = new Float64Array(CATEGORIES);
      family.probabilities!(p, context, out);
      for (let k = 1; k <= CATEGORIES; k++)
        expect(Math.log(out[k - 1]!)).toBeCloseTo(logMass(rowOf(k), p), 12);
    });
  }
});

/** η for a natural value of the parameter; bisection on the inverse link keeps it independent of `link.link`. */
function etaOf(link: string, natural: number): number {
  // All inverse links are monotone on the bracket.
  const { value } = scaledLink(link, "identity");
  let low = link === "inverse" || link === "1/mu^2" || link === "sqrt" ? 1e-6 : -60;
  let high = 60;
  const increasing = value(high) > value(low);
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (value(middle) < natural === increasing) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Points and weights that sum a discrete density up to `upper`, or integrate a continuous one: tanh-sinh quadrature,
 * which does not mind the end points, in pieces around the bulk, plus the atom of hurdle families.
 */
function quadrature(
  family: Family,
  natural: Float64Array,
  upper = Infinity,
): { y: number; weight: number }[] {
  if (family.response.kind === "category") return counts(1, Math.min(upper, CATEGORIES));
  if (family.response.kind === "binary") return counts(0, Math.min(upper, 1));
  if (family.additions.includes("trials")) return counts(0, Math.min(upper, TRIALS));
  if (isCount(family)) return counts(leastOf(family), Math.min(upper, COUNT_LIMIT));
  const points = atomsOf(family)
    .filter((y) => y <= upper)
    .map((y) => ({ y, weight: 1 }));
  if (isAngle(family)) return pieces([-Math.PI, -2, -1, 0, 1, 2, Math.PI], upper);
  if (isUnit(family)) return [...points, ...pieces([0, 0.1, 0.5, 0.9, 1], upper)];
  // log-spaced pieces for the positive half-line; the last ones reach where the heaviest tail is negligible.
  const positive = [0, 1e-6, 1e-3, 0.03, 0.2, 0.6, 1.2, 2, 3, 5, 8, 15, 40, 200, 2000, 3e4, 1e6, 1e9, 1e12];
  const shift = family.dpars.findIndex(({ name }) => name === "ndt");
  if (shift >= 0) return pieces([0, ...positive.map((x) => x + natural[shift]!)], upper);
  if (isPositive(family)) return [...points, ...pieces(positive, upper)];
  const negative = positive
    .slice(1)
    .reverse()
    .map((x) => -x);
  return [
    ...points,
    ...pieces(
      [...negative, ...positive].map((x) => x + natural[0]!),
      upper,
    ),
  ];
}

const counts = (from: number, to: number): { y: number; weight: number }[] =>
  Array.from({ length: to - from + 1 }, (_, k) => ({ y: from + k, weight: 1 }));

function pieces(ends: readonly number[], upper: number): { y: number; weight: number }[] {
  const points: { y: number; weight: number }[] = [];
  for (let i = 1; i < ends.length; i++) {
    const a = ends[i - 1]!;
    const b = Math.min(ends[i]!, upper);
    if (b <= a) break;
    const step = 1 / 16;
    for (let k = -72; k <= 72; k++) {
      const t = k * step;
      const s = (Math.PI / 2) * Math.sinh(t);
      const fraction = 1 / (1 + Math.exp(-2 * s));
      const y = a + (b - a) * fraction;
      if (y <= a || y >= b) continue;
      const weight = ((b - a) * step * Math.PI * Math.cosh(t) * fraction) / (1 + Math.exp(2 * s));
      points.push({ y, weight });
    }
  }
  return points;
}

describe("parameters on kernel scales", () => {
  it.each(["identity", "log", "logit"] as const)("%s goes there and back", (scale) => {
    for (const x of [0.001, 0.3, 0.97])
      expect(naturalFromScale(scale, scaleFromNatural(scale, x))).toBeCloseTo(x, 14);
  });
});
