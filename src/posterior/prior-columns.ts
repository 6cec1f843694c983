/** Where the priors of a model act on its draws. */
import { NutmixError } from "../errors.ts";
import { PriorsOf } from "../model/priors-of.ts";
import type { ModelSpec } from "../model/spec.ts";
import { placedTerms, priorKeyOf } from "../model/terms.ts";
import type { PriorTarget, ResolvedPrior } from "../priors/prior.ts";
import { columnsOf, type Layout, type Placed } from "../quantities/layout.ts";
import { type PredictorKey, predictorKey, sameKey } from "../quantities/predictor-key.ts";
import type { Quantity } from "../quantities/quantity.ts";

export interface PriorPlaces {
  /** Priors of single draws, by column. */
  readonly elements: ReadonlyMap<number, ResolvedPrior>;
  /** Of intercepts and thresholds, which belong to the centre of the columns. */
  readonly centred: readonly ResolvedPrior[];
  /** Of correlations, and of simplexes: all elements together. */
  readonly whole: readonly WholePrior[];
}

export interface WholePrior {
  readonly prior: ResolvedPrior;
  readonly quantity: Quantity;
  readonly columns: readonly number[];
}

/** @throws NutmixError when a prior belongs to something that is not among the draws. */
export function priorPlaces(spec: ModelSpec, layout: Layout): PriorPlaces {
  const elements = new Map<number, ResolvedPrior>();
  const whole: WholePrior[] = [];
  const priors = new PriorsOf(spec.priors);
  const ofTerms = new Set<ResolvedPrior>();
  for (const { key, parameters } of placedTerms(spec.design)) {
    for (const { prior, quantity } of parameters) {
      if (prior.kind === "standardNormal") continue;
      const targets = prior.kind === "whole" ? [prior.target] : prior.targets;
      const own = targets.map((target) => priors.get(priorKeyOf(key, target)));
      for (const one of own) ofTerms.add(one);
      const placed = quantity && layout.placed.find((candidate) => isSame(candidate.quantity, quantity));
      if (placed === undefined) throw absent(own[0]!);
      const columns = columnsOf(placed);
      if (prior.kind === "whole") whole.push({ prior: own[0]!, quantity: placed.quantity, columns });
      else own.forEach((one, k) => elements.set(columns[k]!, one));
    }
  }
  const centred: ResolvedPrior[] = [];
  for (const prior of spec.priors) {
    if (ofTerms.has(prior)) continue;
    const { class: own, group } = prior.target;
    if (own === "Intercept") centred.push(prior);
    else if (own === "cor") {
      for (const placed of layout.where({ role: "correlation", group })) {
        whole.push({ prior, quantity: placed.quantity, columns: columnsOf(placed) });
      }
    } else elements.set(columnOf(layout, prior), prior);
  }
  return { elements, centred, whole };
}

/** The linear predictor of a prior's parameter. */
export function keyOfPrior({ dpar, nlpar }: PriorTarget): PredictorKey {
  return predictorKey(dpar === "" ? "mu" : dpar, { nlpar });
}

function columnOf(layout: Layout, prior: ResolvedPrior): number {
  const { target } = prior;
  const key = keyOfPrior(target);
  for (const placed of layout.where({ class: target.class })) {
    const at = elementOf(placed, key, target);
    if (at !== undefined) return at;
  }
  throw absent(prior);
}

function elementOf({ quantity, from }: Placed, key: PredictorKey, target: PriorTarget): number | undefined {
  const { group = "", coefficients } = quantity;
  if (group !== target.group) return undefined;
  if (coefficients === undefined) return target.coef === "" ? from : undefined;
  const at = coefficients.findIndex((own) => own.name === target.coef && sameKey(own.key, key));
  return at < 0 ? undefined : from + at;
}

function isSame(a: Quantity, b: Quantity): boolean {
  return a.class === b.class && a.names.length === b.names.length && a.names[0] === b.names[0];
}

function absent({ target }: ResolvedPrior): NutmixError {
  const what = [target.class, target.dpar, target.group, target.coef].filter((part) => part !== "").join(" ");
  return new NutmixError(`the parameter of the prior of ${what} is not among the draws`);
}
