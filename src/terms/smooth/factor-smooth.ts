/**
 * `s(x, f, bs = "fs")`: a curve of its own for every level, all with the same standard deviation, and one more standard deviation
 * per direction that the basis does not penalise, so that whole curves are random effects (Wood 2017, section 5.6.2).
 *
 * Where two directions are not penalised (constant and slope), which two carry the standard deviations is a convention: here the
 * constant and what is orthogonal to it over the data.
 */
import { DataError } from "../../errors.ts";
import { columnRange, infinityNorm, type Matrix, product, scaleColumns, zeros } from "../../linalg/matrix.ts";
import { type BasisState, basisMatrix, basisNames, isBasisName, learnBasis } from "./bases.ts";
import { orthogonalParametrisation } from "./natural.ts";
import { basisArguments } from "./one-basis.ts";
import type { SmoothCall, SmoothPart, SmoothVariables } from "./smooth.ts";
import { codesWithUnseen, levelsOf, numbersOf } from "./variables.ts";

export interface FactorSmoothState {
  readonly kind: "factor-smooth";
  readonly label: string;
  readonly variables: readonly string[];
  readonly factor: string;
  readonly levels: readonly string[];
  readonly basis: BasisState;
  /** One per standard deviation. */
  readonly penalised: readonly Matrix[];
}

export function learnFactorSmooth(call: SmoothCall, variables: SmoothVariables): FactorSmoothState {
  const factors = call.variables.filter((name) => levelsOf(variables, name, call.label) !== undefined);
  if (factors.length !== 1 || call.variables.length < 2) {
    throw new DataError(
      `${call.label} with bs = "fs" needs numbers and exactly one factor, and has ${factors.length === 0 ? "no factor" : `the factors ${factors.join(", ")}`}`,
    );
  }
  if (call.by !== undefined) throw new DataError(`${call.label} with bs = "fs" takes no by`);
  const factor = factors[0]!;
  const numeric = call.variables.filter((name) => name !== factor);
  const name = call.xt ?? "tp";
  if (!isBasisName(name)) {
    throw new DataError(
      `${call.label} has no basis "${name}" for its curves (bases: ${basisNames.join(", ")})`,
    );
  }
  const columns = numeric.map((variable) => numbersOf(variables, variable, call.label));
  const basis = learnBasis(name, columns, basisArguments(call, call.k[0], call.m[0], numeric));
  const { rank, x } = basis;
  const P = orthogonalParametrisation(x, basis.penalty, rank);
  // The penalties of the blocks are scaled by the size of all columns.
  const scale = 1 / infinityNorm(product(x, P));
  const scaled = scaleColumns(P, new Float64Array(P.columns).fill(scale));
  const penalised = [columnRange(scaled, 0, rank)];
  for (let j = rank; j < P.columns; j++) penalised.push(columnRange(scaled, j, j + 1));
  return {
    kind: "factor-smooth",
    label: call.label,
    variables: numeric,
    factor,
    levels: levelsOf(variables, factor, call.label)!.names,
    basis: basis.state,
    penalised,
  };
}

export function factorSmoothParts(state: FactorSmoothState, variables: SmoothVariables): SmoothPart[] {
  const columns = state.variables.map((variable) => numbersOf(variables, variable, state.label));
  const x = basisMatrix(state.basis, columns);
  const found = levelsOf(variables, state.factor, state.label);
  if (found === undefined)
    throw new DataError(`${state.label} needs the levels of ${state.factor}, not numbers`);
  const levels = { ...codesWithUnseen(found, state.levels), names: state.levels };
  const penalised = state.penalised.map((part) => ({ columns: product(x, part), levels }));
  return [{ label: state.label, fixed: zeros(x.rows, 0), penalised }];
}
