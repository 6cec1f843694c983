/**
 * `mo(x)`: a monotonic effect of an ordered factor or of whole numbers (Bürkner & Charpentier 2020, Br. J. Math. Stat. Psychol. 73:
 * 420–451). Category i of 0 … D has the value D·Σ_{k ≤ i} ζ_k with a simplex ζ of D elements, so that the coefficient is the average
 * step; every product that holds an mo() has a simplex of its own.
 */
import { ops } from "../../autodiff/ops/index.ts";
import { DataError, FormulaError } from "../../errors.ts";
import type { Ast } from "../../formula/ast.ts";
import { format } from "../../formula/format.ts";
import { Arguments } from "../arguments.ts";
import { type EvaluationContext, evaluate } from "../evaluate.ts";
import { simplexQuantity } from "../quantities.ts";
import type { Call, VariableTerm } from "../term.ts";

export interface MonotonicState {
  /** Levels of an ordered factor, or the least and the largest number. */
  readonly categories:
    | { readonly kind: "levels"; readonly names: readonly string[] }
    | { readonly kind: "numbers"; readonly least: number; readonly most: number };
  readonly id?: string;
}

export const mo: VariableTerm<MonotonicState> = {
  sort: "variable",
  name: "mo",
  examples: ["mo(o)", "mo(o):x", "mo(o)*mo(m)", "mo(o)*f"],
  learn(call, context) {
    const { variable, id } = readCall(call, context);
    const value = evaluate(variable, context);
    const own = id === undefined ? {} : { id };
    if (value.kind === "factor") {
      if (!value.ordered) {
        throw new DataError(
          `${format(call)} needs an order of categories, and ${format(variable)} has none: make it an ordered factor, or numbers`,
        );
      }
      return { categories: { kind: "levels", names: value.levels }, ...own };
    }
    const values = wholeNumbers(call, context);
    const least = values.reduce((a, b) => Math.min(a, b));
    const most = values.reduce((a, b) => Math.max(a, b));
    if (least === most)
      throw new DataError(`${format(call)} needs two categories, and all rows are ${least}`);
    return { categories: { kind: "numbers", least, most }, ...own };
  },
  index(state, call, context) {
    const { categories } = state;
    const count = categoryCount(state);
    if (categories.kind === "levels") {
      const value = evaluate(readCall(call, context).variable, context);
      if (value.kind !== "factor")
        throw new DataError(`${format(call)} needs the levels ${categories.names.join(", ")}`);
      const codes = value.levels.map((level) => categories.names.indexOf(level));
      return {
        count,
        index: value.codes.map((code, row) => {
          const own = codes[code]!;
          if (own >= 0) return own;
          throw new DataError(
            `${format(call)} has no category "${value.levels[code]}" (row ${context.rowNumbers[row]}): the fit had ${categories.names.join(" < ")}`,
          );
        }),
      };
    }
    const { least, most } = categories;
    const index = Int32Array.from(wholeNumbers(call, context), (value, row) => {
      if (value >= least && value <= most) return value - least;
      throw new DataError(
        `${format(call)} has categories ${least} to ${most}, but row ${context.rowNumbers[row]} is ${value}`,
      );
    });
    return { count, index };
  },
  parameters(state, { key, name, position }) {
    const steps = categoryCount(state) - 1;
    const simplex = state.id ?? `${name}${position}`;
    return [
      {
        id: "simo",
        shape: [steps],
        constraint: "simplex",
        prior: { kind: "whole", target: { class: "simo", coef: simplex } },
        quantity: simplexQuantity("simo", key, simplex, steps),
      },
    ];
  },
  trace(state, at) {
    const steps = categoryCount(state) - 1;
    const simplex = at("simo");
    // Rows are categories: D times the sum of the steps up to it.
    const sums = new Float64Array((steps + 1) * steps);
    for (let i = 1; i <= steps; i++) sums.fill(steps, i * steps, i * steps + i);
    const { graph } = simplex;
    return graph.apply(ops.matmul, [graph.constant(sums, [steps + 1, steps]), simplex], {
      inner: steps,
      columns: 1,
    });
  },
  shared: ({ id }) => id,
};

function categoryCount({ categories }: MonotonicState): number {
  return categories.kind === "levels" ? categories.names.length : categories.most - categories.least + 1;
}

function readCall(call: Call, { source }: EvaluationContext): { variable: Ast; id?: string } {
  const own: Arguments = new Arguments(call, source);
  own.allow(["id"]);
  const [variable, ...rest] = own.positional();
  if (variable === undefined || rest.length > 0) own.fail("mo() takes one variable");
  const [id] = own.texts("id");
  return { variable, ...(id === undefined ? {} : { id }) };
}

function wholeNumbers(call: Call, context: EvaluationContext): Float64Array {
  const { variable } = readCall(call, context);
  const value = evaluate(variable, context);
  if (value.kind === "logical") return Float64Array.from(value.values);
  if (value.kind !== "numeric") {
    throw new FormulaError(
      `${format(call)} needs an ordered factor or whole numbers`,
      context.source,
      call.start,
    );
  }
  const bad = value.values.findIndex((own) => !Number.isInteger(own));
  if (bad >= 0) {
    throw new DataError(
      `${format(call)} needs an ordered factor or whole numbers, but row ${context.rowNumbers[bad]} is ${value.values[bad]}`,
    );
  }
  return value.values;
}
