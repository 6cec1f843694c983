/**
 * `s(f, bs = "re")`: one coefficient per level, or per combination of levels, times the numbers among the variables; all with the
 * same standard deviation.
 */
import { DataError } from "../../errors.ts";
import { infinityNorm, type Matrix, product, zeros } from "../../linalg/matrix.ts";
import type { SmoothCall, SmoothPart, SmoothVariables } from "./smooth.ts";
import { codesByFit, levelsOf, numbersOf } from "./variables.ts";

export interface RandomEffectState {
  readonly kind: "random-effect";
  readonly label: string;
  readonly factors: readonly { readonly variable: string; readonly levels: readonly string[] }[];
  readonly numbers: readonly string[];
  readonly scale: number;
}

export function learnRandomEffect(call: SmoothCall, variables: SmoothVariables): RandomEffectState {
  if (call.by !== undefined) {
    throw new DataError(`${call.label} with bs = "re" takes no by: put ${call.by} among its variables`);
  }
  const factors: { variable: string; levels: readonly string[] }[] = [];
  const numbers: string[] = [];
  for (const variable of call.variables) {
    const levels = levelsOf(variables, variable, call.label);
    if (levels === undefined) numbers.push(variable);
    else factors.push({ variable, levels: levels.names });
  }
  const state = { kind: "random-effect", label: call.label, factors, numbers, scale: 1 } as const;
  // The largest row sum of the columns, as for other penalties.
  const scale = 1 / infinityNorm(weightsOf(state, variables));
  return { ...state, scale };
}

export function randomEffectParts(state: RandomEffectState, variables: SmoothVariables): SmoothPart[] {
  const columns = product(weightsOf(state, variables), {
    rows: 1,
    columns: 1,
    values: Float64Array.of(state.scale),
  });
  const rows = columns.rows;
  const codes = new Int32Array(rows);
  let names: string[] = [""];
  let stride = 1;
  for (const { variable, levels } of state.factors) {
    const own = codesByFit(levelsOf(variables, variable, state.label)!, levels, variable, state.label);
    for (let row = 0; row < rows; row++) codes[row]! += stride * own[row]!;
    names = levels.flatMap((level) => names.map((name) => (name === "" ? level : `${name}_${level}`)));
    stride *= levels.length;
  }
  const block = state.factors.length === 0 ? { columns } : { columns, levels: { codes, names } };
  return [{ label: state.label, fixed: zeros(rows, 0), penalised: [block] }];
}

/** One column: the product of the numbers. */
function weightsOf(state: RandomEffectState, variables: SmoothVariables): Matrix {
  const first = variables.get(state.factors[0]?.variable ?? state.numbers[0]!)!;
  const rows = first.kind === "factor" ? first.codes.length : first.values.length;
  const values = new Float64Array(rows).fill(1);
  for (const variable of state.numbers) {
    numbersOf(variables, variable, state.label).forEach((value, row) => {
      values[row]! *= value;
    });
  }
  return { rows, columns: 1, values };
}
