/** Variance functions: standard deviation of a row relative to σ (Pinheiro & Bates 2000, section 5.2). */
import * as Elementary from "../numeric/elementary.ts";
import type { NamedValue } from "./correlations/correlation.ts";
import type { StructureUsage } from "./structure-call.ts";
import type { VarianceData } from "./structured-rows.ts";

/** Parameters are unconstrained. */
export interface Variance {
  readonly size: number;
  readonly starts: readonly Float64Array[];
  natural(free: Float64Array): readonly NamedValue[];
  unconstrain(values: readonly number[]): Float64Array;
  /** log of the relative standard deviation of each row. */
  logScales(free: Float64Array, rows: number): Float64Array;
  /** Adds Σ_i derivative_i·∂(log scale of row i)/∂free to `gradient`. */
  pullback(free: Float64Array, derivative: Float64Array, gradient: Float64Array): void;
}

export interface VarianceKind extends StructureUsage {
  /** What the covariate must be; `none`: the column is one of strata. */
  readonly covariate: "none" | "any" | "nonzero" | "positive";
  /** Whether `fitted` may stand for the fitted values. */
  readonly takesFitted: boolean;
  variance(data: VarianceData): Variance;
}

const ident: VarianceKind = {
  name: "ident",
  usage: "ident(group)",
  columns: [1, 1],
  covariate: "none",
  takesFitted: false,
  variance: ({ levels, codes }) => ({
    size: levels.length - 1,
    starts: [new Float64Array(levels.length - 1)],
    natural: (free) =>
      levels.slice(1).map((level, k) => ({ name: `ratio(${level})`, value: Elementary.exp(free[k]!) })),
    unconstrain: (values) => Float64Array.from(values, Elementary.log),
    logScales: (free) => Float64Array.from(codes, (code) => (code === 0 ? 0 : free[code - 1]!)),
    pullback(_free, derivative, gradient) {
      for (let i = 0; i < codes.length; i++) {
        if (codes[i] !== 0) gradient[codes[i]! - 1]! += derivative[i]!;
      }
    },
  }),
};

/** log scale = parameter × known number, one parameter per stratum: |x|^δ and exp(δx). */
function proportional(
  name: string,
  covariate: VarianceKind["covariate"],
  known: (x: number) => number,
  unitOf: (covariate: Float64Array) => number,
): VarianceKind {
  return {
    name,
    usage: `${name}(x, by = group)`,
    columns: [1, 1],
    named: ["by"],
    covariate,
    takesFitted: true,
    variance({ levels, codes, covariate: x }) {
      const unit = unitOf(x);
      const along = x.map((value) => known(value) / unit);
      const strata = Math.max(1, levels.length);
      const of = (i: number): number => (levels.length === 0 ? 0 : codes[i]!);
      return {
        size: strata,
        starts: [0.1, 0.8].map((value) => new Float64Array(strata).fill(value)),
        natural: (free) =>
          Array.from(free, (value, k) => ({ name: label(name, levels, k), value: value / unit })),
        unconstrain: (values) => Float64Array.from(values, (value) => value * unit),
        logScales: (free) => along.map((value, i) => free[of(i)]! * value),
        pullback(_free, derivative, gradient) {
          for (let i = 0; i < along.length; i++) gradient[of(i)]! += derivative[i]! * along[i]!;
        },
      };
    },
  };
}

const label = (name: string, levels: readonly string[], k: number): string =>
  levels.length === 0 ? name : `${name}(${levels[k]})`;

const power = proportional(
  "power",
  "nonzero",
  (x) => Elementary.log(Math.abs(x)),
  () => 1,
);

/** In units of the covariate's spread, so that a step of the search is one of the data. */
const exp = proportional(
  "exp",
  "any",
  (x) => x,
  (covariate) => covariate.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-300),
);

/** c + |x|^δ, c = exp(u). */
const constpower: VarianceKind = {
  name: "constpower",
  usage: "constpower(x, by = group)",
  columns: [1, 1],
  named: ["by"],
  covariate: "any",
  takesFitted: true,
  variance({ levels, codes, covariate }) {
    const strata = Math.max(1, levels.length);
    const of = (i: number): number => (levels.length === 0 ? 0 : codes[i]!);
    const powerOf = (x: number, delta: number): number =>
      x === 0
        ? delta > 0
          ? 0
          : delta === 0
            ? 1
            : Infinity
        : Elementary.exp(delta * Elementary.log(Math.abs(x)));
    return {
      size: 2 * strata,
      starts: [
        [0, 0.3],
        [-2, 1],
        [2, 1],
      ].map(([constant, delta]) =>
        Float64Array.from({ length: 2 * strata }, (_, k) => (k % 2 === 0 ? constant! : delta!)),
      ),
      natural: (free) =>
        Array.from(free, (value, k) => ({
          name: label(k % 2 === 0 ? "constant" : "power", levels, k >> 1),
          value: k % 2 === 0 ? Elementary.exp(value) : value,
        })),
      unconstrain: (values) =>
        Float64Array.from(values, (value, k) => (k % 2 === 0 ? Elementary.log(value) : value)),
      logScales: (free) =>
        covariate.map((x, i) =>
          Elementary.log(Elementary.exp(free[2 * of(i)]!) + powerOf(x, free[2 * of(i) + 1]!)),
        ),
      pullback(free, derivative, gradient) {
        for (let i = 0; i < covariate.length; i++) {
          const k = 2 * of(i);
          const constant = Elementary.exp(free[k]!);
          const raised = powerOf(covariate[i]!, free[k + 1]!);
          const share = derivative[i]! / (constant + raised);
          gradient[k]! += share * constant;
          if (covariate[i] !== 0)
            gradient[k + 1]! += share * raised * Elementary.log(Math.abs(covariate[i]!));
        }
      },
    };
  },
};

const fixed: VarianceKind = {
  name: "fixed",
  usage: "fixed(x)",
  columns: [1, 1],
  covariate: "positive",
  takesFitted: false,
  variance: ({ covariate }) => ({
    size: 0,
    starts: [new Float64Array(0)],
    natural: () => [],
    unconstrain: () => new Float64Array(0),
    logScales: () => covariate.map((value) => Elementary.log(value) / 2),
    pullback: () => {},
  }),
};

/** The table of variance functions: a new one is a line here. */
export const varianceKinds: readonly VarianceKind[] = [ident, power, exp, constpower, fixed];

export function findVariance(name: string): VarianceKind {
  return varianceKinds.find((kind) => kind.name === name)!;
}
