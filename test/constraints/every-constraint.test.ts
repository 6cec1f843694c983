/** Every constraint: round trip, log-Jacobian against a numerical determinant, pullback against differences. */
import fc from "fast-check";
import { determinant, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import type { Bounds, Constraint } from "../../src/constraints/constraint.ts";
import { constraints } from "../../src/constraints/index.ts";

interface Case {
  readonly size: number;
  readonly attributes?: unknown;
  /** Which elements of x are free coordinates of its surface, in the order of u. */
  readonly free: readonly number[];
  readonly inside: (x: Float64Array) => boolean;
}

const bounds: Bounds = {
  lower: Float64Array.of(-Infinity, 1, -Infinity, -2, 5),
  upper: Float64Array.of(Infinity, Infinity, 3, 4, 5),
};

const cases: { readonly [K in keyof typeof constraints]: Case } = {
  bounds: {
    size: 5,
    attributes: bounds,
    free: [0, 1, 2, 3],
    inside: (x) =>
      x.every((value, i) => value >= bounds.lower[i]! && value <= bounds.upper[i]!) && x[4] === 5,
  },
  ordered: {
    size: 4,
    free: [0, 1, 2, 3],
    inside: (x) => x.every((value, i) => i === 0 || value >= x[i - 1]!),
  },
  simplex: {
    size: 4,
    free: [0, 1, 2],
    inside: (x) => x.every((value) => value >= 0) && Math.abs(x.reduce((a, b) => a + b) - 1) < 1e-12,
  },
  sinh: {
    size: 3,
    attributes: { scale: Float64Array.of(0.1, 1, 20) },
    free: [0, 1, 2],
    inside: (x) => x.every(Number.isFinite),
  },
  cholesky_correlation: {
    size: 9,
    free: [3, 6, 7],
    inside: (x) =>
      [0, 1, 2].every((i) => Math.abs(x[3 * i]! ** 2 + x[3 * i + 1]! ** 2 + x[3 * i + 2]! ** 2 - 1) < 1e-12),
  },
};

describe.each(Object.keys(cases) as (keyof typeof constraints)[])("%s", (name) => {
  const constraint = constraints[name] as Constraint<unknown>;
  const { size, attributes, free, inside } = cases[name];
  const length = constraint.unconstrainedSize(size, attributes);
  const point = (range: number) =>
    fc.array(fc.double({ min: -range, max: range, noNaN: true }), { minLength: length, maxLength: length });
  const constrain = (u: ArrayLike<number>) => {
    const x = new Float64Array(size);
    const logJacobian = constraint.constrain(Float64Array.from(u), x, attributes);
    return { x, logJacobian };
  };

  it("lands inside, for extreme coordinates too, and comes back", () => {
    fc.assert(
      fc.property(point(30), (u) => {
        expect(inside(constrain(u).x)).toBe(true);
      }),
      { seed: 1 },
    );
    fc.assert(
      fc.property(point(4), (u) => {
        const back = new Float64Array(length);
        constraint.unconstrain(constrain(u).x, back, attributes);
        u.forEach((value, i) => expect(back[i]).toBeCloseTo(value, 6));
      }),
      { seed: 2 },
    );
  });

  it("knows its log-Jacobian", () => {
    fc.assert(
      fc.property(point(2), (u) => {
        const h = 1e-5;
        const jacobian = u.map((_, k) => {
          const shifted = (by: number) => constrain(u.map((value, i) => value + (i === k ? by : 0))).x;
          const [up, down] = [shifted(h), shifted(-h)];
          return free.map((i) => (up[i]! - down[i]!) / (2 * h));
        });
        expect(constrain(u).logJacobian).toBeCloseTo(
          Math.log(Math.abs(determinant(new Matrix(jacobian)))),
          5,
        );
      }),
      { seed: 3, numRuns: 50 },
    );
  });

  it("pulls adjoints back, adding to what is there", () => {
    fc.assert(
      fc.property(
        point(2),
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: size + 1, maxLength: size + 1 }),
        (u, weights) => {
          const value = (at: readonly number[]) => {
            const { x, logJacobian } = constrain(at);
            return x.reduce((total, own, i) => total + own * weights[i]!, weights[size]! * logJacobian);
          };
          const uBar = new Float64Array(length).fill(1);
          const xBar = Float64Array.from(weights.slice(0, size));
          constraint.pullback(Float64Array.from(u), constrain(u).x, xBar, weights[size]!, uBar, attributes);
          u.forEach((_, k) => {
            const shifted = (by: number) => value(u.map((own, i) => own + (i === k ? by : 0)));
            expect(uBar[k]! - 1).toBeCloseTo((shifted(1e-5) - shifted(-1e-5)) / 2e-5, 5);
          });
        },
      ),
      { seed: 4, numRuns: 50 },
    );
  });
});

describe("bounds", () => {
  it("keeps its log-Jacobian finite at |u| = 700", () => {
    for (const u of [-700, 700]) {
      const x = new Float64Array(5);
      expect(Number.isFinite(constraints.bounds.constrain(new Float64Array(4).fill(u), x, bounds))).toBe(
        true,
      );
    }
  });
});
