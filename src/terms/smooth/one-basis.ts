/** `s()` on one basis: constraint, `by` variables, and the split into what is penalised and what is not. */
import {
  columnMeans,
  columnRange,
  crossProduct,
  identity,
  infinityNorm,
  type Matrix,
  oneNorm,
  orthogonalTo,
  product,
  scaleRows,
  symmetrised,
  zeros,
} from "../../linalg/matrix.ts";
import { type BasisName, type BasisState, basisMatrix, learnBasis } from "./bases.ts";
import type { BasisArguments } from "./basis.ts";
import { type ByState, byLabel, byWeights, learnBy } from "./by.ts";
import { unitPenalty } from "./natural.ts";
import type { SmoothCall, SmoothPart, SmoothVariables } from "./smooth.ts";
import { numbersOf } from "./variables.ts";

export interface OneBasisState {
  readonly kind: "one-basis";
  readonly label: string;
  readonly variables: readonly string[];
  readonly basis: BasisState;
  readonly by: ByState;
  /** From the columns of the basis to those of the parts. */
  readonly fixed: Matrix;
  readonly penalised: Matrix | undefined;
}

export function learnOneBasis(call: SmoothCall, name: BasisName, variables: SmoothVariables): OneBasisState {
  const columns = call.variables.map((variable) => numbersOf(variables, variable, call.label));
  const basis = learnBasis(name, columns, basisArguments(call, call.k[0], call.m[0], call.variables));
  const by = learnBy(call, variables);
  const S = scaledPenalty(basis.penalty, basis.x);
  const constraint = basis.centred && !by.varies ? orthogonalTo(columnMeans(basis.x)) : undefined;
  const C = constraint ?? identity(basis.x.columns);
  const x = constraint === undefined ? basis.x : product(basis.x, C);
  const state = {
    kind: "one-basis",
    label: call.label,
    variables: call.variables,
    basis: basis.state,
    by,
  } as const;
  if (call.fx) return { ...state, fixed: C, penalised: undefined };
  const penalty = constraint === undefined ? S : symmetrised(crossProduct(C, product(S, C)));
  const rank = Math.min(basis.rank, C.columns);
  // Scales come from the rows of the first level of a factor.
  const weights = byWeights(by, variables, call.label)[0];
  const P = product(C, unitPenalty(weights === undefined ? x : scaleRows(x, weights), penalty, rank));
  return { ...state, fixed: columnRange(P, rank, P.columns), penalised: columnRange(P, 0, rank) };
}

export function oneBasisParts(state: OneBasisState, variables: SmoothVariables): SmoothPart[] {
  const columns = state.variables.map((variable) => numbersOf(variables, variable, state.label));
  const x = basisMatrix(state.basis, columns);
  const fixed = product(x, state.fixed);
  const penalised = state.penalised === undefined ? undefined : product(x, state.penalised);
  return byWeights(state.by, variables, state.label).map((weights, j) => {
    const weighed = (part: Matrix): Matrix => (weights === undefined ? part : scaleRows(part, weights));
    return {
      label: byLabel(state.label, state.by, j),
      fixed: weighed(fixed),
      penalised: penalised === undefined ? [] : [{ columns: weighed(penalised) }],
    };
  });
}

export function basisArguments(
  call: SmoothCall,
  k: number | undefined,
  m: readonly number[] | undefined,
  variables: readonly string[],
): BasisArguments {
  const { knots } = call;
  return {
    label: call.label,
    variables,
    ...(k === undefined ? {} : { k }),
    ...(m === undefined || m.length === 0 ? {} : { m }),
    ...(knots === undefined || !variables.some((name) => knots[name] !== undefined)
      ? {}
      : { knots: variables.map((name) => knots[name]) }),
  };
}

/** S·‖X‖²/‖S‖, so that a penalty is of the size of XᵀX whatever the units. */
export function scaledPenalty(penalty: Matrix, x: Matrix): Matrix {
  const size = oneNorm(penalty);
  if (size === 0) return zeros(penalty.rows, penalty.columns);
  const factor = infinityNorm(x) ** 2 / size;
  return { ...penalty, values: penalty.values.map((value) => value * factor) };
}
