/** Which of the two parametrisations of a model runs, and why. */
import { SettingsError } from "../errors.ts";
import { makeStructure, operationCount } from "../marginal/structure.ts";
import { notCollapsible, planOf } from "./collapsed/plan.ts";
import { groupBlocks } from "./groups.ts";
import { type LikelihoodForm, likelihoodCost, type UndecidedSpec } from "./sums.ts";
import { gaussianSize, placedTerms } from "./terms.ts";

export type Strategy = "collapsed" | "explicit";

/**
 * How many explicit evaluations one collapsed evaluation may cost: NUTS needs that many more leapfrogs per effective draw when
 * effects and coefficients are sampled (measured on the benchmark: 2.5 to 3), and collapsed chains diverge less.
 */
const WORTH = 3;
/** Per coordinate: what an explicit leapfrog costs besides the likelihood, in multiplications. */
const PER_COORDINATE = 100;

/** @throws SettingsError when `wanted` is collapsed and the model cannot be. */
export function chooseStrategy(
  spec: UndecidedSpec,
  likelihood: LikelihoodForm,
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
  return collapsedCost(spec) <= WORTH * explicitCost(spec, likelihood) ? "collapsed" : "explicit";
}

function collapsedCost(spec: UndecidedSpec): number {
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

function explicitCost(spec: UndecidedSpec, likelihood: LikelihoodForm): number {
  const effects = groupBlocks(spec.design).reduce(
    (sum, { levels, coefficients }) => sum + levels.length * coefficients.length,
    placedTerms(spec.design).reduce((sum, term) => sum + gaussianSize(term), 0),
  );
  return likelihoodCost(spec, likelihood) + PER_COORDINATE * effects;
}
