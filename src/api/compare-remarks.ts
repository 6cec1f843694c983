/** Why a Bayesian and a frequentist fit differ where they do: only what was computed for these two fits is said. */
import { chainSeries } from "../draws/draws.ts";
import { NutmixError } from "../errors.ts";
import type { Sensitivity } from "../loo/power-scaling.ts";
import { mean, sd } from "../numeric/moments.ts";
import { median } from "../numeric/quantile.ts";
import { powerScaling } from "../posterior/comparison/prior-sensitivity.ts";
import type { GlmmFit } from "../reml/glmm/glmm-fit.ts";
import type { LmmFit } from "../reml/lmm-fit.ts";
import type { ComparedRow } from "./comparison.ts";
import type { Fit } from "./fit-types.ts";

/** Differences below this many posterior standard deviations are not worth a word. */
const NOTABLE = 0.25;
/** Sensitivity to the prior (Kallioinen et al. 2024) and skewness from which they count as causes. */
const SENSITIVE = 0.05;
const SKEWED = 0.5;
/** rows × draws of the log-likelihood that power-scaling may take. */
const MOST_NUMBERS = 2e7;

/** @param spreads rows of standard deviations. */
export function compareRemarks(
  rows: readonly ComparedRow[],
  spreads: ReadonlySet<ComparedRow>,
  bayes: Fit,
  frequentist: LmmFit | GlmmFit,
): string[] {
  const main = rows.filter(({ kind }) => kind !== "effect");
  const notable = main.filter(({ difference }) => Math.abs(difference) > NOTABLE);
  const sensitivity = priorSensitivity(bayes);
  const priorOf = (name: string): number => sensitivity?.get(name)?.prior ?? 0;
  const pulled = notable.filter(({ name }) => priorOf(name) >= SENSITIVE);
  const skewed = notable.flatMap((row) => {
    if (!spreads.has(row) || pulled.includes(row)) return [];
    const values = chainSeries(bayes.draws, bayes.draws.names.indexOf(row.name)).values;
    const shape = { row, skewness: skewness(values), median: median(values) };
    const between = row.reml.estimate < shape.median && shape.median < row.bayes.estimate;
    return shape.skewness > SKEWED && between ? [shape] : [];
  });
  const found: string[] = [];
  if (frequentist.singularity.singular) {
    const larger = main.filter((row) => spreads.has(row) && row.bayes.estimate > row.reml.estimate);
    found.push(
      `The ${frequentist.kind === "lmm" && frequentist.method === "REML" ? "REML" : "maximum-likelihood"} fit lies on the boundary ` +
        `(${frequentist.singularity.components.join("; ")}); the posterior averages over values away from it` +
        `${larger.length === 0 ? "." : `: ${named(larger)} ${larger.length === 1 ? "has" : "have"} a larger posterior mean.`}`,
    );
  }
  if (pulled.length > 0) {
    const figures = pulled.map(({ name }) => `${name} (${priorOf(name).toFixed(2)})`);
    found.push(
      `The prior moves ${figures.join(", ")}: in parentheses the sensitivity of the posterior to it by power-scaling, ` +
        `of which ${SENSITIVE} is notable.`,
    );
  }
  if (skewed.length > 0) {
    const figures = skewed.map(
      (own) =>
        `${own.row.name} (skewness ${own.skewness.toFixed(1)}, median ${short(own.median)}, mean ${short(own.row.bayes.estimate)})`,
    );
    found.push(
      `${figures.join(", ")}: the posterior is skewed to the right, so that its mean lies above its median, and that above the other estimate.`,
    );
  }
  for (const warning of frequentist.warnings) found.push(`${frequentist.method}: ${warning}`);
  if (notable.length === 0) {
    const insensitive = sensitivity !== undefined && main.every(({ name }) => priorOf(name) < SENSITIVE);
    found.push(
      `All coefficients and variance components agree within ${NOTABLE} posterior standard deviations` +
        `${insensitive ? ", and none depends notably on its prior (power-scaling)" : ""}.`,
    );
  }
  return found;
}

/** Undefined when it cannot be had: every prior is flat, or the data are too large to wait for. */
function priorSensitivity(fit: Fit): Map<string, Sensitivity> | undefined {
  const { chains, draws } = fit.draws;
  if (fit.spec.design.nobs * chains * draws > MOST_NUMBERS) return undefined;
  try {
    return new Map(powerScaling(fit).map((row) => [row.name, row]));
  } catch (error) {
    if (error instanceof NutmixError) return undefined;
    throw error;
  }
}

function skewness(values: Float64Array): number {
  const centre = mean(values);
  const spread = sd(values);
  return mean(values.map((value) => ((value - centre) / spread) ** 3));
}

const named = (rows: readonly ComparedRow[]): string => rows.map(({ name }) => name).join(", ");

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
