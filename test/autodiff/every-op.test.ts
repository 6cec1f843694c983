import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Graph, type Node } from "../../src/autodiff/graph.ts";
import type { Shape } from "../../src/autodiff/op.ts";
import { sizeOf } from "../../src/autodiff/op.ts";
import { ops } from "../../src/autodiff/ops/index.ts";
import type { PredictorPart } from "../../src/autodiff/ops/linear-predictor.ts";
import { programDensity } from "../../src/autodiff/program.ts";
import { constraints } from "../../src/constraints/index.ts";
import { findDistribution } from "../../src/distributions/index.ts";
import * as b from "../../src/expressions/build.ts";
import { jsMachine } from "../../src/expressions/js-machine.ts";
import { compileRows } from "../../src/expressions/rows.ts";
import type { RowKernel } from "../../src/families/family.ts";
import { expectGradient } from "../helpers/check-gradient.ts";

/** One way to call an operation: shapes of its inputs, the attributes, and what range its inputs may take. */
interface Case {
  readonly shapes: readonly Shape[];
  readonly attributes?: unknown;
  /** Range of every element; the default avoids only the neighbourhood of 0 through `positive`. */
  readonly range?: readonly [number, number];
  /** Applied to the raw inputs of the operation, e.g. to make a matrix lower triangular with a positive diagonal. */
  readonly prepare?: (k: number, values: Float64Array) => void;
}

const vector = { shapes: [[4]] };
const positive = { shapes: [[4]], range: [0.2, 3] as const };
const pairs: Case[] = [
  { shapes: [[3], [3]], range: [0.3, 2] },
  { shapes: [[], [3]], range: [0.3, 2] },
  { shapes: [[2, 2], []], range: [0.3, 2] },
];

const rows = 5;
const parts: PredictorPart[] = [
  { kind: "intercept" },
  { kind: "dense", columns: Float64Array.from({ length: rows * 6 }, (_, i) => Math.sin(i + 1)) },
  { kind: "grouped", index: Int32Array.of(0, 1, 2, 1, 0), columns: null, count: 1, first: 1, stride: 2 },
  {
    kind: "grouped",
    index: Int32Array.of(2, 1, 0, 1, 0),
    columns: Float64Array.from({ length: rows * 2 }, (_, i) => Math.cos(i)),
    count: 2,
    first: 0,
    stride: 2,
  },
  { kind: "rows" },
];

/** A normal kernel with log scale, enough to see every branch of the row loop. */
const kernel: RowKernel = {
  logDensity(d, p, g) {
    const z = (d[0]! - p[0]!) * Math.exp(-p[1]!);
    g[0] = z * Math.exp(-p[1]!);
    g[1] = z * z - 1;
    if (p.length > 2) g[2] = 0;
    return -p[1]! - 0.5 * z * z;
  },
  // Logistic distribution function: simple, with a simple gradient.
  logCdf(d, p, g) {
    const u = d[0]! - p[0]!;
    g[0] = -1 / (1 + Math.exp(u));
    g[1] = 0;
    return -Math.log1p(Math.exp(-u));
  },
  logCcdf(d, p, g) {
    const u = d[0]! - p[0]!;
    g[0] = 1 / (1 + Math.exp(-u));
    g[1] = 0;
    return -Math.log1p(Math.exp(u));
  },
};
const response = Float64Array.from([1, 1, 2, 0.5, 1, 2, -1, 1, 0.4, 2, 1, 3]);

