/** One pass in WebAssembly against `linearPredictor` followed by `rowLikelihood`. */
import { describe, expect, it } from "vitest";
import { Graph, type Node } from "../../../src/autodiff/graph.ts";
import { ops } from "../../../src/autodiff/ops/index.ts";
import { RESPONSE_WIDTH } from "../../../src/autodiff/ops/likelihood.ts";
import type { PredictorPart } from "../../../src/autodiff/ops/linear-predictor.ts";
import { programDensity } from "../../../src/autodiff/program.ts";
import { fusedLikelihood } from "../../../src/families/fused.ts";
import { findFamily } from "../../../src/families/index.ts";
import { createRowPlan } from "../../../src/kernels/row-plan.ts";
import type { LogDensity } from "../../../src/log-density.ts";
import { stream } from "../../../src/random/streams.ts";
import { expectGradient } from "../../helpers/check-gradient.ts";

interface Case {
  readonly family: string;
  readonly link: string;
  /** A response within the support, from a uniform number. */
  readonly respond: (u: number) => number;
  readonly trials?: number;
  /** Parameters that all rows share, on their kernel scale. */
  readonly shared: readonly number[];
  /** Largest |η| of the extreme rows. */
  readonly extreme?: number;
}

const count = (u: number): number => Math.floor(-8 * Math.log(1 - u));
const cases: readonly Case[] = [
  { family: "bernoulli", link: "logit", respond: (u) => (u < 0.4 ? 1 : 0), shared: [] },
  { family: "binomial", link: "logit", respond: (u) => Math.floor(u * 10), trials: 9, shared: [] },
  { family: "poisson", link: "log", respond: count, shared: [], extreme: 300 },
  { family: "negbinomial", link: "log", respond: count, shared: [0.7] },
  { family: "geometric", link: "log", respond: count, shared: [] },
  { family: "gaussian", link: "identity", respond: (u) => 4 * u - 2, shared: [-0.3] },
  { family: "lognormal", link: "identity", respond: (u) => 0.01 + 3 * u, shared: [-0.3] },
  { family: "student", link: "identity", respond: (u) => 4 * u - 2, shared: [-0.3, 3.7] },
  { family: "Gamma", link: "log", respond: (u) => 0.01 + 3 * u, shared: [1.2], extreme: 300 },
  { family: "exponential", link: "log", respond: (u) => 3 * u, shared: [], extreme: 300 },
  { family: "cumulative", link: "logit", respond: (u) => 1 + Math.floor(4 * u), shared: [-1, 0.2, 1.5] },
];

interface Sizes {
  readonly rows: number;
  readonly weights?: boolean;
  readonly extreme?: boolean;
  readonly sorted?: boolean;
}

