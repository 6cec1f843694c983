/**
 * Which parts of a Gaussian model are integrated out: all group-level effects, coefficients with flat priors and coefficients
 * with normal priors. The others stay explicit.
 */
import type { GroupBlock as SystemBlock } from "../../marginal/structure.ts";
import { type GroupBlock, groupBlocks } from "../groups.ts";
import { coefficientName } from "../names.ts";
import { PriorsOf } from "../priors-of.ts";
import type { UndecidedSpec } from "../sums.ts";

/** One coefficient of mu, on centred columns. */
export interface PlannedCoefficient {
  readonly name: string;
  readonly column: Float64Array;
  readonly treatment: "flat" | "normal" | "held";
  /** Of a normal prior. */
  readonly mean: number;
  readonly sd: number;
}

export interface PlannedFactor {
  /** Blocks with a covariance matrix each, and where their columns begin within a level. */
  readonly members: readonly { readonly block: GroupBlock; readonly from: number }[];
  readonly system: SystemBlock;
}

export interface CollapsedPlan {
  readonly coefficients: readonly PlannedCoefficient[];
  /** Means that were taken from the columns; null when there is no intercept. */
  readonly means: Float64Array | null;
  /** In the order of elimination; the one without members holds the coefficients with normal priors. */
  readonly factors: readonly PlannedFactor[];
}

/** Why a model cannot be collapsed, or undefined. */
export function notCollapsible(spec: UndecidedSpec): string | undefined {
  const { design, family, priorOnly } = spec;
  if (priorOnly) return "the likelihood is left out";
  if (family.name !== "gaussian" || family.links.mu !== "identity")
    return "the response is not Gaussian with an identity link";
  if (design.predictors.length > 1) return "another parameter than mu is predicted";
  if (design.response.censoring !== undefined) return "the response is censored";
  if (design.response.se?.sigma === true) return "the residual variance is σ² + se²";
  if (design.response.weights?.some((weight) => !(weight > 0))) return "a weight is not positive";
  const { groups, special } = design.predictors[0]!;
  if (special.length > 0) return "the formula has special terms";
  if (groups.length === 0) return "there are no group-level effects";
  const bounded = spec.priors.find(
    ({ target, lower, upper, call }) =>
      target.class === "b" && (lower > -Infinity || upper < Infinity) && call.name !== "constant",
  );
  if (bounded !== undefined) return `the coefficient ${bounded.target.coef} is bounded`;
  return undefined;
}

export function planOf(spec: UndecidedSpec): CollapsedPlan {
  const { design } = spec;
  const { population } = design.predictors[0]!;
  const n = design.nobs;
  const priors = new PriorsOf(spec.priors);
  const means = population.intercept ? new Float64Array(population.names.length) : null;
  const coefficients = population.names.map((raw, k): PlannedCoefficient => {
    const name = coefficientName(raw);
    const column = population.columns.slice(k * n, (k + 1) * n);
    if (means !== null) {
      const mean = column.reduce((sum, value) => sum + value, 0) / n;
      means[k] = mean;
      for (let i = 0; i < n; i++) column[i]! -= mean;
    }
    const { call } = priors.get({ class: "b", coef: name });
    const [mean = 0, sd = 1] = call.arguments;
    const treatment = call.name === "" ? "flat" : call.name === "normal" ? "normal" : "held";
    return { name, column, treatment, mean, sd };
  });
  return { coefficients, means, factors: plannedFactors(spec, coefficients) };
}

function plannedFactors(spec: UndecidedSpec, coefficients: readonly PlannedCoefficient[]): PlannedFactor[] {
  const n = spec.design.nobs;
  const byGroup = new Map<string, GroupBlock[]>();
  for (const block of groupBlocks(spec.design)) {
    byGroup.set(block.group, [...(byGroup.get(block.group) ?? []), block]);
  }
  const factors = [...byGroup.values()].map((blocks): PlannedFactor => {
    let from = 0;
    const members = blocks.map((block) => {
      const placed = { block, from };
      from += block.coefficients.length;
      return placed;
    });
    const columns = new Float64Array(n * from);
    for (const { block, from: first } of members) {
      for (const { term, first: within } of block.members) columns.set(term.columns, n * (first + within));
    }
    const { levels, index } = blocks[0]!.members[0]!.term;
    return { members, system: { levels: levels.length, size: from, index, columns } };
  });
  const normal = coefficients.filter(({ treatment }) => treatment === "normal");
  if (normal.length > 0) {
    const columns = new Float64Array(n * normal.length);
    normal.forEach(({ column }, k) => {
      columns.set(column, k * n);
    });
    const system = { levels: 1, size: normal.length, index: new Int32Array(n), columns };
    factors.push({ members: [], system });
  }
  return factors.sort((a, b) => b.system.levels * b.system.size - a.system.levels * a.system.size);
}
