/**
 * The log-likelihood of every row with the derivatives that Laplace's approximation needs: expressions that follow from the
 * family's density, up to the third order in the linear predictor of mu.
 */
import { RESPONSE_WIDTH } from "../../autodiff/ops/likelihood.ts";
import * as b from "../../expressions/build.ts";
import type { Expression } from "../../expressions/expression.ts";
import { gradient, substitute } from "../../expressions/gradient.ts";
import type { RowData } from "../../expressions/row-data.ts";
import { valuesOf } from "../../expressions/row-data.ts";
import { type RowFunctions, rowFunctions } from "../../expressions/row-functions.ts";
import { separateData } from "../../expressions/terms.ts";
import { DATA } from "../../families/density.ts";
import type { Family } from "../../families/family.ts";
import { scaledLinkExpression } from "../../families/link-expressions.ts";
import type { Components } from "./components.ts";

export interface RowModel {
  readonly n: number;
  readonly components: Components;
  /** n × RESPONSE_WIDTH: y, trials, upper bound. */
  readonly response: Float64Array;
  /** Multiplies the log-likelihood of a row. */
  readonly weights: Float64Array | undefined;
  /** Σ of the terms that depend on the data alone. */
  readonly dataTerms: number;
  /** From the linear predictors: ℓ; ℓ, ∂ℓ/∂η, ∂²ℓ/∂η²; ℓ and all first derivatives; all derivatives but ℓ. */
  readonly value: RowFunctions;
  readonly short: RowFunctions;
  readonly first: RowFunctions;
  readonly full: RowFunctions;
}

/** Derivatives of the log-likelihood of each row; `eta` is the linear predictor of mu. */
export interface RowDerivatives {
  /** ∂ℓ/∂η, −∂²ℓ/∂η², ∂³ℓ/∂η³. */
  readonly score: Float64Array;
  readonly weight: Float64Array;
  readonly third: Float64Array;
  /** For each component after mu: ∂ℓ/∂ζ, ∂²ℓ/∂η∂ζ, ∂³ℓ/∂η²∂ζ for its linear predictor ζ. */
  readonly others: readonly OtherDerivatives[];
}

export interface OtherDerivatives {
  readonly score: Float64Array;
  readonly cross: Float64Array;
  readonly third: Float64Array;
}

/** Linear predictors of the components after mu, which stay put while the mode of the effects is sought. */
export type OtherPredictors = readonly Float64Array[];

interface RowModelInput extends Pick<RowModel, "components" | "response" | "weights"> {
  readonly family: Family;
  readonly links: Readonly<Record<string, string>>;
  readonly categories: number;
}

export function rowModel({
  components,
  response,
  weights,
  family,
  links,
  categories,
}: RowModelInput): RowModel {
  const n = response.length / RESPONSE_WIDTH;
  const leaves = components.all.map((_, k) => b.parameter(`component ${k}`));
  const { data: constant, rest } = separateData(family.density({ links, categories }).logDensity);
  const composed = composeComponents(rest, components, family, leaves);
  const data: RowData = Object.fromEntries(
    DATA.map((name, k) => [
      name,
      Float64Array.from({ length: n }, (_, i) => response[i * RESPONSE_WIDTH + k]!),
    ]),
  );
  const compile = (functions: (logDensity: Expression) => readonly Expression[]): RowFunctions =>
    rowFunctions(composed, functions, leaves, data);
  const [eta, ...others] = leaves as [Expression, ...Expression[]];
  const by = (root: Expression, leaf: Expression): Expression => gradient(root, [leaf])[0]!;
  const all = Int32Array.from({ length: n }, (_, i) => i);
  return {
    n,
    components,
    response,
    weights,
    dataTerms: valuesOf(constant, data, all).reduce((sum, value, i) => sum + (weights?.[i] ?? 1) * value, 0),
    value: compile((f) => [f]),
    short: compile((f) => [f, by(f, eta), by(by(f, eta), eta)]),
    first: compile((f) => [f, ...gradient(f, leaves)]),
    full: compile((f) => {
      const score = by(f, eta);
      const curvature = by(score, eta);
      return [
        ...[score, curvature, by(curvature, eta)],
        ...others.flatMap((leaf) => [by(f, leaf), by(score, leaf), by(curvature, leaf)]),
      ];
    }),
  };
}

