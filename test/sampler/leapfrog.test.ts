import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LogDensity } from "../../src/log-density.ts";
import { stream } from "../../src/random/streams.ts";
import { type Hamiltonian, leapfrog, refreshMomentum } from "../../src/sampler/leapfrog.ts";
import { type MetricKind, metricOf, unitMetric } from "../../src/sampler/metric.ts";
import { createPhasePoint, type PhasePoint } from "../../src/sampler/phase-point.ts";
import { autoregressiveNormal, centredFunnel, independentNormal } from "../helpers/toy-densities.ts";

function pointAt(system: Hamiltonian, position: readonly number[], seed: number): PhasePoint {
  const point = createPhasePoint(position.length);
  point.position.set(position);
  point.logDensity = system.density.evaluate(point.position, point.gradient);
  refreshMomentum(system, stream(seed, 0, "test"), point);
  return point;
}

function walk(system: Hamiltonian, from: PhasePoint, stepSize: number, steps: number): PhasePoint {
  let here = from;
  for (let k = 0; k < steps; k++) {
    const next = createPhasePoint(from.position.length);
    leapfrog(system, here, stepSize, next);
    here = next;
  }
  return here;
}

const inverses: Record<MetricKind, readonly number[]> = {
  diag: [0.5, 1.5, 2.5],
  dense: [2, 0.7, 0.7, 0.7, 2, 0.7, 0.7, 0.7, 2],
  // Variances, one eigenvalue, its unit vector.
  "low-rank": [0.5, 1.5, 2.5, 4, 0.6, 0, 0.8],
};
const kinds = Object.keys(inverses) as MetricKind[];

/** Of three dimensions. */
function systemOf(density: LogDensity, kind: MetricKind): Hamiltonian {
  return { density, metric: metricOf(Float64Array.from(inverses[kind]), 3)! };
}

describe("leapfrog", () => {
  it.each(kinds)("is reversible (%s)", (kind) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.double({ min: 0.001, max: 0.1, noNaN: true }),
        (seed, step) => {
          const system = systemOf(centredFunnel(2), kind);
          const start = pointAt(system, [0.3, -1, 0.5], seed);
          const back = walk(system, walk(system, start, step, 20), -step, 20);
          for (let i = 0; i < 3; i++) {
            // 40 steps of a mildly unstable system amplify rounding (1e-16) by far less than 1e6.
            expect(back.position[i]).toBeCloseTo(start.position[i]!, 9);
            expect(back.momentum[i]).toBeCloseTo(start.momentum[i]!, 9);
          }
        },
      ),
      { numRuns: 20, seed: 1 },
    );
  });

  it.each(kinds)("has an energy error of second order (%s)", (kind) => {
    const system = systemOf(autoregressiveNormal(0.5, [1, 2, 3]), kind);
    const start = pointAt(system, [0.5, -0.4, 2], 3);
    const error = (steps: number) => Math.abs(walk(system, start, 1 / steps, steps).energy - start.energy);
    // Halving the step quarters the error, up to a term of fourth order.
    const ratio = error(40) / error(80);
    expect(ratio).toBeGreaterThan(3.8);
    expect(ratio).toBeLessThan(4.2);
  });

  it("follows the exact orbit of a harmonic oscillator", () => {
    const density = independentNormal([0], [1]);
    const system = { density, metric: unitMetric(1) };
    const start = pointAt(system, [1], 5);
    const p = start.momentum[0]!;
    const time = 2;
    const end = walk(system, start, time / 4000, 4000);
    // q(t) = cos t + p sin t; the phase error is t·step²/24 ≈ 2e-8.
    expect(end.position[0]).toBeCloseTo(Math.cos(time) + p * Math.sin(time), 6);
  });

  it("has infinite energy outside the support, for NaN and for +Infinity", () => {
    for (const value of [Number.NEGATIVE_INFINITY, Number.NaN, Number.POSITIVE_INFINITY]) {
      const density = { dimension: 1, evaluate: () => value };
      const to = createPhasePoint(1);
      leapfrog({ density, metric: unitMetric(1) }, createPhasePoint(1), 0.1, to);
      expect(to.energy).toBe(Number.POSITIVE_INFINITY);
    }
  });
});
