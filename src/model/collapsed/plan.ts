/**
 * Which parts of a Gaussian model are integrated out: all group-level effects, coefficients with flat priors and coefficients
 * with normal priors. The others stay explicit.
 */
import type { GroupBlock as SystemBlock } from "../../marginal/structure.ts";
import { predictorKey } from "../../quantities/predictor-key.ts";
import type { Quantity } from "../../quantities/quantity.ts";
import type { ParameterBlock, TermVector } from "../../terms/term.ts";
import { type GroupBlock, groupBlocks } from "../groups.ts";
import { coefficientDraw, coefficientName } from "../names.ts";
import { type PriorKey, PriorsOf } from "../priors-of.ts";
import { coefficientQuantity } from "../quantities.ts";
import type { UndecidedSpec } from "../spec.ts";
import { type GaussianVector, gaussianColumns, type PlacedTerm, placedTerms, priorKeyOf } from "../terms.ts";

/** One coefficient of mu, on its column: a centred one of the population level, or one of a term as it is. */
export interface PlannedCoefficient {
  /** Of its draws. */
  readonly name: string;
  readonly key: PriorKey;
  readonly column: Float64Array;
  readonly treatment: "flat" | "normal" | "held";
  /** Of a normal prior. */
  readonly mean: number;
  readonly sd: number;
}

export interface PlannedFactor {
  /** Blocks with a covariance matrix each, and where their columns begin within a level. */
  readonly members: readonly { readonly block: GroupBlock; readonly from: number }[];
  /** The vector of a term that it is, in place of members. */
  readonly vector?: PlannedVector;
  readonly system: SystemBlock;
}

export interface PlannedVector {
  readonly term: PlacedTerm;
  /** Position among the vectors of the term. */
  readonly k: number;
  readonly gaussian: GaussianVector;
}

export interface CollapsedPlan {
  readonly coefficients: readonly PlannedCoefficient[];
  /** What the coefficients are, in their order. */
  readonly quantities: readonly Quantity[];
  readonly terms: readonly PlacedTerm[];
  /** Means that were taken from the columns; null when there is no intercept. */
  readonly means: Float64Array | null;
  /** In the order of elimination; one without members or vector holds the coefficients with normal priors. */
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
  const terms = placedTerms(design);
  const other = terms.find((term) => !isLinearGaussian(term));
  if (other !== undefined) return `${other.design.label} is not linear in Gaussian coefficients`;
  const { groups } = design.predictors[0]!;
  if (groups.length === 0 && !terms.some(({ vectors }) => vectors.some(isGaussian))) {
    return "there are no group-level effects";
  }
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
  const terms = placedTerms(design);
  const ofTerms = terms.flatMap((term) => termCoefficients(term, priors, n));
  const means = population.intercept ? new Float64Array(population.names.length + ofTerms.length) : null;
  const ofPopulation = population.names.map((raw, k): PlannedCoefficient => {
    const key = { class: "b", coef: coefficientName(raw) };
    const column = population.columns.slice(k * n, (k + 1) * n);
    if (means !== null) {
      const mean = column.reduce((sum, value) => sum + value, 0) / n;
      means[k] = mean;
      for (let i = 0; i < n; i++) column[i]! -= mean;
    }
    return { name: coefficientDraw(predictorKey("mu"), key.coef), key, column, ...treatmentOf(key, priors) };
  });
  const coefficients = [...ofPopulation, ...ofTerms];
  const names = ofPopulation.map(({ key }) => key.coef!);
  return {
    coefficients,
    quantities: [
      ...(names.length === 0 ? [] : [coefficientQuantity(predictorKey("mu"), names)]),
      ...terms.flatMap(coefficientBlocks).map(({ quantity }) => quantity!),
    ],
    terms,
    means,
    factors: plannedFactors(spec, coefficients, terms),
  };
}

function treatmentOf(key: PriorKey, priors: PriorsOf): Pick<PlannedCoefficient, "treatment" | "mean" | "sd"> {
  const { call } = priors.get(key);
  const [mean = 0, sd = 1] = call.arguments;
  const treatment = call.name === "" ? "flat" : call.name === "normal" ? "normal" : "held";
  return { treatment, mean, sd };
}

/** Whether all that a term adds to η is columns of the data times Gaussian or free coefficients. */
function isLinearGaussian({ design, vectors, parameters }: PlacedTerm): boolean {
  return vectors.every(
    (vector, k) =>
      vector.kind === "gaussian" ||
      (vector.kind === "coefficients" &&
        design.rows[k]!.kind === "dense" &&
        parameters.some(
          ({ id, prior, quantity }) =>
            id === vector.block && prior.kind === "elements" && quantity !== undefined,
        )),
  );
}

/** The blocks of a term that are coefficients of dense columns, in the order of its vectors. */
export function coefficientBlocks({ vectors, parameters }: PlacedTerm): ParameterBlock[] {
  return vectors.flatMap((vector) =>
    vector.kind === "coefficients" ? parameters.filter(({ id }) => id === vector.block) : [],
  );
}

function termCoefficients(term: PlacedTerm, priors: PriorsOf, n: number): PlannedCoefficient[] {
  return term.vectors.flatMap((vector, k) => {
    const rows = term.design.rows[k]!;
    const block = term.parameters.find(({ id }) => vector.kind === "coefficients" && id === vector.block);
    if (rows.kind !== "dense" || block?.prior.kind !== "elements") return [];
    return block.prior.targets.map((target, j): PlannedCoefficient => {
      const key = priorKeyOf(term.key, target);
      const column = rows.columns.slice(j * n, (j + 1) * n);
      return { name: block.quantity!.names[j]!, key, column, ...treatmentOf(key, priors) };
    });
  });
}

function isGaussian(vector: TermVector): vector is GaussianVector {
  return vector.kind === "gaussian";
}

function plannedFactors(
  spec: UndecidedSpec,
  coefficients: readonly PlannedCoefficient[],
  terms: readonly PlacedTerm[],
): PlannedFactor[] {
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
  for (const term of terms) {
    term.vectors.forEach((gaussian, k) => {
      if (isGaussian(gaussian)) factors.push(vectorFactor({ term, k, gaussian }, n));
    });
  }
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

function vectorFactor(vector: PlannedVector, n: number): PlannedFactor {
  return { members: [], vector, system: gaussianColumns(vector.term, vector.k, vector.gaussian, n) };
}
