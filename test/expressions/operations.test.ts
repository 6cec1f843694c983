import { describe, expect, it } from "vitest";
import * as b from "../../src/expressions/build.ts";
import { gradient } from "../../src/expressions/gradient.ts";
import { operationNames, operations } from "../../src/expressions/operations.ts";
import { fromPlain, toPlain } from "../../src/expressions/plain.ts";
import { type Leaves, scalarProgram } from "../../src/expressions/scalar-program.ts";

const x = b.parameter("x");
const y = b.parameter("y");
const z = b.parameter("z");
const leaves: Leaves = { at: (leaf) => ["x", "y", "z"].indexOf(leaf.name), vector: () => 0 };

/** Points in the domain of each operation that is not defined everywhere. */
const points: Partial<Record<(typeof operationNames)[number], readonly (readonly number[])[]>> = {
  pow: [
    [0.7, 2.3],
    [3, -1.5],
  ],
  sqrt: [[0.3], [7]],
  log: [[0.3], [7]],
  log1p: [[-0.4], [3]],
  log1pUnit: [],
  expNegAbs: [],
  log1mExp: [[-0.2], [-3], [-40]],
  bose: [[0.2], [-0.4], [5]],
  logGamma: [[0.3], [4.2], [50]],
  digamma: [[0.3], [4.2], [50]],
  trigamma: [[0.3], [4.2], [50]],
  logGamma1p: [[0.3], [4.2]],
  logRatioMinus: [],
  halfStep0: [[0.4], [5], [30]],
  halfStep1: [[0.4], [5], [30]],
  halfStep2: [[0.4], [5], [30]],
  logNormalDifference: [
    [0.4, -1],
    [6, 5],
    [-5, -6],
  ],
  logCauchyDifference: [
    [0.4, -1],
    [6, 5],
    [-5, -6],
  ],
  logSoftitDifference: [
    [0.4, -1],
    [6, 5],
    [-5, -6],
  ],
  expGap: [
    [0.4, -1],
    [0.5, 0.4],
  ],
  log1pSquare: [
    [0.4, 2],
    [-6, 1.5],
  ],
  log1pSquareSlope: [
    [0.4, 2],
    [-6, 1.5],
  ],
  logGammaCdf: [
    [0.3, 0.9],
    [1, -2],
    [3, 3.1],
  ],
  logGammaCcdf: [
    [0.3, 0.9],
    [1, -2],
    [3, 3.1],
  ],
  logBetaCdf: [
    [0.6, 2.1, 0.3],
    [4, 0.8, 0.7],
  ],
  logBetaCcdf: [
    [0.6, 2.1, 0.3],
    [4, 0.8, 0.7],
  ],
  logStudentCdf: [
    [0.6, 2.1],
    [-4, 3],
  ],
};
const anywhere = [
  [0.7, -0.3, 1.2],
  [-1.6, 2.4, 0.4],
  [2.2, 2.9, -1],
];
/** Operations whose second operand is fixed by the first: tested below. */
const hinted = /^(stirling|rising|logRatioMinus)/;

describe.each(operationNames.filter((name) => !hinted.test(name)))("%s", (name) => {
  const { arity, partials } = operations[name];
  it("has the derivatives of its value", () => {
    const operands = [x, y, z].slice(0, arity);
    const expression = b.make(name, ...operands);
    if (partials === undefined || name === "lt" || name === "eq") return;
    const program = scalarProgram(gradient(expression, operands), leaves);
    const out = new Float64Array(arity);
    for (const point of points[name] ?? anywhere) {
      program.run(Float64Array.from(point), out);
      const slopes = partials.length === 0 ? [] : operands;
      slopes.forEach((_, i) => {
        // The data of a row are never differentiated.
        if (i === 2 || (name === "select" && i === 0) || (name === "pull" && point[0] === 0)) return;
        const at = (h: number) => {
          const moved = point.map((value, k) => (k === i ? value + h : value));
          return operations[name].value(moved[0]!, moved[1]!, moved[2]!);
        };
        const h = 1e-3;
        const numeric = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
        expect(
          Math.abs(out[i]! - numeric),
          `${name} at ${point}, operand ${i + 1}: ${out[i]} and ${numeric}`,
        ).toBeLessThan(1e-8 * Math.max(1, Math.abs(numeric)));
      });
    }
  });
});

