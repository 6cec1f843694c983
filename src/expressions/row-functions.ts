/** Functions of a row, such as a log density and its derivatives of several orders, evaluated for all rows in JavaScript. */
import { type BlockProgram, blockProgram } from "./block-program.ts";
import type { Expression } from "./expression.ts";
import { BLOCK, instructionStep, type Step } from "./js-machine.ts";
import { lower } from "./lower.ts";
import { ranks } from "./rank.ts";
import { classesOf } from "./row-classes.ts";
import { type RowData, valuesOf } from "./row-data.ts";

export interface RowFunctions {
  /** `inputs`: a number per row for each parameter; `outputs`: one for each function. Allocates nothing. */
  run(inputs: readonly Float64Array[], outputs: readonly Float64Array[]): void;
}

interface ClassRunner {
  readonly rows: Int32Array;
  readonly program: BlockProgram;
  readonly registers: Float64Array;
  readonly steps: readonly Step[];
}

/**
 * @param functions from the log density of a class of rows to what is wanted, all of the same length
 * @param parameters the inputs, which differ by row
 */
export function rowFunctions(
  logDensity: Expression,
  functions: (logDensity: Expression) => readonly Expression[],
  parameters: readonly Expression[],
  data: RowData,
): RowFunctions {
  const names = parameters.flatMap((leaf) => (leaf.kind === "parameter" ? [leaf.name] : []));
  const rank = ranks(new Set(names));
  const runners = classesOf(logDensity, data, null, rank).map(({ rows, logDensity: own }): ClassRunner => {
    const scalars: Expression[] = [];
    const columns: Float64Array[] = [];
    const known = new Map<Expression, number>();
    const program = blockProgram(
      { inputs: parameters, sums: [], slopes: lower(functions(own)) },
      rank,
      (node) => {
        const at = scalars.indexOf(node);
        return at >= 0 ? at : scalars.push(node) - 1;
      },
      (node) => {
        const at = known.get(node) ?? columns.push(valuesOf(node, data, rows)) - 1;
        known.set(node, at);
        return at;
      },
    );
    const registers = new Float64Array(program.registers * BLOCK);
    const values = Float64Array.from(scalars, (node) => (node.kind === "constant" ? node.value : Number.NaN));
    const spaces = { registers, columns, scalars: values, accumulators: new Float64Array(0) };
    const steps = program.instructions.map((instruction) => instructionStep(instruction, spaces));
    return { rows, program, registers, steps };
  });
  return {
    run(inputs, outputs) {
      for (const runner of runners) pass(runner, inputs, outputs);
    },
  };
}

function pass(
  { rows, program, registers, steps }: ClassRunner,
  inputs: readonly Float64Array[],
  outputs: readonly Float64Array[],
): void {
  for (let from = 0; from < rows.length; from += BLOCK) {
    const count = Math.min(BLOCK, rows.length - from);
    for (let k = 0; k < inputs.length; k++) {
      const source = inputs[k]!;
      for (let i = 0; i < count; i++) registers[k * BLOCK + i] = source[rows[from + i]!]!;
    }
    for (let s = 0; s < steps.length; s++) steps[s]!(from, count);
    for (let k = 0; k < outputs.length; k++) {
      const to = outputs[k]!;
      const register = program.slopes[k]!;
      for (let i = 0; i < count; i++) {
        to[rows[from + i]!] = register < 0 ? 0 : registers[register * BLOCK + i]!;
      }
    }
  }
}
