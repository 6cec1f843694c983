/** The bases of one smooth by their name in formulas; a new one is a file and a line here. */
import type { Matrix } from "../../linalg/matrix.ts";
import type { BasisArguments, BasisKind, LearnedBasis } from "./basis.ts";
import { cubic, cyclicCubic, shrinkingCubic } from "./cubic.ts";
import { cyclicPSpline, pSpline } from "./p-spline.ts";
import { shrinkingThinPlate, thinPlate } from "./thin-plate.ts";

const bases = {
  tp: thinPlate,
  ts: shrinkingThinPlate,
  cr: cubic,
  cs: shrinkingCubic,
  cc: cyclicCubic,
  ps: pSpline,
  cp: cyclicPSpline,
} as const;

export type BasisName = keyof typeof bases;

/** A learned basis as plain data. */
export type BasisState = {
  [Name in BasisName]: { readonly basis: Name; readonly state: StateOf<Name> };
}[BasisName];

type StateOf<Name extends BasisName> = (typeof bases)[Name] extends BasisKind<infer State> ? State : never;

export const basisNames: readonly string[] = Object.keys(bases);

export function isBasisName(name: string): name is BasisName {
  return Object.hasOwn(bases, name);
}

export function learnBasis(
  name: BasisName,
  columns: readonly Float64Array[],
  call: BasisArguments,
): LearnedBasis<BasisState> {
  const learned = (bases[name] as BasisKind<unknown>).learn(columns, call);
  return { ...learned, state: { basis: name, state: learned.state } as BasisState };
}

export function basisMatrix({ basis, state }: BasisState, columns: readonly Float64Array[]): Matrix {
  return (bases[basis] as BasisKind<unknown>).matrix(state, columns);
}
