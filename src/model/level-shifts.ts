/**
 * What population-level coefficients add to whole levels of a grouping factor. A column that is constant within levels (the
 * intercept, a covariate of the group), or that is such a constant times the column of a group-level coefficient (Days in
 * `Days + (Days | Subject)`), shifts the effects of that coefficient: centred coordinates contain it.
 */
import type { DensityBuilder } from "../autodiff/density-builder.ts";
import { gather, multiply, reshape, sum } from "../autodiff/expressions.ts";
import type { Node } from "../autodiff/graph.ts";
import { ops } from "../autodiff/ops/index.ts";
import type { PredictorPart } from "../autodiff/ops/linear-predictor.ts";
import type { GroupBlock } from "./groups.ts";
import type { DeclaredPredictor, TracedPopulation } from "./population.ts";

/** Stands for the intercept where columns are numbered. */
export const INTERCEPT = -1;

/** Coefficients of a block, and the population-level column that shifts them. */
export interface Absorbed {
  readonly dpar: string;
  readonly column: number;
  readonly block: number;
  readonly coefficient: number;
}

/** One scalar (a population-level coefficient, or the intercept at the means of the columns) and what it is multiplied with. */
export interface Shift {
  readonly dpar: string;
  readonly column: number;
  /** [levels × coefficients], row-major. */
  readonly weights: Float64Array;
}

const tolerance = 1e-9;

/**
 * w with x_i = w[level of i]·z_i for all rows; undefined when there is none. Null stands for a column of ones.
 */
export function levelWeights(
  x: Float64Array | null,
  z: Float64Array,
  index: Int32Array,
  levels: number,
): Float64Array | undefined {
  const weights = new Float64Array(levels).fill(Number.NaN);
  for (let i = 0; i < index.length; i++) {
    const value = x === null ? 1 : x[i]!;
    if (z[i] === 0) {
      if (value !== 0) return undefined;
      continue;
    }
    const weight = value / z[i]!;
    const known = weights[index[i]!]!;
    if (Number.isNaN(known)) weights[index[i]!] = weight;
    else if (Math.abs(weight - known) > tolerance * Math.max(1, Math.abs(known))) return undefined;
  }
  return weights.map((weight) => (Number.isNaN(weight) ? 0 : weight));
}

/** The weights of a population-level column in a coefficient of a block, or undefined. */
export function weightsIn(
  { design: { population } }: DeclaredPredictor,
  column: number,
  block: GroupBlock,
  coefficient: number,
): Float64Array | undefined {
  const z = coefficientColumn(block, coefficient);
  if (z.special) return undefined;
  const n = z.index.length;
  const x = column === INTERCEPT ? null : population.columns.subarray(column * n, (column + 1) * n);
  return levelWeights(x, z.values, z.index, block.levels.length);
}

function coefficientColumn(block: GroupBlock, coefficient: number) {
  const { term, first } = block.members.findLast((member) => member.first <= coefficient)!;
  const n = term.index.length;
  const m = coefficient - first;
  return {
    index: term.index,
    values: term.columns.subarray(m * n, (m + 1) * n),
    /** Whether the column is still to be multiplied by values that depend on parameters. */
    special: term.special !== undefined && term.special[m] !== null,
  };
}

/**
 * The shifts of every block. The sampled intercept belongs to the means of the columns, so that an absorbed column counts from
 * its mean where it shifts intercepts; where it shifts slopes, the intercept at 0 is what shifts the intercepts.
 */
export function levelShifts(
  predictors: readonly DeclaredPredictor[],
  blocks: readonly GroupBlock[],
  absorbed: readonly Absorbed[],
): Shift[][] {
  const shifts: Shift[][] = blocks.map(() => []);
  for (const predictor of predictors) {
    const { dpar } = predictor.design;
    const own = absorbed.filter((entry) => entry.dpar === dpar);
    const home = own.find(({ column }) => column === INTERCEPT);
    const centred = predictor.intercept !== undefined;
    for (const { column, block, coefficient } of own) {
      const weights = weightsIn(predictor, column, blocks[block]!, coefficient)!;
      const isIntercept = coefficientColumn(blocks[block]!, coefficient).values.every((value) => value === 1);
      const mean = column === INTERCEPT || !centred ? 0 : predictor.means[column]!;
      const counted = isIntercept ? weights.map((weight) => weight - mean) : weights;
      shifts[block]!.push({ dpar, column, weights: spread(counted, blocks[block]!, coefficient) });
      if (isIntercept || home === undefined || mean === 0) continue;
      const toIntercept = weightsIn(predictor, INTERCEPT, blocks[home.block]!, home.coefficient)!;
      const correction = toIntercept.map((weight) => -mean * weight);
      shifts[home.block]!.push({
        dpar,
        column,
        weights: spread(correction, blocks[home.block]!, home.coefficient),
      });
    }
  }
  return shifts;
}

function spread(perLevel: Float64Array, block: GroupBlock, coefficient: number): Float64Array {
  const size = block.coefficients.length;
  const weights = new Float64Array(perLevel.length * size);
  perLevel.forEach((weight, j) => {
    weights[j * size + coefficient] = weight;
  });
  return weights;
}

/** The sum of the shifts as a node [levels·coefficients]. */
export function traceShifts(
  { graph }: DensityBuilder,
  populations: readonly TracedPopulation[],
  shifts: readonly Shift[],
  size: number,
): Node {
  const parts: PredictorPart[] = [];
  const operands: Node[] = [];
  for (const population of populations) {
    const own = shifts.filter(({ dpar }) => dpar === population.declared.design.dpar);
    const columns = own.filter(({ column }) => column !== INTERCEPT);
    if (columns.length > 0) {
      parts.push({ kind: "dense", columns: joined(columns, size) });
      operands.push(
        gather(
          population.coefficients!,
          columns.map(({ column }) => column),
        ),
      );
    }
    const intercept = own.filter(({ column }) => column === INTERCEPT);
    if (intercept.length > 0) {
      parts.push({ kind: "dense", columns: joined(intercept, size) });
      operands.push(reshape(traceLocation(population), [1]));
    }
  }
  return graph.apply(ops.linearPredictor, operands, { rows: size, parts, offset: null });
}

function joined(shifts: readonly Shift[], size: number): Float64Array {
  const columns = new Float64Array(shifts.length * size);
  shifts.forEach(({ weights }, k) => {
    columns.set(weights, k * size);
  });
  return columns;
}

/** The sum of the shifts at the population-level coefficients that `q` holds. */
export function shiftsAt(
  builder: DensityBuilder,
  predictors: readonly DeclaredPredictor[],
  shifts: readonly Shift[],
  q: Float64Array,
  size: number,
): Float64Array {
  const total = new Float64Array(size);
  for (const { dpar, column, weights } of shifts) {
    const predictor = predictors.find(({ design }) => design.dpar === dpar)!;
    const value =
      column === INTERCEPT
        ? locationAt(predictor, builder.constrained(predictor.intercept!, q))
        : builder.constrained(predictor.coefficients!, q)[column]!;
    for (let at = 0; at < size; at++) total[at]! += value * weights[at]!;
  }
  return total;
}

/** Where a linear predictor lies at the means of its columns: at the intercept, or at minus the mean threshold. */
function locationAt({ thresholds }: DeclaredPredictor, intercept: Float64Array): number {
  return thresholds ? -intercept.reduce((a, b) => a + b, 0) / intercept.length : intercept[0]!;
}

function traceLocation({ declared: { thresholds }, intercept }: TracedPopulation): Node {
  return thresholds ? multiply(-1 / intercept!.size, sum(intercept!)) : intercept!;
}
