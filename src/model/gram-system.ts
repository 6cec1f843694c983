/** From the rows of a Gaussian model to its sufficient statistics, when these are cheaper. */
import type { Node } from "../autodiff/graph.ts";
import type { GramBlocks, GramSystem } from "../autodiff/ops/gram-likelihood.ts";
import type { LinearPredictorAttributes, PredictorPart } from "../autodiff/ops/linear-predictor.ts";

/** Columns whose rows meet one level each; a dense part is a factor with one level. */
interface Factor {
  /** For each row the place in θ of its first column. */
  readonly place: (row: number) => number;
  readonly width: number;
  readonly value: (row: number, column: number) => number;
}

/** Operations of one row apart from its columns, and of one entry of X'X, in multiplications through an index. */
const PER_ROW = 8;
const PER_ENTRY = 2;
/** More than there are places in θ: two of them in one number. */
const PLACES = 2 ** 26;
/** Largest relative error of the sum of squares that cancellation may leave. */
const PRECISION = 1e-8;

export interface Gram {
  readonly system: GramSystem;
  /** The pieces of θ: the operands without repetitions. */
  readonly operands: readonly Node[];
}

/**
 * X'WX, X'Wy and y'Wy of a linear predictor with these operands; undefined when the rows are cheaper, or when the response is
 * so far from zero that sums of squares would cancel.
 */
export function gramSystem(
  { rows, parts, offset }: LinearPredictorAttributes,
  inputs: readonly Node[],
  response: Float64Array,
  weights: Float64Array | null,
): Gram | undefined {
  const operands = [...new Set(inputs)];
  const first = new Map<Node, number>();
  let size = 0;
  for (const node of operands) {
    first.set(node, size);
    size += node.size;
  }
  const factors = parts.map((part, k) => factorOf(part, first.get(inputs[k]!)!, rows, inputs[k]!.size));
  if (factors.some((factor) => factor === undefined)) return undefined;
  const known = factors as Factor[];
  const width = known.reduce((sum, factor) => sum + factor.width, 0);
  const affordable = (rows * (PER_ROW + 2 * PER_ENTRY * width)) / (2 * PER_ENTRY);

  const y = offset === null ? response.slice() : response.map((value, i) => value - offset[i]!);
  const intercept = parts.findIndex(({ kind }) => kind === "intercept");
  const centre = intercept < 0 ? 0 : mean(y, weights);
  for (let i = 0; i < rows; i++) y[i]! -= centre;
  const responseSquares = total(y, weights, (value) => value * value);
  const average = mean(y, weights);
  const spread = total(y, weights, (value) => (value - average) ** 2);
  if (!(spread > 0 && (responseSquares / spread) * Number.EPSILON < PRECISION)) return undefined;

  const blocks: GramBlocks[] = [];
  let entries = 0;
  for (let a = 0; a < known.length; a++) {
    for (let b = a; b < known.length; b++) {
      const found = crossBlocks(known[a]!, known[b]!, rows, weights, affordable - entries);
      if (found === undefined) return undefined;
      // Two parts of one effect vector meet within a level, but lie side by side.
      blocks.push({ ...found, diagonal: a === b });
      entries += found.values.length;
    }
  }
  const crossResponse = new Float64Array(size);
  for (const factor of known) {
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

function factorOf(part: PredictorPart, first: number, rows: number, size: number): Factor | undefined {
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
      return undefined;
  }
}

/** The blocks in which columns of two factors meet; undefined when they have more than `most` entries. */
function crossBlocks(
  a: Factor,
  b: Factor,
  rows: number,
  weights: Float64Array | null,
  most: number,
): Omit<GramBlocks, "diagonal"> | undefined {
  const entries = a.width * b.width;
  const found = new Set<number>();
  for (let i = 0; i < rows; i++) {
    found.add(a.place(i) * PLACES + b.place(i));
    if (found.size * entries > most) return undefined;
  }
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