const cases: { readonly [K in keyof typeof ops]: readonly Case[] } = {
  add: pairs,
  subtract: pairs,
  multiply: pairs,
  divide: pairs,
  power: pairs,
  hypotenuse: pairs,
  negate: [vector],
  exp: [vector],
  log: [positive],
  log1p: [positive],
  sqrt: [positive],
  square: [vector],
  tanh: [vector],
  sin: [vector],
  cos: [vector],
  invLogit: [vector],
  log1pExp: [vector],
  map: [
    { shapes: [[4]], attributes: { value: (a: number) => a ** 3, derivative: (a: number) => 3 * a * a } },
  ],
  sum: [{ shapes: [[3], [], [2, 2]] }],
  concatenate: [{ shapes: [[3], [], [2, 2]] }],
  gather: [{ shapes: [[3]], attributes: Int32Array.of(2, 0, 2, 1) }],
  dot: [{ shapes: [[3], [3]] }],
  matmul: [
    { shapes: [[2, 3], [3]], attributes: { inner: 3, columns: 1 } },
    {
      shapes: [
        [2, 3],
        [3, 4],
      ],
      attributes: { inner: 3, columns: 4 },
    },
  ],
  tcrossprodLower: [{ shapes: [[3, 3]], prepare: lowerTriangular }],
  linearPredictor: [
    {
      shapes: [[], [6], [3, 2], [3, 2], [rows]],
      attributes: { rows, parts, offset: Float64Array.of(1, 2, 3, 4, 5) },
    },
    { shapes: [[]], attributes: { rows, parts: [parts[0]], offset: null } },
  ],
  scaleEffects: [
    { shapes: [[1], [4, 1]], range: [0.3, 2] },
    { shapes: [[2], [3, 2]], range: [0.3, 2] },
  ],
  correlateEffects: [{ shapes: [[3], [3, 3], [4, 3]], range: [0.3, 1.5], prepare: lowerAt(1) }],
  partlyCentredEffects: [
    {
      shapes: [[3], [4, 3], [12], [3, 3]],
      range: [0.3, 1.5],
      attributes: {
        grades: Uint8Array.of(0, 8, 4, 8, 8, 8, 0, 0, 0, 3, 1, 6),
        units: Float64Array.of(0.8, 1.2, 0.5),
      },
      prepare: lowerAt(3),
    },
    {
      shapes: [[2], [3, 2], [6]],
      range: [0.3, 1.5],
      attributes: { grades: Uint8Array.of(0, 8, 2, 5, 8, 0), units: Float64Array.of(0.8, 1.2) },
    },
  ],
  standardNormal: [vector],
  elementPriors: [
    {
      shapes: [[3]],
      range: [0.2, 2],
      attributes: {
        priors: [
          { distribution: findDistribution("gamma"), arguments: Float64Array.of(2, 0.5) },
          null,
          { distribution: findDistribution("student_t"), arguments: Float64Array.of(3, 0, 2.5) },
        ],
      },
    },
  ],
  distributionDensity: [
    { shapes: [[3], [], [3]], range: [0.3, 2], attributes: findDistribution("normal") },
    { shapes: [[], [], []], range: [0.3, 2], attributes: findDistribution("gamma") },
  ],
  structuredDensity: [
    {
      shapes: [[3]],
      attributes: {
        name: "quartic",
        gradient(x: Float64Array, out: Float64Array) {
          x.forEach((value, i) => {
            out[i] = -4 * value ** 3;
          });
          return -x.reduce((total, value) => total + value ** 4, 0);
        },
      },
    },
  ],
  gramLikelihood: [
    {
      // θ = (θ_0, θ_1, θ_2): a whole block on the diagonal, entries on the diagonal, entries off it.
      shapes: [[2], [], []],
      range: [0.2, 1],
      attributes: {
        size: 3,
        blocks: [
          {
            height: 2,
            width: 2,
            row: Int32Array.of(0),
            start: Int32Array.of(0, 1),
            column: Int32Array.of(0),
            values: Float64Array.of(3, 1, 1, 2),
            diagonal: true,
          },
          {
            height: 1,
            width: 1,
            row: Int32Array.of(2),
            start: Int32Array.of(0, 1),
            column: Int32Array.of(2),
            values: Float64Array.of(4),
            diagonal: true,
          },
          {
            height: 2,
            width: 1,
            row: Int32Array.of(0),
            start: Int32Array.of(0, 1),
            column: Int32Array.of(2),
            values: Float64Array.of(0.5, -0.3),
            diagonal: false,
          },
          {
            height: 1,
            width: 1,
            row: Int32Array.of(1),
            start: Int32Array.of(0, 1),
            column: Int32Array.of(2),
            values: Float64Array.of(0.1),
            diagonal: false,
          },
        ],
        crossResponse: Float64Array.of(1, -2, 0.5),
        responseSquares: 9,
        count: 7,
        centre: 0.7,
        intercept: 2,
      },
    },
  ],
  rowLikelihood: [
    { shapes: [[4], []], range: [-1, 1], attributes: likelihood(null, null) },
    { shapes: [[], [4]], range: [-1, 1], attributes: likelihood(Float64Array.of(1, 0, 2.5, 0.5), null) },
    { shapes: [[4], []], range: [-1, 1], attributes: likelihood(null, Int8Array.of(0, 1, -1, 2)) },
    { shapes: [[4], [4]], range: [-1, 1], attributes: likelihood(null, Int8Array.of(2, 2, 2, 2)) },
    { shapes: [[4], [], [1]], range: [-1, 1], attributes: likelihood(null, null) },
  ],
  machineRows: [{ shapes: [[rows], [], [2]], attributes: { machine: twoParameters() } }],
  constrain: [
    { shapes: [[2]], attributes: { constraint: constraints.ordered, attributes: undefined, size: 2 } },
    { shapes: [[2]], attributes: { constraint: constraints.simplex, attributes: undefined, size: 3 } },
  ],
  covarianceFactor: [
    { shapes: [[], []], range: [0.4, 1.5], attributes: covarianceOf([[0.5, 1.2, 0.9, 2, 1.1, 0.4]]) },
    {
      shapes: [[], [2]],
      range: [0.4, 1.5],
      attributes: covarianceOf([
        [0.5, 1.2, 0.9, 2, 1.1, 0.4],
        [0.1, 0.7, 0, 0.3, 0.8, 1.5],
      ]),
    },
  ],
  spectralSds: [
    { shapes: [[], []], range: [0.4, 1.5], attributes: spectrum(1, [0.8, 1.6, 2.4]) },
    { shapes: [[], []], range: [0.4, 1.5], attributes: spectrum(2, [0.8, 0.7, 1.6, 0.7]) },
    { shapes: [[], [2]], range: [0.4, 1.5], attributes: spectrum(2, [0.8, 0.7, 1.6, 0.7]) },
  ],
};

