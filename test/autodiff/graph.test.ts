import { describe, expect, it } from "vitest";
import {
  add,
  dot,
  exp,
  gather,
  logDensity,
  matmul,
  multiply,
  slice,
} from "../../src/autodiff/expressions.ts";
import { Graph } from "../../src/autodiff/graph.ts";
import { Program, programDensity } from "../../src/autodiff/program.ts";
import { ShapeError } from "../../src/errors.ts";

describe("Graph", () => {
  it("checks shapes as it is built", () => {
    const graph = new Graph();
    const q = graph.parameters(3);
    expect(() => add(q, Float64Array.of(1, 2))).toThrow(ShapeError);
    expect(() => dot(q, Float64Array.of(1, 2))).toThrow(/dot: \[3\] and \[2\] do not fit/);
    expect(() => matmul(graph.constant([1, 2, 3, 4], [2, 2]), q)).toThrow(ShapeError);
    expect(() => slice(q, 2, 2)).toThrow(/does not lie within/);
    expect(() => gather(q, [3])).toThrow(/index 3 is outside/);
    expect(() => graph.constant([1, 2, 3], [2])).toThrow(ShapeError);
    expect(() => graph.parameters(1)).toThrow(/one vector of parameters/);
    expect(() => logDensity("normal", q, 0)).toThrow(/normal takes 2 arguments \(mu, sigma\), not 1/);
    expect(() => logDensity("normal", q, [0, 1], 1)).toThrow(/do not fit/);
  });

  it("does not mix graphs", () => {
    expect(() => add(new Graph().parameters(1), new Graph().parameters(1))).toThrow(/same graph/);
  });

  it("can be read", () => {
    const graph = new Graph();
    const q = graph.parameters(2);
    exp(multiply(slice(q, 0), 2));
    expect(graph.toString()).toBe(
      [
        "%0 [2] = parameters",
        "%1 a scalar = %0[0…]",
        "%2 a scalar const = 2",
        "%3 a scalar = multiply(%1, %2)",
        "%4 a scalar = exp(%3)",
      ].join("\n"),
    );
  });
});

describe("Program", () => {
  it("accumulates through views and shared nodes", () => {
    // f = a·b + a² with a = q0, b = q1: ∂f = (b + 2a, a)
    const graph = new Graph();
    const q = graph.parameters(2);
    const a = slice(q, 0);
    const b = slice(q, 1);
    const density = programDensity(add(multiply(a, b), multiply(a, a)), 2);
    const gradient = new Float64Array(2);
    expect(density.evaluate(Float64Array.of(3, 5), gradient)).toBe(24);
    expect([...gradient]).toEqual([11, 3]);
  });

  it("computes what the parameters do not reach once, and drops what is not needed", () => {
    let evaluations = 0;
    const count = (x: number) => {
      evaluations++;
      return x;
    };
    const counted = { value: count, derivative: () => 1 };
    const graph = new Graph();
    const q = graph.parameters(1);
    const mapped = graph.apply({ ...mapOp(), name: "counted" }, [graph.constant(2)], counted);
    graph.apply(mapOp(), [slice(q, 0)], counted);
    const program = new Program(graph, [multiply(slice(q, 0), mapped)]);
    program.forward(Float64Array.of(4));
    program.forward(Float64Array.of(5));
    expect(program.outputs[0]![0]).toBe(10);
    expect(evaluations).toBe(1);
  });

  it("answers NaN and impossible values with −Infinity", () => {
    const graph = new Graph();
    const q = graph.parameters(1);
    const density = programDensity(multiply(slice(q, 0), Number.NaN), 1);
    expect(density.evaluate(Float64Array.of(1), new Float64Array(1))).toBe(Number.NEGATIVE_INFINITY);
  });
});

function mapOp() {
  return {
    name: "map",
    shape: ([a]: readonly (readonly number[])[]) => a!,
    forward({
      x,
      y,
      attributes,
    }: {
      x: readonly Float64Array[];
      y: Float64Array;
      attributes: { value(a: number): number };
    }) {
      y[0] = attributes.value(x[0]![0]!);
    },
    backward() {},
  };
}
