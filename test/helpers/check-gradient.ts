/** Compares a reverse-mode gradient with central differences. */
import { expect } from "vitest";
import type { LogDensity } from "../../src/log-density.ts";

/**
 * Central differences with step h have an error of about ε|f|/h + h²|f‴|/6; with h = 1e-5·max(1, |q|) both are near
 * 1e-10 for functions of order one, hence the default tolerance of 1e-6 relative to the largest gradient entry.
 */
export function expectGradient(density: LogDensity, q: Float64Array, tolerance = 1e-6): void {
  const gradient = new Float64Array(density.dimension);
  const spare = new Float64Array(density.dimension);
  const value = density.evaluate(q, gradient);
  expect(Number.isFinite(value), `log density is ${value} at [${q}]`).toBe(true);
  const scale = Math.max(1, Math.abs(value), ...gradient.map(Math.abs));
  for (let i = 0; i < q.length; i++) {
    const h = 1e-5 * Math.max(1, Math.abs(q[i]!));
    const moved = q.slice();
    moved[i] = q[i]! + h;
    const up = density.evaluate(moved, spare);
    moved[i] = q[i]! - h;
    const down = density.evaluate(moved, spare);
    const difference = (up - down) / (2 * h);
    const name = density.coordinateName?.(i) ?? `q[${i}]`;
    expect(
      Math.abs(difference - gradient[i]!) / scale,
      `∂/∂${name}: reverse ${gradient[i]}, difference ${difference}`,
    ).toBeLessThan(tolerance);
  }
}
