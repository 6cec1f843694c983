/** From a reported draw back to unconstrained coordinates: the inverse of the parametrisation, parameter by parameter. */
import type { DensityBuilder, ParameterHandle } from "../autodiff/density-builder.ts";
import { partlyCentredCoordinates } from "../autodiff/ops/partly-centred-effects.ts";
import type { DrawColumns } from "../draws/draw-columns.ts";
import { predictorKey } from "../quantities/predictor-key.ts";
import type { DeclaredConstant } from "./dpar-values.ts";
import type { DeclaredGroup } from "./group-level.ts";
import type { GroupBlock } from "./groups.ts";
import { shiftsAt } from "./level-shifts.ts";
import { coefficientDraw, coefficientName, correlationDraw, effectDraw, sdDraw } from "./names.ts";
import type { DeclaredPredictor } from "./population.ts";

/** Writes one parameter's coordinates into `q` from the values of a draw. */
export type ReadBack = (row: Float64Array, q: Float64Array) => void;

export function readPredictor(
  builder: DensityBuilder,
  { design, means, coefficients, intercept }: DeclaredPredictor,
  columns: DrawColumns,
): ReadBack {
  const key = predictorKey(design.dpar, design);
  const { population } = design;
  const own = columns.all(population.names.map((name) => coefficientDraw(key, coefficientName(name))));
  const name = coefficientDraw(key, "Intercept");
  const thresholds = intercept !== undefined && !columns.has(name);
  const intercepts =
    intercept === undefined
      ? new Int32Array(0)
      : thresholds
        ? columns.all(Array.from({ length: intercept.shape[0]! }, (_, k) => `${name}[${k + 1}]`))
        : columns.all([name]);
  return (row, q) => {
    const b = Float64Array.from(own, (column) => row[column]!);
    if (coefficients !== undefined) builder.unconstrain(coefficients, b, q);
    if (intercept === undefined) return;
    const shift = b.reduce((sum, value, k) => sum + value * means[k]!, 0);
    const sign = thresholds ? -1 : 1;
    builder.unconstrain(
      intercept,
      Float64Array.from(intercepts, (column) => row[column]! + sign * shift),
      q,
    );
  };
}

export interface HyperparameterHandles {
  readonly block: GroupBlock;
  readonly sd: ParameterHandle;
  readonly cholesky?: ParameterHandle | undefined;
}

export function readHyperparameters(
  builder: DensityBuilder,
  { block, sd, cholesky }: HyperparameterHandles,
  columns: DrawColumns,
): ReadBack {
  const { sds, factorOf } = hyperparameters(block, columns);
  return (row, q) => {
    builder.unconstrain(
      sd,
      Float64Array.from(sds, (column) => row[column]!),
      q,
    );
    if (cholesky !== undefined) builder.unconstrain(cholesky, factorOf(row), q);
  };
}

/** z = L⁻¹ diag(sd)⁻¹ r, or what stands for it, which may need the population-level coordinates that `q` has already. */
export function readStandardised(
  builder: DensityBuilder,
  { block, standardised, centring }: DeclaredGroup,
  predictors: readonly DeclaredPredictor[],
  columns: DrawColumns,
): ReadBack {
  const { sds, factorOf } = hyperparameters(block, columns);
  const size = block.coefficients.length;
  const effects = block.coefficients.map(({ key, name }) =>
    columns.all(block.levels.map((level) => effectDraw(block.group, key, level, name))),
  );
  return (row, q) => {
    const factor = factorOf(row);
    const z = new Float64Array(block.levels.length * size);
    for (let j = 0; j < block.levels.length; j++) {
      for (let m = 0; m < size; m++) {
        let rest = row[effects[m]![j]!]! / row[sds[m]!]!;
        for (let k = 0; k < m; k++) rest -= factor[m * size + k]! * z[j * size + k]!;
        z[j * size + m] = rest / factor[m * size + m]!;
      }
    }
    if (centring === null) {
      builder.unconstrain(standardised, z, q);
      return;
    }
    const sd = Float64Array.from(sds, (column) => row[column]!);
    const shift = shiftsAt(builder, predictors, centring.shifts, q, z.length);
    builder.unconstrain(standardised, partlyCentredCoordinates(centring, sd, factor, shift, z), q);
  };
}

export function readConstant(
  builder: DensityBuilder,
  { dpar, handle }: DeclaredConstant,
  columns: DrawColumns,
): ReadBack {
  const column = columns.of(dpar.name);
  return (row, q) => builder.unconstrain(handle, Float64Array.of(row[column]!), q);
}

/** Columns of the standard deviations, and the Cholesky factor of the correlation matrix of a draw (row-major). */
function hyperparameters(
  { group, coefficients, correlated }: GroupBlock,
  columns: DrawColumns,
): { sds: Int32Array; factorOf: (row: Float64Array) => Float64Array } {
  const size = coefficients.length;
  const sds = columns.all(coefficients.map(({ key, name }) => sdDraw(group, key, name)));
  const pairs: { i: number; j: number; column: number }[] = [];
  for (let i = 1; correlated && i < size; i++) {
    for (let j = 0; j < i; j++) {
      const column = columns.of(correlationDraw(group, coefficients[j]!.label, coefficients[i]!.label));
      pairs.push({ i, j, column });
    }
  }
  return {
    sds,
    factorOf(row) {
      const factor = new Float64Array(size * size);
      for (let i = 0; i < size; i++) factor[i * size + i] = 1;
      for (const { i, j, column } of pairs) {
        let sum = row[column]!;
        for (let k = 0; k < j; k++) sum -= factor[i * size + k]! * factor[j * size + k]!;
        factor[i * size + j] = sum / factor[j * size + j]!;
        if (j === i - 1) {
          let rest = 1;
          for (let k = 0; k < i; k++) rest -= factor[i * size + k]! ** 2;
          factor[i * size + i] = Math.sqrt(rest);
        }
      }
      return factor;
    },
  };
}

/** All of them, one after the other. */
export function readAll(parts: readonly ReadBack[]): ReadBack {
  return (row, q) => {
    for (const part of parts) part(row, q);
  };
}
