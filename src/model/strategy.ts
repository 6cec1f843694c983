/** Which of the two parametrisations of a model runs, and why. */
import { SettingsError } from "../errors.ts";
import { makeStructure, operationCount } from "../marginal/structure.ts";
import { notCollapsible, planOf } from "./collapsed/plan.ts";
import type { ModelSpec } from "./spec.ts";

export type Strategy = "collapsed" | "explicit";

/**
 * How many explicit evaluations one collapsed evaluation may cost: NUTS needs that many more leapfrogs when effects and
 * coefficients are sampled (measured on the benchmark: 15 to 60).
 */
const WORTH = 30;

/** @throws SettingsError when `wanted` is collapsed and the model cannot be. */
export function chooseStrategy(
  spec: Omit<ModelSpec, "strategy">,
  wanted: Strategy | "auto" = "auto",
): Strategy {
  if (wanted !== "auto" && wanted !== "collapsed" && wanted !== "explicit") {
    throw new SettingsError(`strategy is auto, collapsed or explicit, not "${String(wanted)}"`);
  }
  if (wanted === "explicit") return "explicit";
  const reason = notCollapsible(spec);
  if (wanted === "collapsed") {
    if (reason !== undefined) {
      throw new SettingsError(`this model cannot be collapsed: ${reason}; use strategy "explicit" or "auto"`);
    }
    return "collapsed";
  }
  if (reason !== undefined) return "explicit";
  return collapsedCost(spec) <= WORTH * explicitCost(spec) ? "collapsed" : "explicit";
}

function collapsedCost(spec: Omit<ModelSpec, "strategy">): number {
  const { coefficients, factors } = planOf(spec);
  const border = coefficients.filter(({ treatment }) => treatment !== "normal").length + 2;
  return operationCount(
    makeStructure(
      spec.design.nobs,
      factors.map(({ system }) => system),
      border,
    ),
  );
}

/** Multiplications over all rows: forwards and backwards through linear predictor and likelihood. */
function explicitCost({ design }: Omit<ModelSpec, "strategy">): number {
  const { population, groups } = design.predictors[0]!;
  const perRow = groups.reduce((sum, { names }) => sum + 3 * names.length, population.names.length);
  return design.nobs * 2 * (perRow + 10);
}
