/** Contrast matrices of factors as R codes them (R documentation, `?contrasts`). */
import { orthogonalPolynomial } from "../terms/polynomial.ts";
import type { ContrastName, FactorValue } from "../terms/value.ts";

export interface Coding {
  /** Appended to the variable's name, one per column. */
  readonly suffixes: readonly string[];
  /** levels × columns, `rows[level][column]`. */
  readonly rows: readonly (readonly number[])[];
}

/** Indicators of all levels. */
export function fullCoding(levels: readonly string[]): Coding {
  return { suffixes: levels, rows: levels.map((_, i) => levels.map((_level, j) => Number(i === j))) };
}

/** The factor's own contrasts, else polynomial when it is ordered, treatment when not. */
export function contrastCoding(
  factor: Pick<FactorValue, "levels" | "contrasts"> & Partial<Pick<FactorValue, "ordered">>,
): Coding {
  const name = factor.contrasts ?? (factor.ordered ? "poly" : "treatment");
  return CODINGS[name](factor.levels);
}

const CODINGS: Readonly<Record<ContrastName, (levels: readonly string[]) => Coding>> = {
  /** The first level is the reference. */
  treatment: (levels) => ({
    suffixes: levels.slice(1),
    rows: levels.map((_, i) => levels.slice(1).map((_level, j) => Number(i === j + 1))),
  }),
  /** The last level is −1 everywhere. */
  sum: (levels) => ({
    suffixes: levels.slice(1).map((_, j) => String(j + 1)),
    rows: levels.map((_, i) =>
      levels.slice(1).map((_level, j) => (i === levels.length - 1 ? -1 : Number(i === j))),
    ),
  }),
  /** Each level against the mean of those before it. */
  helmert: (levels) => ({
    suffixes: levels.slice(1).map((_, j) => String(j + 1)),
    rows: levels.map((_, i) => levels.slice(1).map((_level, j) => (i <= j ? -1 : i === j + 1 ? j + 1 : 0))),
  }),
  /** Orthogonal polynomials in the level number. */
  poly: (levels) => {
    const columns = orthogonalPolynomial(
      Float64Array.from(levels, (_, i) => i + 1),
      levels.length - 1,
    );
    return {
      suffixes: columns.map((_, k) => [".L", ".Q", ".C"][k] ?? `^${k + 1}`),
      rows: levels.map((_, i) => columns.map((column) => column[i]!)),
    };
  },
};
