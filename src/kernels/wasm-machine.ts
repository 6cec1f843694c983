/**
 * Runs block programs in WebAssembly: linear predictors, instructions and the derivatives by every operand, block by block while a
 * block is in the cache. Constants are copied into the memory of the machine once.
 */
import { loopFor, type RowsMachine, sharedParameters } from "../expressions/js-machine.ts";
import { operationNames } from "../expressions/operations.ts";
import type { CompiledRows, Segment } from "../expressions/rows.ts";
import { Layout } from "./layout.ts";
import { type HostOperation, instantiateKernels, type KernelExports } from "./load.ts";
import {
  type Addresses,
  BLOCK,
  evenly,
  gathered,
  instructionFields,
  type PlanPart,
  partFields,
  type RowNumbers,
  registerAddress,
} from "./plan-fields.ts";

/** What differs by row: offset + Σ parts, with the length of the operand of each part. */
export interface RowPredictor {
  readonly parts: readonly PlanPart[];
  readonly sizes: readonly number[];
  readonly offset: Float64Array | null;
}

interface Operand {
  readonly size: number;
  /** Row vectors are laid out by segments, others as they are. */
  readonly perRow: boolean;
  readonly value: number;
  readonly bar: number;
}

/** null where the engine cannot run it or the data do not fit into its memory. Operands are those of all parts in order. */
export function wasmMachine(
  compiled: CompiledRows,
  predictors: readonly RowPredictor[],
  rows: number,
): RowsMachine | null {
  const layout = new Layout();
  const segments = compiled.segments.map((segment) => ({ ...segment, numbers: evenly(segment.rows) }));
  // Row vectors: the segments that read rows, one after the other.
  const places: RowNumbers[] = [];
  let laidOut = 0;
  const starts = segments.map(({ numbers, inputs }) => {
    if (!inputs.some(({ kind }) => kind === "row")) return 0;
    places.push(numbers);
    laidOut += numbers.length;
    return laidOut - numbers.length;
  });

  const operands: Operand[] = [];
  const shared = { value: layout.reserve(8 * compiled.shared), bar: 0 };
  const scalars = layout.reserve(16 * compiled.scalars);
  for (const { parts, sizes } of predictors) {
    parts.forEach((part, k) => {
      const perRow = part.kind === "rows";
      const length = perRow ? laidOut : sizes[k]!;
      operands.push({ size: sizes[k]!, perRow, value: layout.reserve(8 * length), bar: 0 });
    });
  }
  const barsFrom = layout.reserve(0);
  const accumulators = layout.reserve(8 * compiled.accumulators);
  shared.bar = layout.reserve(8 * compiled.shared);
  const placed = operands.map((operand) => ({
    ...operand,
    bar: layout.reserve(8 * (operand.perRow ? laidOut : operand.size)),
  }));
  const barsTo = layout.reserve(0);

  const registers = layout.reserve(
    8 * BLOCK * Math.max(0, ...segments.map(({ program }) => program.registers)),
  );
  const fields = segments.flatMap((segment, s) => segmentFields(segment, starts[s]!));
  const address = layout.integers(fields);

  function segmentFields(
    { numbers, inputs, columns, program, rows: own }: Segment & { numbers: RowNumbers },
    start: number,
  ): number[] {
    const addresses: Addresses = {
      registers,
      scalars,
      accumulators,
      columns: columns.map((column) => layout.doubles(padded(column))),
    };
    const inputTable = inputs.flatMap((input, k) => {
      const slope = program.slopes[k]!;
      const predictor = input.kind === "row" ? predictors[input.at]! : null;
      const parts = input.kind === "lookup" ? lookupFields(input.index) : partsOf(input.at, numbers, start);
      return [
        8 * numbers.length,
        predictor?.offset ? layout.doubles(gathered(predictor.offset, numbers)) : 0,
        registerAddress(addresses, k),
        slope < 0 ? 0 : registerAddress(addresses, slope),
        layout.integers(parts),
        predictor?.parts.length ?? 1,
      ];
    });
    const instructions = program.instructions.flatMap((instruction) =>
      instructionFields(instruction, addresses),
    );
    return [
      own.length,
      layout.integers(inputTable),
      inputs.length,
      layout.integers(instructions),
      program.instructions.length,
    ];
  }

  function partsOf(predictor: number, numbers: RowNumbers, start: number): number[] {
    let at = 0;
    for (let k = 0; k < predictor; k++) at += predictors[k]!.parts.length;
    return predictors[predictor]!.parts.flatMap((part, k) => {
      const operand = placed[at + k]!;
      const shift = operand.perRow ? 8 * start : 0;
      return partFields(layout, part, numbers, rows, {
        size: operand.size,
        value: operand.value + shift,
        bar: operand.bar + shift,
      });
    });
  }

  function lookupFields(index: Int32Array): number[] {
    const own = evenly(Int32Array.from(index, (_, i) => i));
    const part: PlanPart = { kind: "grouped", index, columns: null, count: 1, first: 0, stride: 1 };
    return partFields(layout, part, own, index.length, { size: compiled.shared, ...shared });
  }

  const running = instantiate(layout);
  if (running === null) return null;
  const { kernels, buffer } = running;
  const view = (at: number, length: number) => new Float64Array(buffer, at, length);
  const state = {
    shared: view(shared.value, compiled.shared),
    sharedBar: view(shared.bar, compiled.shared),
    scalars: new Float64Array(compiled.scalars),
    accumulators: view(accumulators, compiled.accumulators),
  };
  const twice = view(scalars, 2 * compiled.scalars);
  const allBars = new Float64Array(buffer, barsFrom, (barsTo - barsFrom) / 8);
  const sharedStage = sharedParameters(compiled, state);
  const rowOperands = placed.flatMap((operand, k) => (operand.perRow ? [k] : []));
  const outside = placed.map(({ perRow, size, value }) =>
    perRow ? new Float64Array(size) : view(value, size),
  );
  const outsideBars = placed.map(({ perRow, size, bar }) =>
    perRow ? new Float64Array(size) : view(bar, size),
  );
  const inside = placed.map(({ perRow, value }) => (perRow ? view(value, laidOut) : null));
  const insideBars = placed.map(({ perRow, bar }) => (perRow ? view(bar, laidOut) : null));
  const order = new Int32Array(laidOut);
  let placedRows = 0;
  for (const numbers of places) {
    order.set(numbers, placedRows);
    placedRows += numbers.length;
  }
  return {
    operands: outside,
    operandBars: outsideBars,
    shared: state.shared,
    sharedBar: state.sharedBar,
    evaluate() {
      allBars.fill(0);
      sharedStage.before();
      for (let k = 0; k < state.scalars.length; k++) {
        twice[2 * k] = state.scalars[k]!;
        twice[2 * k + 1] = state.scalars[k]!;
      }
      for (const k of rowOperands) {
        const to = inside[k]!;
        const source = outside[k]!;
        for (let i = 0; i < order.length; i++) to[i] = source[order[i]!]!;
      }
      kernels.evaluate(address, segments.length, BLOCK);
      for (const k of rowOperands) {
        const to = outsideBars[k]!;
        const source = insideBars[k]!;
        to.fill(0);
        for (let i = 0; i < order.length; i++) to[order[i]!]! += source[i]!;
      }
      return sharedStage.after();
    },
  };
}

function padded(column: Float64Array): Float64Array {
  return Float64Array.from(
    { length: column.length + (column.length % 2) },
    (_, i) => column[i] ?? column.at(-1)!,
  );
}

function instantiate(layout: Layout): { buffer: ArrayBuffer; kernels: KernelExports } | null {
  try {
    const memory = layout.memory();
    const { buffer } = memory;
    const doubles = new Float64Array(buffer);
    const host: HostOperation = (code, to, a, stepA, b, stepB, c, stepC, count) => {
      const loop = loopFor(operationNames[code]!);
      loop(
        count,
        doubles,
        to / 8,
        doubles,
        a / 8,
        stepA / 16,
        doubles,
        b / 8,
        stepB / 16,
        doubles,
        c / 8,
        stepC / 16,
      );
    };
    const kernels = instantiateKernels(memory, host);
    return kernels && { buffer, kernels };
  } catch {
    return null;
  }
}
