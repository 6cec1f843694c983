/** The blocked system against dense algebra written out, on designs of every shape. */
import fc from "fast-check";
import { determinant, inverse, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import {
  criterionGradient,
  evaluate,
  gaussianSystem,
  inverseBlocks,
  residualGradient,
  solve,
  unscaledCovariance,
} from "../../src/marginal/gaussian.ts";
import { rowQuadratics } from "../../src/marginal/row-products.ts";
import type { GroupBlock } from "../../src/marginal/structure.ts";
import { stream } from "../../src/random/streams.ts";

interface Problem {
  readonly rows: number;
  readonly blocks: readonly GroupBlock[];
  readonly x: Float64Array;
  readonly p: number;
  readonly y: Float64Array;
  readonly lambda: readonly Float64Array[];
}

/** `nested`: levels of the first factor lie within levels of the second. */
function problemOf(
  seed: number,
  levels: readonly number[],
  sizes: readonly number[],
  nested: boolean,
): Problem {
  const rng = stream(seed, 0, "test");
  const rows = 40;
  const normal = (length: number) => Float64Array.from({ length }, () => rng.normal());
  const indices: Int32Array[] = levels.map((count) =>
    Int32Array.from({ length: rows }, (_, i) => (i < count ? i : rng.integer(count))),
  );
  if (nested && levels.length > 1) {
    indices[1] = Int32Array.from(indices[0]!, (level) => level % levels[1]!);
  }
  const blocks = levels
    .map((count, f) => {
      const columns = normal(rows * sizes[f]!);
      columns.fill(1, 0, rows);
      return { levels: count, size: sizes[f]!, index: indices[f]!, columns };
    })
    .sort((a, b) => b.levels * b.size - a.levels * a.size);
  const p = 3;
  const x = normal(rows * p);
  x.fill(1, 0, rows);
  const lambda = blocks.map(({ size }) => {
    const own = new Float64Array(size * size);
    for (let i = 0; i < size; i++)
      for (let j = 0; j <= i; j++) own[i * size + j] = i === j ? 0.3 + rng.uniform() : rng.normal() / 2;
    return own;
  });
  return { rows, blocks, x, p, y: normal(rows).map((value) => 3 + value), lambda };
}

const problems = fc
  .record({
    seed: fc.integer({ min: 1, max: 1e6 }),
    levels: fc.array(fc.integer({ min: 2, max: 9 }), { minLength: 1, maxLength: 3 }),
    sizes: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 2 }), fc.constant(1)),
    nested: fc.boolean(),
  })
  .map(({ seed, levels, sizes, nested }) => problemOf(seed, levels, sizes, nested));

/** ZΛ, columns in the order of elimination. */
function denseZ({ rows, blocks }: Problem, lambda: readonly Float64Array[]): Matrix {
  const columns: number[][] = [];
  blocks.forEach(({ levels, size, index, columns: z }, f) => {
    for (let level = 0; level < levels; level++) {
      for (let k = 0; k < size; k++) {
        columns.push(
          Array.from({ length: rows }, (_, i) => {
            if (index[i] !== level) return 0;
            let sum = 0;
            for (let j = k; j < size; j++) sum += z[j * rows + i]! * lambda[f]![j * size + k]!;
            return sum;
          }),
        );
      }
    }
  });
  return new Matrix(columns).transpose();
}

function denseParts(problem: Problem, lambda: readonly Float64Array[]) {
  const { rows, p, x, y } = problem;
  const z = denseZ(problem, lambda);
  const v = z.mmul(z.transpose()).add(Matrix.eye(rows));
  const vInverse = inverse(v);
  const xMatrix = Matrix.from1DArray(p, rows, x).transpose();
  const information = xMatrix.transpose().mmul(vInverse).mmul(xMatrix);
  const yMatrix = Matrix.columnVector(Array.from(y));
  const beta = inverse(information).mmul(xMatrix.transpose().mmul(vInverse).mmul(yMatrix));
  const e = Matrix.sub(yMatrix, xMatrix.mmul(beta));
  return {
    z,
    v,
    xMatrix,
    information,
    beta,
    e,
    residual: e.transpose().mmul(vInverse).mmul(e).get(0, 0),
    vInverse,
  };
}

const systemOf = ({ rows, blocks, x, p, y }: Problem) => gaussianSystem(rows, blocks, x, p, y);

