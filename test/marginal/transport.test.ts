/** The map v = m + L⁻ᵀu against its definition in dense algebra, and its derivatives against differences. */
import { describe, expect, it } from "vitest";
import { type GroupBlock, makeStructure, type Structure } from "../../src/marginal/structure.ts";
import {
  setWeights,
  type TransportSystem,
  transportBackward,
  transportForward,
  transportInverse,
  transportMean,
  transportSystem,
} from "../../src/marginal/transport.ts";
import { stream } from "../../src/random/streams.ts";

const rows = 90;
const rng = stream(7, 0, "sampler");
const normals = (n: number) => Float64Array.from({ length: n }, () => rng.normal());
const columns = (size: number, ones = true) => {
  const out = normals(rows * size);
  if (ones) out.fill(1, 0, rows);
  return out;
};
const factor = (levels: number, size: number, index: (i: number) => number): GroupBlock => ({
  levels,
  size,
  index: Int32Array.from({ length: rows }, (_, i) => index(i)),
  columns: columns(size),
});
const scattered = (levels: number) => (i: number) => (i * 7 + ((i * i) % 5)) % levels;

const cases: Record<string, { blocks: GroupBlock[]; border: number }> = {
  "one factor": { blocks: [factor(12, 1, scattered(12))], border: 3 },
  "one factor, no coefficients": { blocks: [factor(12, 1, scattered(12))], border: 0 },
  "one factor, vectors": { blocks: [factor(10, 3, scattered(10))], border: 2 },
  "a level per row, nested twice": {
    blocks: [
      factor(rows, 1, (i) => i),
      factor(30, 1, (i) => Math.floor(i / 3)),
      factor(6, 1, (i) => Math.floor(i / 15)),
    ],
    border: 2,
  },
  "nested vectors": {
    blocks: [factor(30, 2, (i) => Math.floor(i / 3)), factor(6, 3, (i) => Math.floor(i / 15))],
    border: 2,
  },
  crossed: { blocks: [factor(20, 1, scattered(20)), factor(7, 1, (i) => i % 7)], border: 2 },
  "crossed vectors": { blocks: [factor(15, 2, scattered(15)), factor(6, 2, (i) => i % 6)], border: 1 },
  "nested in crossed": {
    blocks: [
      factor(45, 1, (i) => Math.floor(i / 2)),
      factor(15, 2, (i) => Math.floor(i / 6)),
      factor(5, 1, (i) => i % 5),
    ],
    border: 3,
  },
  "a dense block of several tiles": {
    blocks: [factor(80, 1, scattered(80)), factor(67, 1, (i) => (i * 11) % 67)],
    border: 2,
  },
};

interface Trial {
  readonly structure: Structure;
  readonly system: TransportSystem;
  readonly weights: Float64Array;
  readonly x: Float64Array;
  readonly precisions: Float64Array;
  readonly lambda: Float64Array[];
  readonly held: Float64Array;
  readonly u: Float64Array;
}

function trial({ blocks, border }: (typeof cases)[string], listed: boolean): Trial {
  const structure = makeStructure(rows, blocks, border);
  const system = transportSystem(structure, 2, listed);
  const weights = Float64Array.from({ length: rows }, (_, i) => (i % 11 === 0 ? 0 : 0.2 + rng.uniform()));
  const x = columns(border);
  const precisions = Float64Array.from({ length: border }, (_, k) => (k === 0 ? 0.01 : 0.5));
  setWeights(system, weights, x, precisions);
  for (const source of system.sources) source.set(normals(source.length));
  const lambda = blocks.map(({ size }) => {
    const l = new Float64Array(size * size);
    for (let j = 0; j < size; j++)
      for (let k = 0; k <= j; k++) l[j * size + k] = j === k ? 0.5 + rng.uniform() : rng.normal();
    return l;
  });
  return {
    structure,
    system,
    weights,
    x,
    precisions,
    lambda,
    held: normals(2),
    u: normals(system.work.v.length),
  };
}

