/** Segments and what feeds them as the structures of assembly/plan.ts: the same fields in the same order. */
import type { Instruction, Slot } from "../expressions/block-program.ts";
import type { Layout } from "./layout.ts";
import { opcodeOf, SUM, SUM_LOG1P } from "./opcodes.ts";

/** A part of a linear predictor; matrices are column-major with one row for each row of the data. */
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

/** Rows of a segment, in order, the last one repeated to make their number even. */
export type RowNumbers = Int32Array;

/** Linear predictors and slopes of a block stay in the first-level cache together with a few columns. */
export const BLOCK = 256;
const PART_NUMBER = { intercept: 0, dense: 1, grouped: 2, rows: 3 } as const;

export function evenly(rows: Int32Array): RowNumbers {
  return Int32Array.from({ length: rows.length + (rows.length % 2) }, (_, i) => rows[i] ?? rows.at(-1)!);
}

/** The numbers of `column` in the rows. */
export function gathered(column: Float64Array, rows: RowNumbers, from = 0): Float64Array {
  const out = new Float64Array(rows.length);
  for (let i = 0; i < out.length; i++) out[i] = column[from + rows[i]!]!;
  return out;
}

/** @param value,bar addresses of the operand and of the derivative by it; @param all number of rows of the data */
export function partFields(
  layout: Layout,
  part: PlanPart,
  rows: RowNumbers,
  all: number,
  { size, value, bar }: { readonly size: number; readonly value: number; readonly bar: number },
): number[] {
  const columns = part.kind === "dense" || part.kind === "grouped" ? part.columns : null;
  return [
    PART_NUMBER[part.kind],
    part.kind === "dense" ? size : part.kind === "grouped" ? part.count : 1,
    columns === null ? 0 : layout.doubles(gatherColumns(columns, rows, all)),
    part.kind === "grouped" ? layout.integers(byteIndex(part, rows, size)) : 0,
    part.kind === "grouped" && hasRuns(part.index, rows) ? 1 : 0,
    value,
    bar,
  ];
}

function gatherColumns(columns: Float64Array, rows: RowNumbers, all: number): Float64Array {
  const out = new Float64Array((columns.length / all) * rows.length);
  for (let k = 0; k * all < columns.length; k++) out.set(gathered(columns, rows, k * all), k * rows.length);
  return out;
}

/** Bytes from the start of the effects to those of each row's level. Throws RangeError for a level that is not there. */
function byteIndex(
  { index, first, stride, count }: Extract<PlanPart, { kind: "grouped" }>,
  rows: RowNumbers,
  size: number,
): Uint32Array {
  const out = new Uint32Array(rows.length);
  for (let i = 0; i < out.length; i++) {
    const row = rows[i]!;
    const at = index[row]! * stride + first;
    if (!(at >= 0 && at + count <= size)) {
      throw new RangeError(`row ${row + 1} has level ${index[row]}, which is not among the effects`);
    }
    out[i] = 8 * at;
  }
  return out;
}

/** Whether most neighbouring rows have the same level. */
function hasRuns(index: Int32Array, rows: RowNumbers): boolean {
  let changes = 0;
  for (let i = 1; i < rows.length; i++) if (index[rows[i]!] !== index[rows[i - 1]!]) changes++;
  return changes * 3 < rows.length;
}

/** Addresses of what instructions work on. */
export interface Addresses {
  readonly registers: number;
  readonly scalars: number;
  readonly columns: readonly number[];
  readonly accumulators: number;
}

const REGISTER = 8 * BLOCK;

export function registerAddress({ registers }: Addresses, at: number): number {
  return registers + REGISTER * at;
}

export function instructionFields(instruction: Instruction, addresses: Addresses): number[] {
  const code =
    instruction.kind === "apply"
      ? opcodeOf(instruction.operation)
      : instruction.kind === "sum"
        ? SUM
        : SUM_LOG1P;
  const to =
    instruction.kind === "apply"
      ? registerAddress(addresses, instruction.to)
      : addresses.accumulators + 8 * instruction.to;
  const operands = instruction.operands.map((slot) => operandFields(slot, addresses));
  while (operands.length < 3) operands.push(operands[0]!);
  return [code, to, ...operands.flat()];
}

function operandFields(
  { space, at }: Slot,
  addresses: Addresses,
): [address: number, move: number, step: number] {
  switch (space) {
    case "register":
      return [registerAddress(addresses, at), 0, 16];
    case "scalar":
      return [addresses.scalars + 16 * at, 0, 0];
    case "column":
      return [addresses.columns[at]!, 8, 16];
  }
}
