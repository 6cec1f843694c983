/** What every basis of a smooth has: columns over the data, a quadratic penalty, and a way back for new data. */
import type { Matrix } from "../../linalg/matrix.ts";

/** Arguments of a basis, as written in the formula. */
export interface BasisArguments {
  /** Text of the term, for messages. */
  readonly label: string;
  /** Names of the variables, for messages. */
  readonly variables: readonly string[];
  /** Dimension; absent = the default of the basis. */
  readonly k?: number;
  /** Orders; absent = the defaults of the basis. */
  readonly m?: readonly number[];
  readonly knots?: readonly (Float64Array | undefined)[];
}

export interface LearnedBasis<State> {
  readonly state: State;
  /** Rows of the fit × k. */
  readonly x: Matrix;
  readonly penalty: Matrix;
  readonly rank: number;
  /** Whether the smooth is made to sum to zero over the rows of the fit. */
  readonly centred: boolean;
}

export interface BasisKind<State> {
  readonly learn: (columns: readonly Float64Array[], call: BasisArguments) => LearnedBasis<State>;
  /** The same columns at other values. */
  readonly matrix: (state: State, columns: readonly Float64Array[]) => Matrix;
}
