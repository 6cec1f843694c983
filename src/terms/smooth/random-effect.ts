/**
 * `s(f, bs = "re")`: one coefficient per level, or per combination of levels, times the numbers among the variables; all with the
 * same standard deviation.
 */
import { DataError } from "../../errors.ts";
import { infinityNorm, type Matrix, product, zeros } from "../../linalg/matrix.ts";
import type { SmoothCall, SmoothPart, SmoothVariables } from "./smooth.ts";
import { codesByFit, codesWithUnseen, levelsOf, numbersOf } from "./variables.ts";

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
  return [
    {
      label: state.label,
      fixed: zeros(columns.rows, 0),
      penalised: [
        state.factors.length === 0 ? { columns } : { columns, levels: levelCodes(state, variables) },
      ],
    },
  ];
}

/** Combinations of levels, those of the first factor varying fastest; unseen ones only where there is one factor. */
function levelCodes({ factors, label }: RandomEffectState, variables: SmoothVariables) {
  if (factors.length === 1) {
    const { variable, levels } = factors[0]!;
    return { ...codesWithUnseen(levelsOf(variables, variable, label)!, levels), names: levels };
  }
  let codes: Int32Array | undefined;
  let names: readonly string[] = [""];
  for (const { variable, levels } of factors) {
    const own = codesByFit(levelsOf(variables, variable, label)!, levels, variable, label);
    const stride = names.length;
    codes = own.map((code, row) => (codes?.[row] ?? 0) + stride * code);
    names = levels.flatMap((level) => names.map((name) => (name === "" ? level : `${name}_${level}`)));
  }
  return { codes: codes!, names };
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
