/** Expressions of the data alone, evaluated for many rows. */
import type { Expression } from "./expression.ts";
import { inOrder } from "./expression.ts";
import { scalarProgram } from "./scalar-program.ts";

/** Columns by the names of data leaves. */
export type RowData = Readonly<Record<string, Float64Array>>;

/** The value of an expression of data in each of `rows`. */
export function valuesOf(expression: Expression, data: RowData, rows: Int32Array): Float64Array {
  if (expression.kind === "constant") return new Float64Array(rows.length).fill(expression.value);
  const names = inOrder([expression]).flatMap((node) => (node.kind === "data" ? [node.name] : []));
  const program = scalarProgram([expression], { at: ({ name }) => names.indexOf(name), vector: () => 0 });
  const columns = names.map((name) => data[name]!);
  const inputs = new Float64Array(names.length);
  const out = new Float64Array(1);
  const values = new Float64Array(rows.length);
  for (let i = 0; i < values.length; i++) {
    for (let k = 0; k < inputs.length; k++) inputs[k] = columns[k]![rows[i]!]!;
    program.run(inputs, out);
    values[i] = out[0]!;
  }
  return values;
}
