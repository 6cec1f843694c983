/** The constants of a row plan and where they lie: what the fields of `Plan` and `Part` in assembly/plan.ts hold. */
import { type Kind, kinds } from "./kinds.ts";
import type { Layout } from "./layout.ts";

/** A part of the linear predictor; matrices are column-major with `rows` rows. */
export type PlanPart =
  | { readonly kind: "intercept" }
  | { readonly kind: "dense"; readonly columns: Float64Array }
  | {
      readonly kind: "grouped";
      readonly index: Int32Array;
      readonly columns: Float64Array | null;
      readonly count: number;
      readonly first: number;
      readonly stride: number;
    }
  | { readonly kind: "rows" };

export interface RowPlanInput {
  readonly rows: number;
  readonly kind: Kind;
  readonly parts: readonly PlanPart[];
  /** Length of the operand of each part. */
  readonly sizes: readonly number[];
  readonly offset: Float64Array | null;
  /** Within the support of the likelihood. */
  readonly y: Float64Array;
  /** Trials (binomial) or log y (gamma); null for the others. */
  readonly second: Float64Array | null;
  /** null = all 1. */
  readonly weights: Float64Array | null;
  /** Number of parameters that all rows share. */
  readonly shared: number;
}

/** Linear predictor and slopes of a block stay in the first-level cache together with a few columns. */
const BLOCK = 256;
const PART_NUMBER = { intercept: 0, dense: 1, grouped: 2, rows: 3 } as const;

/** The fields of `Plan`; `values` and `bars` are the addresses of operands, then shared parameters. */
export function planFields(
  layout: Layout,
  input: RowPlanInput,
  padded: number,
  values: readonly number[],
  bars: readonly number[],
): number[] {
  const { rows, kind, parts, sizes, offset, y, second, weights } = input;
  const column = (x: Float64Array | null, fill: number) =>
    x === null ? 0 : layout.doubles(padColumns(x, rows, padded, fill));
  const partTable = parts.flatMap((part, k) => [
    PART_NUMBER[part.kind],
    part.kind === "dense" ? sizes[k]! : part.kind === "grouped" ? part.count : 1,
    part.kind === "dense" || part.kind === "grouped" ? column(part.columns, 0) : 0,
    part.kind === "grouped" ? layout.integers(byteIndex(part.index, part, padded, sizes[k]!)) : 0,
    part.kind === "grouped" && hasRuns(part.index) ? 1 : 0,
    values[k]!,
    bars[k]!,
  ]);
  return [
    rows,
    8 * padded,
    BLOCK,
    kinds[kind],
    column(y, y[rows - 1] ?? 0),
    column(second, second?.[rows - 1] ?? 0),
    column(weights, 0),
    layout.doubles(new Float64Array(BLOCK).fill(1)),
    layout.doubles(new Float64Array(BLOCK).fill(1, 0, rows % BLOCK || BLOCK)),
    column(offset, 0),
    layout.reserve(8 * BLOCK),
    layout.reserve(8 * BLOCK),
    values[sizes.length]!,
    bars[sizes.length]!,
    layout.integers(partTable),
    parts.length,
  ];
}

/** Columns of an even length. */
function padColumns(columns: Float64Array, rows: number, padded: number, fill: number): Float64Array {
  if (rows === padded) return columns;
  const out = new Float64Array((columns.length / rows) * padded).fill(fill);
  for (let k = 0; k * rows < columns.length; k++) {
    out.set(columns.subarray(k * rows, (k + 1) * rows), k * padded);
  }
  return out;
}

/** Bytes from the start of the effects to those of each row's level. Throws RangeError for a level that is not there. */
function byteIndex(
  index: Int32Array,
  { first, stride, count }: { readonly first: number; readonly stride: number; readonly count: number },
  padded: number,
  size: number,
): Uint32Array {
  const out = new Uint32Array(padded);
  for (let i = 0; i < index.length; i++) {
    const at = index[i]! * stride + first;
    if (!(at >= 0 && at + count <= size)) {
      throw new RangeError(`row ${i + 1} has level ${index[i]}, which is not among the effects`);
    }
    out[i] = 8 * at;
  }
  if (padded > index.length) out[index.length] = out[index.length - 1]!;
  return out;
}

/** Whether most neighbouring rows have the same level. */
function hasRuns(index: Int32Array): boolean {
  let changes = 0;
  for (let i = 1; i < index.length; i++) if (index[i] !== index[i - 1]) changes++;
  return changes * 3 < index.length;
}