describe("the penalised system", () => {
  it("has the determinants and the residual sum of squares of the marginal model", () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const parts = evaluate(systemOf(problem), problem.lambda)!;
        const dense = denseParts(problem, problem.lambda);
        expect(parts.logDeterminant).toBeCloseTo(Math.log(determinant(dense.v)), 8);
        expect(parts.logDeterminantX).toBeCloseTo(Math.log(determinant(dense.information)), 8);
        expect(parts.residual).toBeCloseTo(dense.residual, 8);
      }),
      { numRuns: 60 },
    );
  });

  it("solves Henderson's mixed-model equations", () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const system = systemOf(problem);
        evaluate(system, problem.lambda);
        const { beta, u } = solve(system, problem.lambda);
        const { z, xMatrix } = denseParts(problem, problem.lambda);
        // With b = Λu: Xᵀ(y − Xβ − ZΛu) = 0 and (ZΛ)ᵀ(y − Xβ − ZΛu) = u.
        const rest = Matrix.columnVector(Array.from(problem.y))
          .sub(xMatrix.mmul(Matrix.columnVector(Array.from(beta))))
          .sub(z.mmul(Matrix.columnVector(Array.from(u))));
        for (const value of xMatrix.transpose().mmul(rest).to1DArray()) expect(value).toBeCloseTo(0, 8);
        z.transpose()
          .mmul(rest)
          .to1DArray()
          .forEach((value, k) => expect(value).toBeCloseTo(u[k]!, 8));
      }),
      { numRuns: 40 },
    );
  });

  it("gives the covariance of the coefficients and the leverages", () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const system = systemOf(problem);
        evaluate(system, problem.lambda);
        const { z, xMatrix, information } = denseParts(problem, problem.lambda);
        const covariance = inverse(information);
        unscaledCovariance(system).forEach((value, at) =>
          expect(value).toBeCloseTo(covariance.get(Math.floor(at / problem.p), at % problem.p), 8),
        );
        const weights = new Float64Array(problem.p + 1).fill(1);
        weights[problem.p] = 0;
        const own = rowQuadratics(system.structure, inverseBlocks(system, weights), problem.lambda, system.q);
        const joint = new Matrix(problem.rows, z.columns + problem.p);
        joint.setSubMatrix(z, 0, 0).setSubMatrix(xMatrix, 0, z.columns);
        const penalised = joint.transpose().mmul(joint);
        for (let k = 0; k < z.columns; k++) penalised.set(k, k, penalised.get(k, k) + 1);
        const hat = joint.mmul(inverse(penalised)).mmul(joint.transpose());
        own.forEach((value, i) => expect(value).toBeCloseTo(hat.get(i, i), 8));
      }),
      { numRuns: 30 },
    );
  });

  it("has exact gradients", () => {
    fc.assert(
      fc.property(problems, fc.constantFrom(0, 1), (problem, x) => {
        const system = systemOf(problem);
        const value = (lambda: readonly Float64Array[]) => {
          const { logDeterminant, logDeterminantX, residual } = evaluate(system, lambda)!;
          return [logDeterminant + x * logDeterminantX + 40 * Math.log(residual), residual] as const;
        };
        value(problem.lambda);
        const gradient = criterionGradient(system, problem.lambda, x, 40);
        const byResidual = residualGradient(system, problem.lambda);
        problem.lambda.forEach((own, f) => {
          const size = problem.blocks[f]!.size;
          for (let i = 0; i < size; i++) {
            for (let j = 0; j <= i; j++) {
              const at = (shift: number) => {
                const moved = problem.lambda.map((l) => l.slice());
                moved[f]![i * size + j]! += shift;
                return value(moved);
              };
              const [up, down] = [at(1e-5), at(-1e-5)];
              const scale = 1 + Math.abs(gradient[f]![i * size + j]!);
              expect((up[0] - down[0]) / 2e-5 / scale).toBeCloseTo(gradient[f]![i * size + j]! / scale, 5);
              const slope = byResidual[f]![i * size + j]!;
              expect((up[1] - down[1]) / 2e-5 / (1 + Math.abs(slope))).toBeCloseTo(
                slope / (1 + Math.abs(slope)),
                5,
              );
            }
          }
          void own;
        });
      }),
      { numRuns: 40 },
    );
  });

  it("keeps nested factors sparse and takes crossed ones as dense", () => {
    const rows = 4000;
    const index = (count: number, by: (i: number) => number) =>
      Int32Array.from({ length: rows }, (_, i) => by(i) % count);
    const ones = new Float64Array(rows).fill(1);
    const block = (levels: number, by: (i: number) => number): GroupBlock => ({
      levels,
      size: 1,
      index: index(levels, by),
      columns: ones,
    });
    const y = Float64Array.from({ length: rows }, (_, i) => Math.sin(i));
    const nested = gaussianSystem(rows, [block(1000, (i) => i), block(200, (i) => i % 1000)], ones, 1, y);
    expect(nested.structure.sparseBlocks).toBe(2);
    expect(nested.structure.denseSize).toBe(2);
    const rng = stream(1, 0, "test");
    const crossed = gaussianSystem(
      rows,
      [block(500, (i) => i), block(90, () => rng.integer(90))],
      ones,
      1,
      y,
    );
    expect(crossed.structure.sparseBlocks).toBe(1);
    expect(crossed.structure.denseSize).toBe(92);
  });
});
