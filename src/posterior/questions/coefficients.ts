/** Population- and group-level coefficients and variance components of a fit: brms' fixef, ranef, coef and VarCorr. */

import type { Fit } from "../../api/fit-types.ts";
import { chainSeries, type Draws } from "../../draws/draws.ts";
import { NutmixError } from "../../errors.ts";
import { type GroupBlock, groupBlocks } from "../../model/groups.ts";
import { coefficientsOf } from "../../model/quantities.ts";
import { checkOptions } from "../../options.ts";
import type { Layout } from "../../quantities/layout.ts";
import { predictorKey } from "../../quantities/predictor-key.ts";
import { layoutOf } from "../layout-of.ts";
import { describe, type PredictionSummaryOptions, summaryOptions } from "../predictions/predictions.ts";

export interface Estimate {
  readonly estimate: number;
  readonly error: number;
  /** `q2.5`, `q97.5`, … */
  readonly [quantile: `q${number}`]: number;
}

export interface NamedEstimate extends Estimate {
  /** Without its prefix: `Days`, `sigma_Days`. */
  readonly name: string;
}

export interface GroupEstimate extends Estimate {
  readonly group: string;
  readonly level: string;
  /** `Intercept`, `sigma_Intercept`. */
  readonly coefficient: string;
}

/** Population-level coefficients, thresholds included. */
export function fixef({ draws, spec }: Fit, options: PredictionSummaryOptions = {}): NamedEstimate[] {
  options = checkOptions("fixef()", summaryOptions, options);
  return layoutOf(spec, draws).placed.flatMap(({ quantity: { role, names, labels = names }, from }) =>
    role === "coefficient" || role === "threshold"
      ? labels.map((name, k) => ({ name, ...describe(chainSeries(draws, from + k).values, options) }))
      : [],
  );
}

/** Group-level effects: deviations of each level from the population. */
export function ranef(fit: Fit, options: PredictionSummaryOptions = {}): GroupEstimate[] {
  return estimates(fit, "ranef", checkOptions("ranef()", summaryOptions, options));
}

/** Coefficients of each level: population-level coefficient plus deviation (for ordinal families, thresholds less it). */
export function coef(fit: Fit, options: PredictionSummaryOptions = {}): GroupEstimate[] {
  return estimates(fit, "coef", checkOptions("coef()", summaryOptions, options));
}

function estimates(fit: Fit, scope: "ranef" | "coef", options: PredictionSummaryOptions): GroupEstimate[] {
  const groups = [...new Set(groupBlocks(fit.spec.design).map(({ group }) => group))];
  return groups.flatMap((group) => {
    const { levels, coefficients, values } = groupDraws(fit, group, scope);
    return levels.flatMap((level, l) =>
      coefficients.map((coefficient, m) => ({
        group,
        level,
        coefficient,
        ...describe(values(m, l).slice(), options),
      })),
    );
  });
}

export interface GroupDraws {
  readonly levels: readonly string[];
  readonly coefficients: readonly string[];
  /** All draws of one coefficient of one level. */
  values(coefficient: number, level: number): Float64Array;
}

/** @throws NutmixError for a grouping factor that the model does not have. */
export function groupDraws(fit: Fit, group: string, scope: "ranef" | "coef"): GroupDraws {
  const { draws, spec } = fit;
  const all = groupBlocks(spec.design);
  const blocks = all.filter((block) => block.group === group);
  if (blocks.length === 0) {
    const names = [...new Set(all.map((block) => block.group))].join(", ");
    throw new NutmixError(`the model has no grouping factor "${group}"; it has ${names || "none"}`);
  }
  const layout = layoutOf(spec, draws);
  const { levels } = blocks[0]!;
  const members = blocks.flatMap(coefficientsOf);
  const positions = members.map((member) => layout.effects(group, member));
  const coefficients: { label: string; reader: number; population: number | undefined; sign: number }[] = [];
  members.forEach((member, reader) => {
    const { key, name, label } = member;
    const thresholds = layout.where({ role: "threshold", key });
    if (scope === "coef" && name === "Intercept" && thresholds.length > 0) {
      for (const { quantity, from } of thresholds) {
        quantity.labels!.forEach((threshold, k) => {
          coefficients.push({ label: threshold, reader, population: from + k, sign: -1 });
        });
      }
      return;
    }
    const population = scope === "coef" ? layout.findCoefficient(member) : undefined;
    coefficients.push({ label, reader, population, sign: 1 });
  });
  return {
    levels,
    coefficients: coefficients.map(({ label }) => label),
    values: (m, l) => {
      const { reader, population, sign } = coefficients[m]!;
      return combine(draws, positions[reader]![l]!, sign, population);
    },
  };
}

function combine(draws: Draws, effect: number, sign: number, population: number | undefined): Float64Array {
  const width = draws.names.length;
  return Float64Array.from({ length: draws.chains * draws.draws }, (_, s) => {
    const base = population === undefined ? 0 : draws.values[s * width + population]!;
    return base + sign * draws.values[s * width + effect]!;
  });
}

export interface VarianceComponents {
  /** Grouping factor, or `residual__` for sigma. */
  readonly group: string;
  readonly sd: readonly NamedEstimate[];
  readonly cor: readonly (Estimate & { readonly a: string; readonly b: string })[];
  readonly cov: readonly (Estimate & { readonly a: string; readonly b: string })[];
}

/** Standard deviations, correlations and covariances of the group-level effects, and of the residual where there is one. */
export function varCorr(fit: Fit, options: PredictionSummaryOptions = {}): VarianceComponents[] {
  options = checkOptions("varCorr()", summaryOptions, options);
  const { draws, spec } = fit;
  const layout = layoutOf(spec, draws);
  const values = (column: number): Float64Array => chainSeries(draws, column).values;
  const components = groupBlocks(spec.design).map((block) => componentOf(block, layout, values, options));
  const residual = layout.family(predictorKey("sigma"));
  if (residual === undefined) return components;
  const sigma: NamedEstimate = { name: "sigma", ...describe(chainSeries(draws, residual).values, options) };
  return [...components, { group: "residual__", sd: [sigma], cor: [], cov: [] }];
}

function componentOf(
  block: GroupBlock,
  layout: Layout,
  values: (column: number) => Float64Array,
  options: PredictionSummaryOptions,
): VarianceComponents {
  const { group, correlated } = block;
  const coefficients = coefficientsOf(block);
  const sds = coefficients.map((own) => values(layout.sd(group, own)));
  const sd = coefficients.map(({ label }, m) => ({ name: label, ...describe(sds[m]!.slice(), options) }));
  const cor: (Estimate & { a: string; b: string })[] = [];
  const cov: (Estimate & { a: string; b: string })[] = [];
  coefficients.forEach((second, i) => {
    const b = second.label;
    const variance = sds[i]!.map((value) => value * value);
    for (let j = 0; correlated && j < i; j++) {
      const first = coefficients[j]!;
      const a = first.label;
      const rho = values(layout.correlation(group, first, second));
      const product = rho.map((value, s) => value * sds[i]![s]! * sds[j]![s]!);
      cor.push({ a, b, ...describe(rho, options) });
      cov.push({ a, b, ...describe(product, options) });
    }
    cov.push({ a: b, b, ...describe(variance, options) });
  });
  return { group, sd, cor, cov };
}