/** Both densities of one random model, and a point. */
function both({ family: name, link, respond, trials = 1, shared, extreme = 700 }: Case, sizes: Sizes) {
  const { rows } = sizes;
  const rng = stream(11, rows, "test");
  const numbers = (length: number, scale: number) =>
    Float64Array.from({ length }, () => scale * rng.normal());
  const levels = 7;
  const index = Int32Array.from({ length: rows }, (_, i) =>
    sizes.sorted ? Math.floor((i * levels) / rows) : Math.floor(rng.uniform() * levels),
  );
  const parts: PredictorPart[] = [
    { kind: "dense", columns: numbers(rows * 6, 0.5) },
    { kind: "intercept" },
    { kind: "grouped", index, columns: null, count: 1, first: 1, stride: 3 },
    {
      kind: "grouped",
      index: index.slice().reverse(),
      columns: numbers(rows * 2, 0.5),
      count: 2,
      first: 1,
      stride: 3,
    },
    { kind: "rows" },
  ];
  const shapes = [[6], [], [levels, 3], [levels, 3], [rows]];
  const y = Float64Array.from({ length: rows }, () => respond(rng.uniform()));
  const weights = sizes.weights
    ? Float64Array.from({ length: rows }, (_, i) => (i % 4) * rng.uniform())
    : null;
  const offset = Float64Array.from({ length: rows }, (_, i) =>
    sizes.extreme && i % 3 === 0 ? (i % 2 === 0 ? extreme : -extreme) : 0.3 * rng.normal(),
  );
  const family = findFamily(name);
  const sharedShapes = family.thresholds ? [[shared.length]] : shared.map(() => []);
  const dimension = 6 + 1 + levels * 6 + rows + shared.length;
  const q = Float64Array.from([...numbers(dimension - shared.length, 0.4), ...shared]);

  const density = (target: (graph: Graph, predictor: Node[], own: Node[]) => Node): LogDensity => {
    const graph = new Graph();
    const all = graph.parameters(dimension);
    let at = 0;
    const views = [...shapes, ...sharedShapes].map((shape) => {
      const size = shape.reduce((a, b) => a * b, 1);
      at += size;
      return graph.view(all, at - size, shape);
    });
    return programDensity(target(graph, views.slice(0, 5), views.slice(5)), dimension);
  };
  const attributes = { rows, parts, offset };
  const { common, fixed, ...likelihood } = fusedLikelihood(name, link, {
    y,
    trials: new Float64Array(rows).fill(trials),
    weights,
  });
  const plan = createRowPlan({
    ...attributes,
    ...likelihood,
    sizes: [6, 1, levels * 3, levels * 3, rows],
    shared: shared.length + fixed.length,
  })!;
  const response = new Float64Array(rows * RESPONSE_WIDTH);
  for (let i = 0; i < rows; i++) response.set([y[i]!, trials, Number.NaN], i * RESPONSE_WIDTH);
  const kernel = family.kernel({ links: { mu: link }, categories: shared.length + 1 });
  return {
    q,
    wasm: density((graph, predictor, own) =>
      graph.apply(ops.fusedRows, [...predictor, ...own, ...fixed], { ...attributes, plan, common }),
    ),
    js: density((graph, predictor, own) => {
      const eta = graph.apply(ops.linearPredictor, predictor, attributes);
      const operands = family.thresholds ? [eta, graph.constant(1), ...own] : [eta, ...own];
      return graph.apply(ops.rowLikelihood, operands, {
        rows,
        dpars: family.dpars.length,
        kernel,
        response,
        weights,
        censoring: null,
      });
    }),
  };
}

function expectSame({ q, wasm, js }: ReturnType<typeof both>, tolerance: number): void {
  const ours = new Float64Array(q.length);
  const theirs = new Float64Array(q.length);
  const value = wasm.evaluate(q, ours);
  const expected = js.evaluate(q, theirs);
  expect(Number.isFinite(expected)).toBe(true);
  expect(Math.abs(value - expected) / Math.max(1, Math.abs(expected))).toBeLessThan(tolerance);
  const scale = theirs.reduce((most, g) => Math.max(most, Math.abs(g)), 1);
  for (let i = 0; i < q.length; i++) {
    expect(Math.abs(ours[i]! - theirs[i]!) / scale, `∂/∂q[${i}]: ${ours[i]}, not ${theirs[i]}`).toBeLessThan(
      tolerance,
    );
  }
}

describe.each(cases)("$family $link", (example) => {
  it.each([1, 2, 3, 255, 256, 257, 1001])("agrees with the nodes of JavaScript on %i rows", (rows) => {
    expectSame(both(example, { rows }), 1e-12);
    expectSame(both(example, { rows, weights: true }), 1e-12);
  });

  it("agrees where levels come in runs", () => {
    expectSame(both(example, { rows: 601, sorted: true }), 1e-12);
    expectSame(both(example, { rows: 602, sorted: true, weights: true }), 1e-12);
  });

  it("agrees far out in the tails", () => {
    expectSame(both(example, { rows: 301, extreme: true }), 1e-12);
    expectSame(both(example, { rows: 301, extreme: true, weights: true }), 1e-12);
  });

  it("has the gradient of its value", () => {
    const { wasm, q } = both(example, { rows: 9, weights: true });
    expectGradient(wasm, q);
  });

  it("is −∞ where the predictor is no number", () => {
    const { wasm, q } = both(example, { rows: 5 });
    q[6] = Number.NaN;
    expect(wasm.evaluate(q, new Float64Array(q.length))).toBe(-Infinity);
  });
});
