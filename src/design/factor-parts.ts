/** The part of each column that factors make, at the combinations of levels that occur. */
import { format } from "../formula/format.ts";
import type { FactorState } from "../terms/memory.ts";
import { type Coding, contrastCoding, fullCoding } from "./contrasts.ts";
import type { Design } from "./design.ts";
import { chooseCodings } from "./model-matrix.ts";

export interface FactorParts {
  /**
   * For term t (from 0) the columns of its factors alone, one entry per observed cell: as the design codes them, the
   * first factor varying fastest. A term without factors has one column of ones.
   */
  readonly coded: readonly (readonly Float64Array[])[];
  /** The same with an indicator for every level of every factor. */
  readonly indicators: readonly (readonly Float64Array[])[];
  /** For each column of the design its position in `coded` of its term. */
  readonly position: readonly number[];
  readonly cells: number;
}

/** Of `mu`. */
export function factorParts({ recipe, predictors }: Design): FactorParts {
  const { terms } = recipe.parts[0]!;
  const { assign, components } = predictors[0]!.population;
  const states = new Map<string, FactorState>(recipe.factors);
  const { names, codes } = recipe.grid.cells;
  const cells = codes.length;
  const codings = chooseCodings(terms.population, terms.intercept, (label) => states.has(label));
  const columnsOf = (label: string, coding: Coding): Float64Array[] => {
    const at = names.indexOf(label);
    return coding.suffixes.map((_, k) => Float64Array.from(codes, (cell) => coding.rows[cell[at]!]![k]!));
  };
  const partsOf = (codingOf: (label: string, state: FactorState, t: number) => Coding) =>
    terms.population.map((term, t) =>
      term.factors.map(format).reduce<Float64Array[]>(
        (left, label) => {
          const state = states.get(label);
          if (state === undefined) return left;
          const right = columnsOf(label, codingOf(label, state, t));
          return right.flatMap((b) => left.map((a) => a.map((value, i) => value * b[i]!)));
        },
        [new Float64Array(cells).fill(1)],
      ),
    );
  const seen = new Map<string, number>();
  return {
    coded: partsOf((label, state, t) =>
      codings[t]!.has(label) ? fullCoding(state.levels) : contrastCoding(state),
    ),
    indicators: partsOf((_, { levels }) => fullCoding(levels)),
    // Within a term the columns of one product of numeric columns come in the order of its factors.
    position: assign.map((t, j) => {
      const key = `${t} ${components[j]}`;
      const position = seen.get(key) ?? 0;
      seen.set(key, position + 1);
      return position;
    }),
    cells,
  };
}