/** M and c from their definitions. */
function dense({ structure, system, weights, x, precisions, lambda, held }: Trial) {
  const { blocks, firstColumn, effects, border } = structure;
  const size = effects + border;
  const m = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => (i !== j ? 0 : i < effects ? 1 : precisions[i - effects]!)),
  );
  for (let i = 0; i < rows; i++) {
    const row = new Float64Array(size);
    blocks.forEach((block, f) => {
      for (let j = 0; j < block.size; j++) {
        for (let k = 0; k <= j; k++) {
          row[firstColumn[f]! + block.index[i]! * block.size + k]! +=
            block.columns[j * rows + i]! * lambda[f]![j * block.size + k]!;
        }
      }
    });
    for (let k = 0; k < border; k++) row[effects + k] = x[k * rows + i]!;
    for (let a = 0; a < size; a++) {
      if (row[a] === 0) continue;
      for (let b = 0; b < size; b++) m[a]![b]! += weights[i]! * row[a]! * row[b]!;
    }
  }
  const c = new Float64Array(size);
  const s = Float64Array.from(
    { length: size },
    (_, i) => system.sources[0]![i]! + held[0]! * system.sources[1]![i]! + held[1]! * system.sources[2]![i]!,
  );
  c.set(s.subarray(effects), effects);
  blocks.forEach((block, f) => {
    for (let level = 0; level < block.levels; level++) {
      const at = firstColumn[f]! + level * block.size;
      for (let j = 0; j < block.size; j++) {
        for (let k = 0; k <= j; k++) c[at + k]! += lambda[f]![j * block.size + k]! * s[at + j]!;
      }
    }
  });
  return { m, c };
}

const product = (m: number[][], x: Float64Array) =>
  Float64Array.from(m, (row) => row.reduce((sum, value, j) => sum + value * x[j]!, 0));
const inner = (x: Float64Array, y: Float64Array) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
const expectClose = (actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) => {
  const scale = Math.max(1, ...Array.from(expected, Math.abs));
  for (let i = 0; i < expected.length; i++) {
    expect(
      Math.abs(actual[i]! - expected[i]!),
      `element ${i}: ${actual[i]} is not ${expected[i]}`,
    ).toBeLessThan(tolerance * scale);
  }
};

const both = Object.entries(cases).flatMap(([name, given]) => [
  { name, given, listed: true },
  { name, given, listed: false },
]);

describe.each(both)("transport: $name, listed: $listed", ({ given, listed }) => {
  const own = trial(given, listed);
  const { system, lambda, held, u } = own;

  it("M·m = c, (v − m)ᵀM(v − m) = uᵀu, and back from v to u", () => {
    const { m, c } = dense(own);
    transportForward(system, lambda, held, u);
    const v = system.work.v.slice();
    const mean = new Float64Array(v.length);
    expect(transportMean(system, lambda, held, mean)).toBe(true);
    expectClose(product(m, mean), c, 1e-10);
    const away = v.map((value, i) => value - mean[i]!);
    expect(inner(away, product(m, away))).toBeCloseTo(inner(u, u), 8);
    const back = new Float64Array(u.length);
    expect(transportInverse(system, lambda, held, v, back)).toBe(true);
    expectClose(back, u, 1e-11);
  });

  it("the gradient of g(v) − log|L| by u, λ and held parameters", () => {
    const slope = normals(u.length);
    const bend = normals(u.length).map((value) => 0.1 * value);
    const value = (l: readonly Float64Array[], h: Float64Array, at: Float64Array) => {
      const logPivots = transportForward(system, l, h, at);
      const { v } = system.work;
      return v.reduce((sum, x, i) => sum + slope[i]! * x + 0.5 * bend[i]! * x * x, 0) - logPivots;
    };
    value(lambda, held, u);
    const gradient = system.work.v.map((x, i) => slope[i]! + bend[i]! * x);
    const alongU = new Float64Array(u.length);
    const alongLambda = lambda.map((l) => new Float64Array(l.length));
    const alongHeld = new Float64Array(2);
    transportBackward(system, lambda, gradient, alongU, alongLambda, alongHeld);

    const step = 1e-5;
    const difference = (target: Float64Array, i: number) => {
      const before = target[i]!;
      target[i] = before + step;
      const above = value(lambda, held, u);
      target[i] = before - step;
      const below = value(lambda, held, u);
      target[i] = before;
      return (above - below) / (2 * step);
    };
    expectClose(
      alongU,
      u.map((_, i) => difference(u, i)),
      1e-7,
    );
    expectClose(
      alongHeld,
      held.map((_, i) => difference(held, i)),
      1e-7,
    );
    lambda.forEach((l, f) => {
      const size = Math.sqrt(l.length);
      const inLower = (at: number) => at % size <= Math.floor(at / size);
      const exact = alongLambda[f]!.filter((_, at) => inLower(at));
      const numeric = Float64Array.from([...l.keys()].filter(inLower), (at) => difference(l, at));
      expectClose(exact, numeric, 1e-7);
    });
  });
});

it("a system that is not positive definite is said to be none", () => {
  const structure = makeStructure(rows, [factor(12, 1, scattered(12))], 1);
  const system = transportSystem(structure, 0);
  setWeights(system, new Float64Array(rows).fill(1), new Float64Array(rows), Float64Array.of(0));
  const u = new Float64Array(13);
  expect(transportForward(system, [Float64Array.of(1)], new Float64Array(0), u)).toBeNaN();
  expect(transportInverse(system, [Float64Array.of(1)], new Float64Array(0), u, u.slice())).toBe(false);
});
