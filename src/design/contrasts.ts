/** Contrast matrices of factors as R codes them (R documentation, `?contrasts`). */
import { orthogonalPolynomial } from "../terms/polynomial.ts";
import type { ContrastName, Contrasts, FactorValue } from "../terms/value.ts";

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
  const contrasts: Contrasts = factor.contrasts ?? (factor.ordered ? "poly" : "treatment");
  if (typeof contrasts === "object") return { suffixes: contrasts.names, rows: contrasts.rows };
  return CODINGS[contrasts](factor.levels);
}

/** Names of contrasts, and what users of other packages call them. */
export const CONTRAST_NAMES: readonly ContrastName[] = ["treatment", "SAS", "sum", "helmert", "poly"];

/** `sum`, `contr.sum`; undefined when there are no such contrasts. */
export function contrastNamed(text: string): ContrastName | undefined {
  const name = text.replace(/^contr\./, "");
  return CONTRAST_NAMES.find((own) => own === name);
}

const indicators = (levels: readonly string[], reference: number): Coding => {
  const others = levels.flatMap((_, k) => (k === reference ? [] : [k]));
  return {
    suffixes: others.map((k) => levels[k]!),
    rows: levels.map((_, i) => others.map((k) => Number(i === k))),
  };
};

const CODINGS: Readonly<Record<ContrastName, (levels: readonly string[]) => Coding>> = {
  /** The first level is the reference. */
  treatment: (levels) => indicators(levels, 0),
  /** The last level is the reference. */
  SAS: (levels) => indicators(levels, levels.length - 1),
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