/** A Matérn-like correlation of four points. */
function covarianceOf(squares: number[][]) {
  return {
    correlation: {
      value: (s: number) => 1 / (1 + s),
      derivative: (s: number) => -1 / (1 + s) ** 2,
    },
    squares: squares.map((own) => Float64Array.from(own)),
    count: 4,
    jitter: 1e-3,
  };
}

function spectrum(dimensions: number, frequencies: number[]) {
  return {
    density: {
      constant: (d: number) => 0.3 * d,
      value: (u: number, d: number) => -(1 + d) * Math.log(2 + u),
      derivative: (u: number, d: number) => -(1 + d) / (2 + u),
    },
    frequencies: Float64Array.from(frequencies),
    dimensions,
  };
}

describe.each(Object.keys(cases) as (keyof typeof ops)[])("%s", (name) => {
  const op = ops[name];
  it.each(cases[name].map((example, i) => ({ i, example })))(
    "pulls adjoints back, case $i",
    ({ example }) => {
      const sizes = example.shapes.map(sizeOf);
      const dimension = sizes.reduce((a, b) => a + b, 0);
      const [low, high] = example.range ?? [-2, 2];
      const coordinate = fc.double({ min: low, max: high, noNaN: true });
      // biome-ignore lint/suspicious/noExplicitAny: attributes belong to the operation of the same row of the table
      const apply = (graph: Graph, inputs: Node[]) => graph.apply(op as any, inputs, example.attributes);

      fc.assert(
        fc.property(
          fc.array(coordinate, { minLength: dimension, maxLength: dimension }),
          fc.infiniteStream(fc.double({ min: -1, max: 1, noNaN: true })),
          (values, direction) => {
            const graph = new Graph();
            const q = graph.parameters(dimension);
            let from = 0;
            const inputs = example.shapes.map((shape, k) => {
              const node = graph.view(q, from, shape);
              const here = Float64Array.from(values.slice(from, from + sizes[k]!));
              example.prepare?.(k, here);
              here.forEach((value, i) => {
                values[from + i] = value;
              });
              from += sizes[k]!;
              return node;
            });
            const result = apply(graph, inputs);
            const weights = Float64Array.from(
              { length: result.size },
              () => direction.next().value as number,
            );
            const flat = graph.view(result, 0, [result.size]);
            const target = graph.apply(ops.dot, [flat, weights], undefined);
            expectGradient(programDensity(target, dimension), Float64Array.from(values));
          },
        ),
        { numRuns: 25, seed: 7 },
      );
    },
  );

  it("leaves constants alone", () => {
    const example = cases[name][0]!;
    const graph = new Graph();
    const [low] = example.range ?? [0.5];
    const inputs = example.shapes.map((shape, k) => {
      const values = Float64Array.from({ length: sizeOf(shape) }, (_, i) => low + 0.1 * (i + 1));
      example.prepare?.(k, values);
      return graph.constant(values, shape);
    });
    // biome-ignore lint/suspicious/noExplicitAny: as above
    expect(graph.apply(op as any, inputs, example.attributes).active).toBe(false);
  });
});

/** y ~ normal(mu, τ_k) for the one of two τ that the data say, times sigma. */
function twoParameters() {
  const scale = b.exp(b.add(b.parameter("sigma"), b.element("tau", b.data("k"))));
  const z = b.div(b.sub(b.data("y"), b.parameter("mu")), scale);
  const compiled = compileRows({
    logDensity: b.sub(b.mul(-0.5, b.square(z)), b.log(scale)),
    data: { y: Float64Array.of(1, 2, 3, 2, 1), k: Float64Array.of(0, 1, 1, 0, 1) },
    weights: Float64Array.of(1, 2, 0, 1, 0.5),
    perRow: ["mu"],
    shared: ["sigma"],
    vectors: [{ name: "tau", length: 2 }],
  });
  return jsMachine(compiled, rows, 1);
}

function likelihood(weights: Float64Array | null, censoring: Int8Array | null) {
  return { rows: 4, dpars: 2, kernel, response, weights, censoring };
}

function lowerTriangular(_k: number, values: Float64Array): void {
  const size = Math.sqrt(values.length);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      if (j > i) values[i * size + j] = 0;
      if (j === i) values[i * size + j] = 0.5 + Math.abs(values[i * size + j]!);
    }
  }
}

function lowerAt(index: number) {
  return (k: number, values: Float64Array): void => {
    if (k === index) lowerTriangular(k, values);
  };
}
