/**
 * R's model.matrix: which variables of a term are coded by contrasts and which by indicators, the columns and their names
 * (R documentation, `?model.matrix` and `?terms.object`).
 */
import { DesignError } from "../errors.ts";
import { format } from "../formula/format.ts";
import type { PopulationTerm } from "../formula/model-formula.ts";
import { type EvaluationContext, evaluate } from "../terms/evaluate.ts";
import { asFactor } from "../terms/functions.ts";
import type { Value } from "../terms/value.ts";
import { type Coding, contrastCoding, fullCoding } from "./contrasts.ts";
import { codedFactor } from "./factor-coding.ts";

export interface ModelMatrix {
  readonly names: readonly string[];
  readonly columns: readonly Float64Array[];
  /** For each column the 1-based number of its term. */
  readonly assign: readonly number[];
  /** For each column the product of numeric columns in it (`x`, `poly(z, 2)1:x`); empty for factors alone. */
  readonly components: readonly string[];
}

/**
 * The columns of the terms, in their order; a column of ones for an intercept is not among them.
 * @param ones labels of variables that count as columns of ones: their values are known elsewhere
 */
export function modelMatrix(
  terms: readonly PopulationTerm[],
  intercept: boolean,
  context: EvaluationContext,
  ones: ReadonlySet<string> = new Set(),
): ModelMatrix {
  const variables = new Map<string, Value>();
  for (const term of terms) {
    for (const factor of term.factors) {
      const label = format(factor);
      if (variables.has(label)) continue;
      const one = ones.has(label);
      variables.set(label, one ? columnOfOnes(context) : variableValue(factor, label, context));
    }
  }
  const codings = chooseCodings(terms, intercept, (label) => variables.get(label)!.kind === "factor");
  const names: string[] = [];
  const columns: Float64Array[] = [];
  const assign: number[] = [];
  const components: string[] = [];
  terms.forEach((term, t) => {
    const blocks = term.factors.map((factor) => {
      const label = format(factor);
      return variableColumns(label, variables.get(label)!, codings[t]!.has(label));
    });
    for (const column of product(blocks)) {
      names.push(column.name);
      columns.push(column.values);
      assign.push(t + 1);
      components.push(column.numeric.toSorted().join(":"));
    }
  });
  return { names, columns, assign, components };
}

interface NamedColumn {
  readonly name: string;
  /** The numeric columns that it is a product of. */
  readonly numeric: readonly string[];
  readonly values: Float64Array;
}

export function variableValue(
  factor: PopulationTerm["factors"][number],
  label: string,
  context: EvaluationContext,
): Value {
  if (factor.kind === "name" && factor.name === "Intercept" && !context.table.columns.has("Intercept")) {
    return columnOfOnes(context);
  }
  const value = evaluate(factor, context);
  if (value.kind === "logical") return codedFactor(label, asFactor(factor, context, false), context);
  return value.kind === "factor" ? codedFactor(label, value, context) : value;
}

function columnOfOnes({ table }: EvaluationContext): Value {
  return { kind: "numeric", values: new Float64Array(table.rows).fill(1) };
}

/**
 * For each term the labels of the factors that get indicators of all levels: those whose margin (the term without them)
 * is not contained in an earlier term; an empty margin counts as contained. Without an intercept the first factor gets
 * indicators.
 */
export function chooseCodings(
  terms: readonly PopulationTerm[],
  intercept: boolean,
  isFactor: (label: string) => boolean,
): Set<string>[] {
  const labels = terms.map((term) => term.factors.map(format));
  const full = labels.map((own, t) => {
    const indicators = new Set<string>();
    for (const label of own) {
      if (!isFactor(label)) continue;
      const margin = own.filter((other) => other !== label);
      const contained =
        margin.length === 0 ||
        labels.slice(0, t).some((earlier) => margin.every((other) => earlier.includes(other)));
      if (!contained) indicators.add(label);
    }
    return indicators;
  });
  if (!intercept) {
    for (let t = 0; t < labels.length; t++) {
      const first = labels[t]!.find(isFactor);
      if (first === undefined) continue;
      full[t]!.add(first);
      break;
    }
  }
  return full;
}

function variableColumns(label: string, value: Value, indicators: boolean): NamedColumn[] {
  switch (value.kind) {
    case "numeric":
      return [{ name: label, numeric: [label], values: value.values }];
    case "matrix":
      return value.columns.map((values, k) => {
        const name = `${label}${value.suffixes[k]}`;
        return { name, numeric: [name], values };
      });
    case "factor": {
      const coding: Coding = indicators ? fullCoding(value.levels) : contrastCoding(value);
      return coding.suffixes.map((suffix, k) => ({
        name: `${label}${suffix}`,
        numeric: [],
        values: Float64Array.from(value.codes, (code) => coding.rows[code]![k]!),
      }));
    }
    default:
      throw new DesignError(`"${label}" is a constant and cannot be a term`);
  }
}

/** Products of one column of each block, the first block varying fastest. */
function product(blocks: readonly (readonly NamedColumn[])[]): NamedColumn[] {
  return blocks.reduce<readonly NamedColumn[]>(
    (left, right) =>
      left.length === 0
        ? right
        : right.flatMap((b) =>
            left.map((a) => ({
              name: `${a.name}:${b.name}`,
              numeric: [...a.numeric, ...b.numeric],
              values: a.values.map((value, i) => value * b.values[i]!),
            })),
          ),
    [],
  ) as NamedColumn[];
}
