/**
 * The fixed part of a generalised model: for every distributional parameter either a linear predictor or one constant, all in
 * one vector of coefficients.
 */
import type { Design } from "../../design/design.ts";
import { DesignError } from "../../errors.ts";
import type { Family } from "../../families/family.ts";
import { type ScaledLink, scaledLink, scaleFromNatural } from "../../families/links.ts";
import { fixedDesign } from "../fixed-design.ts";
import { smoothColumns, withSmoothColumns } from "../smooth-columns.ts";

/** What feeds entry `at` of a kernel's parameters. */
export interface Component {
  /** `mu`, `shape`, `zi`, `low|mid` for a threshold. */
  readonly name: string;
  readonly at: number;
  /** Coefficient names; one without a name for a constant. */
  readonly names: readonly string[];
  /** n × names.length, column-major; absent for a constant. */
  readonly columns?: Float64Array;
  readonly offset?: Float64Array;
  /** η → the kernel's scale. A constant is kept on the kernel's scale. */
  readonly link: ScaledLink;
  /** First coefficient in the vector of all. */
  readonly from: number;
}

export interface Components {
  /** `mu` first. */
  readonly all: readonly Component[];
  /** Number of coefficients. */
  readonly count: number;
  /** Values of the kernel's parameters that are known (`disc` = 1), NaN elsewhere. */
  readonly known: Float64Array;
  readonly aliased: readonly string[];
}

const KEPT: ScaledLink = {
  link: "identity",
  scale: "identity",
  identity: true,
  value: (x) => x,
  derivative: () => 1,
};

/** @throws DesignError when another parameter than mu has group-level terms. */
export function components(
  design: Design,
  family: Family,
  links: Readonly<Record<string, string>>,
  categories: number,
): Components {
  const thresholds = family.thresholds === undefined ? 0 : categories - 1;
  const known = new Float64Array(family.dpars.length + thresholds).fill(Number.NaN);
  const all: Component[] = [];
  const aliased: string[] = [];
  let from = 0;
  const add = (component: Omit<Component, "from">): void => {
    all.push({ ...component, from });
    from += component.names.length;
  };
  family.dpars.forEach((dpar, at) => {
    const predictor = design.predictors.find((candidate) => candidate.dpar === dpar.name);
    if (predictor === undefined) {
      if (dpar.fixed !== undefined) known[at] = scaleFromNatural(dpar.scale, dpar.fixed);
      else add({ name: dpar.name, at, names: [dpar.name], link: KEPT });
      return;
    }
    if (at > 0 && predictor.groups.length > 0) {
      throw new DesignError(
        `group-level terms of ${dpar.name} are not part of glmm(): its random effects are those of mu; brm() takes them`,
      );
    }
    const ordinal = thresholds > 0 && at === 0;
    const population = ordinal ? { ...predictor.population, intercept: false } : predictor.population;
    // Thresholds take the intercept's place, so columns are judged beside one.
    const smooths = smoothColumns(predictor.special, design.nobs);
    if (at > 0 && smooths.penalised.length > 0) {
      throw new DesignError(
        `${smooths.penalised[0]!.smooth} of ${dpar.name} is not part of glmm(): its smooths are those of mu; brm() takes them`,
      );
    }
    const own = fixedDesign(withSmoothColumns(population, smooths, design.nobs), design.nobs, ordinal);
    aliased.push(...own.aliased);
    add({
      name: dpar.name,
      at,
      names: own.names,
      columns: own.columns,
      link: ordinal ? KEPT : scaledLink(links[dpar.name]!, dpar.scale),
      ...(predictor.offset && { offset: predictor.offset }),
    });
  });
  // Named after the categories that they part, as clmm() names them.
  const levelOf = (category: number): string => design.response.levels?.[category - 1] ?? String(category);
  for (let k = 1; k <= thresholds; k++) {
    const name = `${levelOf(k)}|${levelOf(k + 1)}`;
    add({ name, at: family.dpars.length + k - 1, names: [name], link: KEPT });
  }
  return { all, count: from, known, aliased };
}

/** The linear predictor of a component at given coefficients. */
export function linearPredictor(
  { columns, offset, names, from }: Component,
  n: number,
  beta: Float64Array,
): Float64Array {
  if (columns === undefined) return new Float64Array(n).fill(beta[from]!);
  const eta = offset?.slice() ?? new Float64Array(n);
  names.forEach((_, j) => {
    const coefficient = beta[from + j]!;
    for (let i = 0; i < n; i++) eta[i]! += coefficient * columns[j * n + i]!;
  });
  return eta;
}

/** Adds the derivative with respect to the component's coefficients, from that with respect to its linear predictor. */
export function addCoefficientGradient(
  { columns, names, from }: Component,
  byRow: Float64Array,
  gradient: Float64Array,
  shift: number,
): void {
  const n = byRow.length;
  names.forEach((_, j) => {
    let sum = 0;
    if (columns === undefined) for (let i = 0; i < n; i++) sum += byRow[i]!;
    else for (let i = 0; i < n; i++) sum += columns[j * n + i]! * byRow[i]!;
    gradient[shift + from + j]! += sum;
  });
}
