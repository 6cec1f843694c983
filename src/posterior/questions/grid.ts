/** Rows made up to ask a fit about: variables of the model set to values, the others at their mean or first level. */

import type { Fit } from "../../api/fit-types.ts";
import type { Column, Table } from "../../data/table.ts";
import { factorCalls, type GridLevel } from "../../design/grid-recipe.ts";
import { didYouMean, NutmixError } from "../../errors.ts";
import { walk } from "../../formula/ast.ts";
import { mean, sd } from "../../numeric/moments.ts";

export interface GridVariable {
  readonly name: string;
  /** Values that occur, for factors, logical columns and numbers that the formula turns into a factor. */
  readonly levels?: readonly GridLevel[];
  /** Of a covariate. */
  readonly numeric?: {
    readonly mean: number;
    readonly sd: number;
    readonly least: number;
    readonly most: number;
  };
}

/** The variables that the population level of any distributional parameter uses, in the order of the formula. */
export function gridVariables({ spec, data }: Fit): GridVariable[] {
  const { recipe } = spec.design;
  const coerced = new Set<string>();
  for (const { terms } of recipe.parts) {
    const trees = [...terms.population.flatMap(({ factors }) => factors), ...terms.offsets];
    for (const call of trees.flatMap(factorCalls)) {
      walk(call, (node) => {
        if (node.kind === "name") coerced.add(node.name);
      });
    }
  }
  return recipe.columns
    .filter(({ population }) => population)
    .map(({ name }): GridVariable => {
      const column = data.columns.get(name)!;
      if (column.kind === "factor") return { name, levels: column.levels };
      if (column.kind === "logical") return { name, levels: [false, true] };
      const { values } = column;
      if (coerced.has(name)) return { name, levels: [...new Set(values)].sort((a, b) => a - b) };
      return {
        name,
        numeric: {
          mean: mean(values),
          sd: sd(values),
          least: values.reduce((a, b) => Math.min(a, b), Infinity),
          most: values.reduce((a, b) => Math.max(a, b), -Infinity),
        },
      };
    });
}

/** @throws NutmixError for a name that is no variable of the population level. */
export function gridVariable(variables: readonly GridVariable[], name: string): GridVariable {
  const found = variables.find((own) => own.name === name);
  if (found !== undefined) return found;
  const names = variables.map((own) => own.name);
  throw new NutmixError(
    `"${name}" is not a predictor of the population level; there are ${names.join(", ") || "none"}${didYouMean(name, names)}`,
  );
}

/** What a variable is held at when nothing else is said: its mean, or its first level. */
export function typicalValue({ levels, numeric }: GridVariable): GridLevel {
  return levels === undefined ? numeric!.mean : levels[0]!;
}

/**
 * A table with the given rows, each holding a value for some variables; the others are at their typical value.
 * @throws NutmixError for values that a column cannot take.
 */
export function gridTable(
  fit: Fit,
  variables: readonly GridVariable[],
  rows: readonly Readonly<Record<string, GridLevel>>[],
): Table {
  const columns = new Map(
    variables.map((variable): [string, Column] => [
      variable.name,
      columnOf(
        variable.name,
        fit.data.columns.get(variable.name)!,
        rows.map((row) => (Object.hasOwn(row, variable.name) ? row[variable.name]! : typicalValue(variable))),
      ),
    ]),
  );
  return { rows: rows.length, columns };
}

function columnOf(name: string, like: Column, values: readonly GridLevel[]): Column {
  if (like.kind === "numeric") {
    return {
      kind: "numeric",
      values: Float64Array.from(values, (value) => {
        const number = Number(value);
        if (!Number.isFinite(number)) throw new NutmixError(`"${name}" holds numbers, not "${value}"`);
        return number;
      }),
    };
  }
  if (like.kind === "logical") {
    return {
      kind: "logical",
      values: Int8Array.from(values, (value) => (value === true || value === "TRUE" ? 1 : 0)),
    };
  }
  return {
    ...like,
    codes: Int32Array.from(values, (value) => {
      const code = like.levels.indexOf(String(value));
      if (code < 0) {
        throw new NutmixError(
          `"${name}" has no level "${value}"; there are ${like.levels.slice(0, 12).join(", ")}${didYouMean(String(value), like.levels)}`,
        );
      }
      return code;
    }),
  };
}
