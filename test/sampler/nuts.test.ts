import { describe, expect, it } from "vitest";
import type { LogDensity } from "../../src/log-density.ts";
import type { Rng } from "../../src/random/rng.ts";
import { stream } from "../../src/random/streams.ts";
import { unitMetric } from "../../src/sampler/metric.ts";
import { Nuts } from "../../src/sampler/nuts.ts";
import { createPhasePoint } from "../../src/sampler/phase-point.ts";
import { autoregressiveNormal, centredFunnel, independentNormal } from "../helpers/toy-densities.ts";

interface State {
  readonly q: number[];
  readonly p: number[];
  readonly energy: number;
}

interface Run {
  /** In the order of the positions, backwards to forwards. */
  readonly states: State[];
  readonly proposal: State;
  readonly logWeight: number;
}

/**
 * One transition by the definition, with unit metric: every state of the trajectory is kept, and every criterion is
 * computed from the states themselves.
 */
function naiveTransition(
  density: LogDensity,
  q: readonly number[],
  stepSize: number,
  maxDepth: number,
  rng: Rng,
) {
  const n = q.length;
  const evaluate = (at: readonly number[]) => {
    const gradient = new Float64Array(n);
    return { value: density.evaluate(Float64Array.from(at), gradient), gradient };
  };
  const makeState = (position: number[], p: number[]): State => ({
    q: position,
    p,
    energy: 0.5 * p.reduce((sum, v) => sum + v * v, 0) - evaluate(position).value,
  });
  const step = (from: State, epsilon: number): State => {
    const before = evaluate(from.q).gradient;
    const half = from.p.map((v, i) => v + 0.5 * epsilon * before[i]!);
    const position = from.q.map((v, i) => v + epsilon * half[i]!);
    const after = evaluate(position).gradient;
    return makeState(
      position,
      half.map((v, i) => v + 0.5 * epsilon * after[i]!),
    );
  };
  const turnsFromEndToEnd = (states: readonly State[]): boolean => {
    const sum = q.map((_, i) => states.reduce((total, state) => total + state.p[i]!, 0));
    const along = (state: State) => state.p.reduce((total, v, i) => total + v * sum[i]!, 0);
    return !(along(states[0]!) > 0 && along(states.at(-1)!) > 0);
  };
  const turns = (left: readonly State[], right: readonly State[]): boolean =>
    turnsFromEndToEnd([...left, ...right]) ||
    turnsFromEndToEnd([...left, right[0]!]) ||
    turnsFromEndToEnd([left.at(-1)!, ...right]);
  const logAdd = (a: number, b: number) =>
    Math.max(a, b) + Math.log(Math.exp(a - Math.max(a, b)) + Math.exp(b - Math.max(a, b)));
  const join = (old: Run, added: Run, direction: number) =>
    direction > 0 ? [old.states, added.states] : [added.states, old.states];

  const start = makeState(
    [...q],
    q.map(() => rng.normal()),
  );
  let nLeapfrog = 0;
  const build = (depth: number, edge: State, direction: number): Run | undefined => {
    if (depth === 0) {
      nLeapfrog++;
      const state = step(edge, direction * stepSize);
      const logWeight = start.energy - state.energy;
      return logWeight >= -1000 ? { states: [state], proposal: state, logWeight } : undefined;
    }
    const first = build(depth - 1, edge, direction);
    if (!first) return undefined;
    const second = build(depth - 1, direction > 0 ? first.states.at(-1)! : first.states[0]!, direction);
    if (!second) return undefined;
    const [left, right] = join(first, second, direction);
    if (turns(left!, right!)) return undefined;
    const logWeight = logAdd(first.logWeight, second.logWeight);
    const taken = rng.uniform() < Math.exp(second.logWeight - logWeight) ? second : first;
    return { states: [...left!, ...right!], proposal: taken.proposal, logWeight };
  };

  let tree: Run = { states: [start], proposal: start, logWeight: 0 };
  let depth = 0;
  while (depth < maxDepth) {
    const direction = rng.uniform() > 0.5 ? 1 : -1;
    const added = build(depth, direction > 0 ? tree.states.at(-1)! : tree.states[0]!, direction);
    if (!added) break;
    depth++;
    const [left, right] = join(tree, added, direction);
    const taken = rng.uniform() < Math.exp(added.logWeight - tree.logWeight) ? added : tree;
    tree = {
      states: [...left!, ...right!],
      proposal: taken.proposal,
      logWeight: logAdd(tree.logWeight, added.logWeight),
    };
    if (turns(left!, right!)) break;
  }
  return { q: tree.proposal.q, depth, nLeapfrog };
}

function startNuts(density: LogDensity, q: readonly number[], stepSize: number, maxDepth: number): Nuts {
  const start = createPhasePoint(density.dimension);
  start.position.set(q);
  start.logDensity = density.evaluate(start.position, start.gradient);
  const nuts = new Nuts({ density, metric: unitMetric(density.dimension) }, start, maxDepth);
  nuts.stepSize = stepSize;
  return nuts;
}

describe("NUTS", () => {
  it.each([
    ["independent normals", independentNormal([0, 1, -2, 0], [1, 1, 1.1, 0.9]), 0.4],
    ["correlated normals", autoregressiveNormal(0.9, [1, 2, 0.5]), 0.08],
    ["a funnel, divergences included", centredFunnel(3), 0.5],
  ])("makes the transitions of the definition: %s", (_, density, stepSize) => {
    const start = Array.from({ length: density.dimension }, (_, i) => 0.3 * i - 0.4);
    const nuts = startNuts(density, start, stepSize, 6);
    const rng = stream(6, 0, "test");
    const naiveRng = stream(6, 0, "test");
    for (let k = 0; k < 200; k++) {
      // From the same state each time, so that rounding does not add up.
      const expected = naiveTransition(density, [...nuts.state.position], stepSize, 6, naiveRng);
      const { treedepth, nLeapfrog } = nuts.transition(rng);
      expect({ treedepth, nLeapfrog }).toEqual({ treedepth: expected.depth, nLeapfrog: expected.nLeapfrog });
      // Up to 64 steps with different orders of summation.
      expected.q.forEach((value, i) => void expect(nuts.state.position[i]).toBeCloseTo(value, 8));
    }
  });

  it("carries the gradient and the log density of its state", () => {
    const density = autoregressiveNormal(0.5, [1, 2, 3]);
    const nuts = startNuts(density, [1, 1, 1], 0.3, 10);
    const rng = stream(7, 0, "test");
    const gradient = new Float64Array(3);
    for (let k = 0; k < 100; k++) {
      nuts.transition(rng);
      expect(nuts.state.logDensity).toBe(density.evaluate(nuts.state.position, gradient));
      expect(nuts.state.gradient).toEqual(gradient);
    }
  });

  it("stops at the maximal depth", () => {
    const nuts = startNuts(independentNormal([0], [1]), [0.5], 1e-4, 5);
    expect(nuts.transition(stream(8, 0, "test"))).toMatchObject({
      termination: "max-depth",
      treedepth: 5,
      nLeapfrog: 31,
    });
  });
});