describe.each(["stirling0", "stirling1", "stirling2"] as const)("%s", (name) => {
  it("has its derivative by log a", () => {
    const next = operations[`stirling${Number(name.at(-1)) + 1}` as "stirling1"];
    for (const logA of [-9, -1, 0.4, 2, 2.7, 2.78, 4, 12]) {
      const at = (h: number) => operations[name].value(0, Math.exp(logA + h), 0);
      const h = 2e-3;
      const numeric = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
      expect(Math.abs(next.value(0, Math.exp(logA), 0) - numeric)).toBeLessThan(1e-10);
    }
  });
});

describe.each(["rising0", "rising1", "rising2"] as const)("%s", (name) => {
  it("has its derivative by log a", () => {
    const next = operations[`rising${Number(name.at(-1)) + 1}` as "rising1"];
    for (const logA of [-9, -1, 0.4, 2, 4]) {
      for (const count of [0, 1, 2, 7, 20, 21, 300]) {
        const at = (h: number) => operations[name].value(0, Math.exp(logA + h), count);
        const h = 2e-3;
        const numeric = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
        expect(Math.abs(next.value(0, Math.exp(logA), count) - numeric)).toBeLessThan(
          1e-9 * Math.max(1, Math.abs(numeric)),
        );
      }
    }
  });
});

describe("expressions", () => {
  it("are one object when written twice", () => {
    expect(b.add(b.exp(x), y)).toBe(b.add(b.exp(x), y));
    expect(b.add(x, y)).not.toBe(b.add(y, x));
  });

  it("simplify what is plain to see", () => {
    expect(b.add(x, 0)).toBe(x);
    expect(b.mul(x, 0)).toBe(b.constant(0));
    expect(b.sub(x, b.neg(y))).toBe(b.add(x, y));
    expect(b.neg(b.neg(x))).toBe(x);
    expect(b.exp(0)).toBe(b.constant(1));
    expect(b.select(b.constant(1), x, y)).toBe(x);
  });

  it("hide slopes of what does not count", () => {
    // log x has an infinite slope at 0, where the other branch is chosen.
    const safe = b.select(b.lt(0, x), b.log(x), 0);
    const out = new Float64Array(1);
    scalarProgram(gradient(safe, [x]), leaves).run(Float64Array.of(0, 0, 0), out);
    expect(out[0]).toBe(0);
  });

  it("differentiate again and again", () => {
    const f = b.mul(b.exp(b.mul(2, x)), b.log1pExp(x));
    const [first] = gradient(f, [x]);
    const [second] = gradient(first!, [x]);
    const [third] = gradient(second!, [x]);
    const out = new Float64Array(4);
    scalarProgram([f, first!, second!, third!], leaves).run(Float64Array.of(0.3, 0, 0), out);
    const e = Math.exp(0.6);
    const s = 1 / (1 + Math.exp(-0.3));
    const l = Math.log1p(Math.exp(0.3));
    const d1 = s * (1 - s);
    expect(out[1]).toBeCloseTo(e * (2 * l + s), 13);
    expect(out[2]).toBeCloseTo(e * (4 * l + 4 * s + d1), 12);
    expect(out[3]).toBeCloseTo(e * (8 * l + 12 * s + 6 * d1 + d1 * (1 - 2 * s)), 12);
  });

  it("travel as data", () => {
    const f = b.select(
      b.eq(b.data("y"), 0),
      b.element("tau", b.sub(b.data("y"), 1)),
      b.log1pExp(b.mul(-Infinity, x)),
    );
    const travelled = fromPlain(JSON.parse(JSON.stringify(toPlain([f, x]))));
    expect(travelled).toEqual([f, x]);
    expect(travelled[0]).toBe(f);
    expect(() => fromPlain({ nodes: [{ apply: "constructor", operands: [] }], roots: [0] })).toThrow(
      /no operation/,
    );
    expect(() => fromPlain({ nodes: [{ apply: "exp", operands: [3] }], roots: [0] })).toThrow(
      /does not have/,
    );
  });
});