/** The density with each parameter as what its component makes of its linear predictor. */
function composeComponents(
  logDensity: Expression,
  { all, known }: Components,
  family: Family,
  leaves: readonly Expression[],
): Expression {
  const values = new Map<number, Expression>();
  all.forEach(({ at, link }, k) => {
    values.set(at, scaledLinkExpression(link.link, link.scale, leaves[k]!));
  });
  const dpars = family.dpars.map(({ name }) => name);
  const threshold = (k: number): Expression => values.get(dpars.length + k)!;
  const thresholds = all.filter(({ at }) => at >= dpars.length).length;
  const [composed] = substitute([logDensity], (node) => {
    if (node.kind === "parameter") {
      const at = dpars.indexOf(node.name);
      return values.get(at) ?? b.constant(known[at]!);
    }
    if (node.kind !== "element") return undefined;
    const { index } = node;
    if (index.kind === "constant") return threshold(index.value);
    let chosen = threshold(0);
    for (let k = 1; k < thresholds; k++) chosen = b.select(b.eq(index, k), threshold(k), chosen);
    return chosen;
  });
  return composed!;
}

export function emptyDerivatives({ n, components }: RowModel): RowDerivatives {
  const vector = () => new Float64Array(n);
  return {
    score: vector(),
    weight: vector(),
    third: vector(),
    others: components.all.slice(1).map(() => ({ score: vector(), cross: vector(), third: vector() })),
  };
}

/** Σ of the weighted log-likelihoods (without data-only terms); −Infinity where a row is impossible. */
export function logLikelihood(model: RowModel, eta: Float64Array, others: OtherPredictors): number {
  const values = new Float64Array(model.n);
  model.value.run([eta, ...others], [values]);
  return weightedSum(model, values);
}

/** The weighted log-likelihood of each row, and the scores. */
export function firstDerivatives(
  model: RowModel,
  eta: Float64Array,
  others: OtherPredictors,
  into: RowDerivatives,
): Float64Array {
  const values = new Float64Array(model.n);
  const scores = [into.score, ...into.others.map(({ score }) => score)];
  model.first.run([eta, ...others], [values, ...scores]);
  multiply(model, [values, ...scores]);
  return values.map((value) => (Number.isNaN(value) ? -Infinity : value));
}

/** Score and weight alone, and the log-likelihood. */
export function shortDerivatives(
  model: RowModel,
  eta: Float64Array,
  others: OtherPredictors,
  into: RowDerivatives,
): number {
  const values = new Float64Array(model.n);
  model.short.run([eta, ...others], [values, into.score, into.weight]);
  multiply(model, [into.score, into.weight]);
  negate(into.weight);
  return weightedSum(model, values);
}

/** All derivatives at the mode. */
export function fullDerivatives(
  model: RowModel,
  eta: Float64Array,
  others: OtherPredictors,
  into: RowDerivatives,
): void {
  const outputs = [
    ...[into.score, into.weight, into.third],
    ...into.others.flatMap(({ score, cross, third }) => [score, cross, third]),
  ];
  model.full.run([eta, ...others], outputs);
  multiply(model, outputs);
  negate(into.weight);
}

function weightedSum({ n, weights }: RowModel, values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    if (!(values[i]! > -Infinity)) return -Infinity;
    sum += (weights?.[i] ?? 1) * values[i]!;
  }
  return sum;
}

function multiply({ n, weights }: RowModel, arrays: readonly Float64Array[]): void {
  if (weights === undefined) return;
  for (const array of arrays) for (let i = 0; i < n; i++) array[i]! *= weights[i]!;
}

function negate(array: Float64Array): void {
  for (let i = 0; i < array.length; i++) array[i] = -array[i]!;
}
