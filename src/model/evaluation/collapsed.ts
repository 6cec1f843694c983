/** Gaussian effects and coefficients integrated out, and drawn from their exact distribution afterwards. */
import { makeStructure, operationCount } from "../../marginal/structure.ts";
import { compileCollapsed } from "../collapsed/compile.ts";
import { notCollapsible, planOf } from "../collapsed/plan.ts";
import type { UndecidedSpec } from "../spec.ts";
import { gaussianSize, placedTerms } from "../terms.ts";
import type { Evaluation } from "./evaluation.ts";

/**
 * How many evaluations with sampled effects one evaluation may cost: NUTS needs that many more leapfrogs per effective draw when
 * effects and coefficients are sampled (measured on the benchmark: 2.5 to 3), and collapsed chains diverge less.
 */
const WORTH = 3;
/**
 * The same where terms have Gaussian coefficients: the few that data tell much about and the many that they tell nothing about share one
 * standard deviation, which explicit chains explore slowly and with divergences (measured: 20 to 300 times fewer effective draws).
 */
const WORTH_WITH_TERMS = 30;

export const collapsed: Evaluation = {
  strategy: "collapsed",
  refuses: notCollapsible,
  refusal: (reason) => `this model cannot be collapsed: ${reason}; use strategy "explicit" or "auto"`,
  cost: (spec) => factorCost(spec) / (hasTerms(spec) ? WORTH_WITH_TERMS : WORTH),
  compile: (spec, { oneToOne }) => compileCollapsed(spec, !oneToOne),
};

function hasTerms({ design }: UndecidedSpec): boolean {
  return placedTerms(design).some((term) => gaussianSize(term) > 0);
}

function factorCost(spec: UndecidedSpec): number {
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
