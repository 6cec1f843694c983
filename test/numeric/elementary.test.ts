import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Elementary from "../../src/numeric/elementary.ts";

type Triple = readonly [x: number, nearest: number, rest: number];
const reference = JSON.parse(
  readFileSync(new URL("../fixtures/kernels/elementary.json", import.meta.url), "utf8"),
) as Record<string, readonly Triple[]>;

const functions = { ...Elementary };

/** Distance between neighbouring doubles at x. */
function ulp(x: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(x));
  view.setBigInt64(0, view.getBigInt64(0) + 1n);
  return view.getFloat64(0) - Math.abs(x);
}

describe.each(["exp", "log", "log1p"] as const)("%s", (name) => {
  it("is within one unit of the last place of 60-digit values", () => {
    const own = functions[name];
    for (const [x, nearest, rest] of reference[name]!) {
      const y = own(x);
      const error = Object.is(y, nearest) ? 0 : Math.abs(y - nearest - rest) / ulp(nearest);
      expect(error, `${name}(${x}) = ${y}, not ${nearest}`).toBeLessThanOrEqual(1);
    }
  });
});

describe("every function", () => {
  const domains: Record<
    Exclude<keyof typeof Elementary, "atan2" | "hypot" | "pow">,
    readonly [number, number]
  > = {
    acos: [-1, 1],
    asin: [-1, 1],
    asinh: [-50, 50],
    atan: [-50, 50],
    atanh: [-0.999, 0.999],
    cbrt: [-50, 50],
    cos: [-50, 50],
    cosh: [-50, 50],
    exp: [-740, 709],
    expm1: [-40, 700],
    log: [1e-300, 1e6],
    log10: [1e-300, 1e6],
    log1p: [-0.999999, 50],
    log2: [1e-300, 1e6],
    sin: [-50, 50],
    sinh: [-50, 50],
    tan: [-50, 50],
    tanh: [-20, 20],
  };
  it.each(Object.entries(domains))(
    "%s is the engine's to a few units of the last place",
    (name, [min, max]) => {
      const own = functions[name as keyof typeof domains];
      const engine = Math[name as keyof typeof domains];
      fc.assert(
        fc.property(fc.double({ min, max, noNaN: true }), (x) => {
          expect(Math.abs(own(x) - engine(x))).toBeLessThanOrEqual(4 * ulp(engine(x)));
        }),
        { seed: 1, numRuns: 300 },
      );
    },
  );

  it("atan2, hypot and pow too", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 9, noNaN: true }),
        fc.double({ min: -9, max: 9, noNaN: true }),
        (x, y) => {
          expect(Math.abs(Elementary.hypot(x, y) - Math.hypot(x, y))).toBeLessThanOrEqual(
            4 * ulp(Math.hypot(x, y)),
          );
          expect(Math.abs(Elementary.atan2(y, x) - Math.atan2(y, x))).toBeLessThanOrEqual(
            4 * ulp(Math.atan2(y, x)),
          );
          expect(Math.abs(Elementary.pow(x, y) - x ** y)).toBeLessThanOrEqual(4 * ulp(x ** y));
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe("at the ends of their domains", () => {
  const { exp, log, log1p, hypot } = Elementary;
  it("exp under- and overflows and keeps NaN", () => {
    const x = [Infinity, -Infinity, Number.NaN, 710, -746, 1e300, -1e300, -745, 709.7];
    const y = [Infinity, 0, Number.NaN, Infinity, 0, Infinity, 0, 5e-324, Math.exp(709.7)];
    expect(x.map(exp)).toEqual(y);
  });

  it("log is −∞ at 0, NaN below, and right for subnormal numbers", () => {
    expect([0, -0, -1, Infinity, -Infinity, Number.NaN].map(log)).toEqual([
      -Infinity,
      -Infinity,
      Number.NaN,
      Infinity,
      Number.NaN,
      Number.NaN,
    ]);
    expect(log(5e-324)).toBeCloseTo(-1074 * Math.LN2, 10);
  });

  it("hypot neither over- nor underflows", () => {
    expect(hypot(3e300, 4e300)).toBeCloseTo(5e300, -290);
    expect(hypot(3e-300, 4e-300) / 5e-300).toBeCloseTo(1, 12);
    expect([hypot(), hypot(0, 0), hypot(Infinity, 1), hypot(1, Number.NaN)]).toEqual([
      0,
      0,
      Infinity,
      Number.NaN,
    ]);
  });

  it("log1p keeps infinity, NaN and zeros", () => {
    expect([-1, -2, Infinity, Number.NaN].map(log1p)).toEqual([-Infinity, Number.NaN, Infinity, Number.NaN]);
    expect([log1p(0), log1p(-0), log1p(1e-20)]).toEqual([0, -0, 1e-20]);
  });
});
