/** Thin plate splines where points are sampled (more than 2,000) or all used (as many as columns), against mgcv 1.8-41. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { learnSmooth, smoothParts } from "../../../src/terms/smooth/learn.ts";
import { sampleWithoutReplacement, textOf } from "../../../src/terms/smooth/reference-sample.ts";
import type { SmoothCall, SmoothVariable } from "../../../src/terms/smooth/smooth.ts";

const reference = JSON.parse(readFileSync("test/fixtures/smooth/mgcv-many-points.json", "utf8")) as Record<
  string,
  { gram: number[][]; fixed: number[][] }
>;

/** The generator of the fixture: s ← 16807·s mod (2³¹ − 1). */
function lcg(count: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  });
}

function table(columns: Record<string, ArrayLike<number>>): Map<string, SmoothVariable> {
  return new Map(
    Object.entries(columns).map(([name, values]) => [
      name,
      { kind: "numeric", values: Float64Array.from(values) },
    ]),
  );
}

const base: SmoothCall = {
  kind: "s",
  label: "s(x)",
  variables: ["x"],
  bs: [],
  k: [],
  m: [],
  d: [],
  fx: false,
  full: false,
};

function grams(call: SmoothCall, data: Map<string, SmoothVariable>, rows: Map<string, SmoothVariable>) {
  const [part] = smoothParts(learnSmooth(call, data), rows);
  const gram = ({ rows: n, columns, values }: { rows: number; columns: number; values: Float64Array }) =>
    Array.from({ length: n }, (_, a) =>
      Array.from({ length: n }, (__, b) => {
        let sum = 0;
        for (let j = 0; j < columns; j++) sum += values[j * n + a]! * values[j * n + b]!;
        return sum;
      }),
    );
  return { gram: gram(part!.penalised[0]!.columns), fixed: gram(part!.fixed) };
}

function expectClose(own: number[][], theirs: number[][]): void {
  const size = Math.max(...theirs.flat().map(Math.abs));
  own.forEach((row, i) => {
    row.forEach((value, j) => {
      expect(Math.abs(value - theirs[i]![j]!) / size).toBeLessThan(1e-7);
    });
  });
}

const outer = (rows: number[][]) =>
  rows.map((a) => rows.map((b) => a.reduce((sum, v, j) => sum + v * b[j]!, 0)));
const many = { x: lcg(2600, 7), z: lcg(2600, 11).map((value) => value * 40 - 3) };
const beyond = table({ x: [-0.1, 0.2, 0.7, 1.3], z: [0, 3, 30, 20] });

it("samples the points that mgcv samples, in one dimension", () => {
  const own = grams({ ...base, k: [12] }, table(many), beyond);
  expectClose(own.gram, reference["s(x, k=12)"]!.gram);
  expectClose(own.fixed, outer(reference["s(x, k=12)"]!.fixed));
});

it("and in two, where they are ordered as text", () => {
  const call = { ...base, label: "s(x,z)", variables: ["x", "z"], k: [20] };
  const own = grams(call, table(many), beyond);
  expectClose(own.gram, reference["s(x, z, k=20)"]!.gram);
});

it("takes the points themselves where there are as many as columns", () => {
  const x = Array.from({ length: 60 }, (_, i) => i % 10);
  const own = grams(base, table({ x }), table({ x: x.slice(0, 10) }));
  expectClose(own.gram, reference.ties!.gram);
  expectClose(own.fixed, outer(reference.ties!.fixed));
});

it("draws R's sample of a seed", () => {
  // set.seed(1); sample(1:3000, 6) in R 4.2.
  expect([...sampleWithoutReplacement(3000, 6, 1)].map((i) => i + 1)).toEqual([
    1017, 679, 2177, 930, 1533, 471,
  ]);
});

it("writes numbers as R's as.character does", () => {
  expect([0.0001, 123456, 100000, 0.1 + 0.2, -2.5, 1e15, 1 / 3, 1e-20, 1.25e-4].map(textOf)).toEqual([
    "1e-04",
    "123456",
    "1e+05",
    "0.3",
    "-2.5",
    "1e+15",
    "0.333333333333333",
    "1e-20",
    "0.000125",
  ]);
});
