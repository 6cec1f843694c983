/** Sufficient statistics against the rows that they stand for. */
import fc from "fast-check";
import { buildModel, compileModel } from "nutmix";
import { describe, expect, it } from "vitest";
import { Graph, type Node } from "../../src/autodiff/graph.ts";
import { ops } from "../../src/autodiff/ops/index.ts";
import type { LinearPredictorAttributes, PredictorPart } from "../../src/autodiff/ops/linear-predictor.ts";
import { programDensity } from "../../src/autodiff/program.ts";
import * as b from "../../src/expressions/build.ts";
import { jsMachine } from "../../src/expressions/js-machine.ts";
import { compileRows } from "../../src/expressions/rows.ts";
import { normalDensity } from "../../src/families/gaussian.ts";
import { gramSystem } from "../../src/model/gram-system.ts";
import { stream } from "../../src/random/streams.ts";

interface Setting {
  readonly rows: number;
  readonly covariates: number;
  readonly levels: readonly [number, number];
  readonly slopes: boolean;
  readonly intercept: boolean;
  readonly offset: boolean;
  readonly weights: boolean;
  readonly seed: number;
}

const settings = fc.record({
  rows: fc.integer({ min: 300, max: 600 }),
  covariates: fc.integer({ min: 1, max: 5 }),
  levels: fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 4 })),
  slopes: fc.boolean(),
  intercept: fc.boolean(),
  offset: fc.boolean(),
  weights: fc.boolean(),
  seed: fc.integer({ min: 1, max: 1000 }),
});

/** The same model twice, from rows and from sufficient statistics; `place` moves the response away from zero. */
function both({ rows, covariates, levels, slopes, intercept, offset, weights, seed }: Setting, place = 3) {
  const rng = stream(seed, 0, "data");
  const normals = (n: number) => Float64Array.from({ length: n }, () => rng.normal());
  const index = (n: number) => Int32Array.from({ length: rows }, () => rng.integer(n));
  const y = normals(rows).map((value) => place + value);
  const given = weights ? Float64Array.from({ length: rows }, () => 0.5 + rng.uniform()) : null;
  const width = slopes ? 2 : 1;
  const parts: PredictorPart[] = [
    { kind: "dense", columns: normals(rows * covariates) },
    ...(intercept ? [{ kind: "intercept" } as const] : []),
    {
      kind: "grouped",
      index: index(levels[0]),
      columns: slopes ? normals(rows * 2) : null,
      count: width,
      first: 0,
      stride: width,
    },
    { kind: "grouped", index: index(levels[1]), columns: null, count: 1, first: 1, stride: 2 },
  ];
  const sizes = [[covariates], ...(intercept ? [[]] : []), [levels[0], width], [levels[1], 2]];
  const length = sizes.reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0) + 1;
  const graph = new Graph();
  const q = graph.parameters(length);
  let at = 0;
  const inputs: Node[] = sizes.map((shape) => {
    const view = graph.view(q, at, shape);
    at += view.size;
    return view;
  });
  const logSigma = graph.view(q, at, []);
  const attributes: LinearPredictorAttributes = { rows, parts, offset: offset ? normals(rows) : null };
  const eta = graph.apply(ops.linearPredictor, inputs, attributes);
  const gram = gramSystem(attributes, inputs, y, given);
  return {
    gram,
    byRows: programDensity(normalLikelihood(graph, [eta, logSigma], y, given), length),
    bySums: () =>
      programDensity(graph.apply(ops.gramLikelihood, [...gram.operands, logSigma], gram.system), length),
    point: () => normals(length).map((value) => 0.5 * value),
  };
}

function normalLikelihood(
  graph: Graph,
  operands: Node[],
  y: Float64Array,
  weights: Float64Array | null,
): Node {
  const compiled = compileRows({
    ...{ logDensity: normalDensity(b.data("y")).logDensity, data: { y }, weights },
    ...{ perRow: ["mu"], shared: ["sigma"], vectors: [] },
  });
  const machine = jsMachine(compiled, y.length, 1);
  return graph.apply(
    ops.add,
    [graph.apply(ops.machineRows, operands, { machine }), compiled.constant],
    undefined,
  );
}

describe("gramSystem", () => {
  it("gives the likelihood of the rows and its gradient", () => {
    fc.assert(
      fc.property(settings, (setting) => {
        const { byRows, bySums, point } = both(setting);
        const sums = bySums();
        const q = point();
        const expected = new Float64Array(q.length);
        const found = new Float64Array(q.length);
        const value = byRows.evaluate(q, expected);
        expect(Math.abs(sums.evaluate(q, found) / value - 1)).toBeLessThan(1e-11);
        const scale = Math.max(...expected.map(Math.abs));
        for (let i = 0; i < q.length; i++)
          expect(Math.abs(found[i]! - expected[i]!)).toBeLessThan(1e-11 * scale);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  const setting: Setting = {
    rows: 500,
    covariates: 2,
    levels: [4, 3],
    slopes: true,
    intercept: true,
    offset: false,
    weights: false,
    seed: 3,
  };

  it("centres a response that lies far from zero", () => {
    const { byRows, bySums, point } = both(setting, 1e7);
    const q = point();
    q[2]! += 1e7;
    const [a, b] = [new Float64Array(q.length), new Float64Array(q.length)];
    expect(Math.abs(bySums().evaluate(q, a) / byRows.evaluate(q, b) - 1)).toBeLessThan(1e-6);
  });
});

describe("likelihood", () => {
  const rng = stream(8, 0, "data");
  const data = Array.from({ length: 400 }, (_, i) => ({
    y: 1e7 + rng.normal(),
    x: rng.normal(),
    g: `g${i % 5}`,
    h: `h${Math.floor(i / 2)}`,
  }));
  const formOf = (formula: string, options = {}) => buildModel(formula, data, options).likelihood;

  it("is sums where they are cheaper than rows", () => {
    expect(formOf("y ~ x")).toBe("sums");
    expect(formOf("y ~ x + (x | g)")).toBe("sums");
    expect(formOf("y ~ x + (x | g) + (x | h)")).toBe("rows");
    expect(formOf("y ~ x + (x | g)", { likelihood: "rows" })).toBe("rows");
  });

  it("has one posterior", () => {
    const [a, b] = (["sums", "rows"] as const).map(
      (likelihood) =>
        compileModel(buildModel("y ~ x + (x | g)", data, { strategy: "explicit", likelihood })).density,
    );
    // The response is sampled in units of its own: the intercept of one far from zero is of order one.
    const q = Float64Array.from({ length: a!.dimension }, (_, i) => 0.1 * Math.sin(i));
    const [left, right] = [new Float64Array(q.length), new Float64Array(q.length)];
    expect(a!.evaluate(q, left)).toBeCloseTo(b!.evaluate(q, right), 5);
    left.forEach((value, i) => expect(value).toBeCloseTo(right[i]!, 5));
  });

  it("says why it cannot be sums", () => {
    expect(() => formOf("y ~ 0 + x", { likelihood: "sums" })).toThrow(/so far from zero/);
    expect(formOf("y ~ 0 + x")).toBe("rows");
    expect(() => formOf("y ~ x", { likelihood: "sums", family: "student" })).toThrow(/not Gaussian/);
    expect(() => formOf("y ~ x; sigma ~ x", { likelihood: "sums" })).toThrow(/another parameter/);
    expect(() => formOf("y ~ x", { likelihood: "fast" as never })).toThrow(/likelihood must be one .*sums/);
  });
});
