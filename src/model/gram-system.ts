/** From the rows of a Gaussian model to its sufficient statistics. */

import type { Node } from "../autodiff/graph.ts";
import type { GramBlocks, GramSystem } from "../autodiff/ops/gram-likelihood.ts";
import type { LinearPredictorAttributes, PredictorPart } from "../autodiff/ops/linear-predictor.ts";
import { NutmixError } from "../errors.ts";

/** Columns whose rows meet one level each; a dense part is a factor with one level. */
interface Factor {
  /** For each row the place in θ of its first column. */
  readonly place: (row: number) => number;
  readonly width: number;
  readonly value: (row: number, column: number) => number;
}

/** More than there are places in θ: two of them in one number. */
const PLACES = 2 ** 26;
export interface Gram {
  readonly system: GramSystem;
  /** The pieces of θ: the operands without repetitions. */
  readonly operands: readonly Node[];
}

/** X'WX, X'Wy and y'Wy of a linear predictor with these operands. */
export function gramSystem(
  { rows, parts, offset }: LinearPredictorAttributes,
  inputs: readonly Node[],
  response: Float64Array,
  weights: Float64Array | null,
): Gram {
  const operands = [...new Set(inputs)];
  const first = new Map<Node, number>();
  let size = 0;
  for (const node of operands) {
    first.set(node, size);
    size += node.size;
  }
  const factors = parts.map((part, k) => factorOf(part, first.get(inputs[k]!)!, rows, inputs[k]!.size));

  const y = offset === null ? response.slice() : response.map((value, i) => value - offset[i]!);
  const intercept = parts.findIndex(({ kind }) => kind === "intercept");
  const centre = intercept < 0 ? 0 : mean(y, weights);
  for (let i = 0; i < rows; i++) y[i]! -= centre;
  const responseSquares = total(y, weights, (value) => value * value);

  const blocks: GramBlocks[] = [];
  for (let a = 0; a < factors.length; a++) {
    for (let b = a; b < factors.length; b++) {
      blocks.push({ ...crossBlocks(factors[a]!, factors[b]!, rows, weights), diagonal: a === b });
    }
  }
  const crossResponse = new Float64Array(size);
  for (const factor of factors) {
    for (let i = 0; i < rows; i++) {
      const scaled = (weights?.[i] ?? 1) * y[i]!;
      const at = factor.place(i);
      for (let k = 0; k < factor.width; k++) crossResponse[at + k]! += scaled * factor.value(i, k);
    }
  }
  const count = weights === null ? rows : weights.reduce((sum, weight) => sum + weight, 0);
  const interceptAt = intercept < 0 ? 0 : first.get(inputs[intercept]!)!;
  return {
    operands,
    system: { size, blocks, crossResponse, responseSquares, count, centre, intercept: interceptAt },
  };
}

function factorOf(part: PredictorPart, first: number, rows: number, size: number): Factor {
  switch (part.kind) {
    case "intercept":
      return { place: () => first, width: 1, value: () => 1 };
    case "dense":
      return { place: () => first, width: size, value: (row, column) => part.columns[column * rows + row]! };
    case "grouped": {
      const { index, columns, count, stride } = part;
      const from = first + part.first;
      return {
        place: (row) => from + index[row]! * stride,
        width: count,
        value: columns === null ? () => 1 : (row, column) => columns[column * rows + row]!,
      };
    }
    default:
      throw new NutmixError(`there are no sufficient statistics of a predictor with a ${part.kind} part`);
  }
}

/** The blocks in which columns of two factors meet. */
function crossBlocks(
  a: Factor,
  b: Factor,
  rows: number,
  weights: Float64Array | null,
): Omit<GramBlocks, "diagonal"> {
  const entries = a.width * b.width;
  const found = new Set<number>();
  for (let i = 0; i < rows; i++) found.add(a.place(i) * PLACES + b.place(i));
  const keys = Float64Array.from(found).sort();
  const slots = new Map(Array.from(keys, (key, slot): [number, number] => [key, slot]));
  const values = new Float64Array(keys.length * entries);
  for (let i = 0; i < rows; i++) {
    const weight = weights?.[i] ?? 1;
    let at = slots.get(a.place(i) * PLACES + b.place(i))! * entries;
    for (let k = 0; k < a.width; k++) {
      const scaled = weight * a.value(i, k);
      for (let l = 0; l < b.width; l++) values[at++]! += scaled * b.value(i, l);
    }
  }
  const row: number[] = [];
  const start: number[] = [];
  const column = new Int32Array(keys.length);
  keys.forEach((key, slot) => {
    const place = Math.floor(key / PLACES);
    column[slot] = key - place * PLACES;
    if (row.at(-1) === place) return;
    row.push(place);
    start.push(slot);
  });
  return {
    height: a.width,
    width: b.width,
    row: Int32Array.from(row),
    start: Int32Array.from([...start, keys.length]),
    column,
    values,
  };
}

function total(values: Float64Array, weights: Float64Array | null, f: (value: number) => number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (weights?.[i] ?? 1) * f(values[i]!);
  return sum;
}

function mean(values: Float64Array, weights: Float64Array | null): number {
  const count = total(values, weights, () => 1);
  return total(values, weights, (value) => value) / count;
}
