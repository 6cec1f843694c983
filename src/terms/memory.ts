/**
 * What was learned from the data of a fit, so that new data are treated alike: the idea of R's `makepredictcall`
 * (Chambers & Hastie 1992, Statistical Models in S, section 7.3.3). All states are plain data.
 */
import { DesignError } from "../errors.ts";
import type { PolynomialBasis } from "./polynomial.ts";
import type { ContrastName, Contrasts } from "./value.ts";

export type LearnedState =
  /** Numbers as a factor: the distinct values in order. */
  | { readonly kind: "levels"; readonly levels: readonly string[] }
  /** scale() and center(). */
  | { readonly kind: "location"; readonly centre: number; readonly divisor: number }
  | ({ readonly kind: "polynomial" } & PolynomialBasis);

/** A factor as model matrices code it. */
export interface FactorState {
  readonly levels: readonly string[];
  readonly contrasts: Contrasts;
}

/**
 * One's own contrasts, `rows[level][column]`: rows in the order of the levels, or by level; a single number per level is one
 * column. `names` (default 1, 2, …) are appended to the variable's name.
 */
export type ContrastMatrix =
  | readonly (number | readonly number[])[]
  | {
      readonly rows:
        | readonly (number | readonly number[])[]
        | Readonly<Record<string, number | readonly number[]>>;
      readonly names?: readonly string[];
    };

/** R's names with and without their prefix, or a matrix. */
export type ContrastOption = ContrastName | `contr.${ContrastName}` | ContrastMatrix;

/** Contrasts by variable (`recipe`, `factor(x)`), or for all others by kind: `unordered`, `ordered`. */
export type ContrastOptions = Readonly<Record<string, ContrastOption>>;

export interface Memory {
  /** By the canonical text of the call. */
  readonly functions: Map<string, LearnedState>;
  /** By the canonical text of the variable. */
  readonly factors: Map<string, FactorState>;
  readonly contrasts: ContrastOptions;
  /** Levels that come first, by variable. */
  readonly references: Readonly<Record<string, string>>;
  /** With new data nothing is learned any more. */
  readonly frozen: boolean;
}

/**
 * The state of `key`: learned once, then remembered; without a memory learned each time.
 * @throws DesignError when a frozen memory does not have it.
 */
export function recall<S extends LearnedState>(memory: Memory | undefined, key: string, learn: () => S): S {
  const known = memory?.functions.get(key);
  if (known !== undefined) return known as S;
  if (memory?.frozen === true) {
    throw new DesignError(`${key} was not part of the fit: nothing was learned for it`);
  }
  const state = learn();
  memory?.functions.set(key, state);
  return state;
}
