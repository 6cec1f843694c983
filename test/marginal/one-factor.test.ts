/** One grouping factor, level by level, against the factor of the whole system. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  collapsedGradient,
  collapsedSystem,
  collapsedValue,
  factoriseCollapsed,
} from "../../src/marginal/collapsed.ts";
import { stream } from "../../src/random/streams.ts";

const setting = fc.record({
  levels: fc.integer({ min: 1, max: 9 }),
  size: fc.integer({ min: 1, max: 4 }),
  integrated: fc.integer({ min: 0, max: 3 }),
  held: fc.integer({ min: 0, max: 2 }),
  scale: fc.constantFrom(1e-3, 1, 30),
  seed: fc.integer({ min: 1, max: 10_000 }),
});

describe("one grouping factor", () => {
  it("has the value and the derivatives of the general way", () => {
    fc.assert(
      fc.property(setting, ({ levels, size, integrated, held, scale, seed }) => {
        const rng = stream(seed, 0, "data");
        const rows = 40;
        const normals = (count: number) => Float64Array.from({ length: count }, () => rng.normal());
        const index = Int32Array.from({ length: rows }, (_, i) => (i < levels ? i : rng.integer(levels)));
        const system = collapsedSystem(
          rows,
          [{ levels, size, index, columns: normals(rows * size) }],
          normals(rows * integrated),
          normals(rows * held),
          normals(rows),
        );
        const lambda = new Float64Array(size * size);
        for (let i = 0; i < size; i++)
          for (let j = 0; j <= i; j++) lambda[i * size + j] = scale * rng.normal();
        const at = normals(held);
        expect(system.one).toBeDefined();
        const one = collapsedValue(system, [lambda], at)!;
        const [determinants, residual, slope] = [one.logDeterminants, one.residual, one.slope.slice()];
        const gradient = collapsedGradient(system, [lambda], at, 1.7)[0]!.slice();

        const general = { ...system, one: undefined };
        const whole = factoriseCollapsed(general, [lambda], at)!;
        const close = (a: number, b: number, size = Math.abs(b)) =>
          expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-9 * (1 + size));
        close(determinants, whole.logDeterminants);
        close(residual, whole.residual);
        for (let k = 0; k < held; k++) close(slope[k]!, whole.slope[k]!);
        const expected = collapsedGradient(general, [lambda], at, 1.7)[0]!;
        const largest = Math.max(...expected.map(Math.abs));
        for (let i = 0; i < size; i++) {
          for (let j = 0; j <= i; j++) close(gradient[i * size + j]!, expected[i * size + j]!, largest);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("is not taken with two factors", () => {
    const block = {
      levels: 2,
      size: 1,
      index: Int32Array.of(0, 1, 0, 1),
      columns: Float64Array.of(1, 1, 1, 1),
    };
    const other = { ...block, index: Int32Array.of(0, 0, 1, 1) };
    const none = new Float64Array(0);
    expect(collapsedSystem(4, [block, other], none, none, Float64Array.of(1, 2, 4, 3)).one).toBeUndefined();
  });
});
