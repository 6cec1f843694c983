/** Between which bounds a parameter lies under its prior, and which priors a parameter can take at all. */
import type { Distribution } from "../distributions/distribution.ts";
import { distributions } from "../distributions/index.ts";
import { PriorError } from "../errors.ts";
import { describeTarget } from "./describe.ts";
import type { DistributionCall, PriorTarget } from "./prior.ts";

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** What a rule says for one target: its text and distribution, and the bounds that the user gave. */
export interface BoundedPrior {
  readonly text: string;
  readonly call: DistributionCall;
  readonly lb: number | undefined;
  readonly ub: number | undefined;
}

/**
 * Natural bounds, the user's, and the support of the distribution, intersected. `fromSupport` tells that the support
 * narrowed what the user and nature left open.
 * @throws PriorError when nothing lies between them, or a constant lies outside
 */
export function boundsOf(
  prior: BoundedPrior,
  target: PriorTarget,
): Interval & { readonly fromSupport: boolean } {
  const { call } = prior;
  const support = supportOf(call);
  const open = {
    lower: Math.max(target.lower, prior.lb ?? Number.NEGATIVE_INFINITY),
    upper: Math.min(target.upper, prior.ub ?? Number.POSITIVE_INFINITY),
  };
  const lower = Math.max(open.lower, support.lower);
  const upper = Math.min(open.upper, support.upper);
  const subject = `the prior ${prior.text || "(flat)"} for ${describeTarget(target)}`;
  if (!(lower < upper)) {
    throw new PriorError(`${subject} is impossible: nothing lies between ${lower} and ${upper}`);
  }
  const value = call.arguments[0]!;
  if (call.name === "constant" && !(value >= lower && value <= upper)) {
    throw new PriorError(`${subject}: ${value} is outside [${lower}, ${upper}]`);
  }
  return { lower, upper, fromSupport: lower > open.lower || upper < open.upper };
}

/**
 * LKJ priors belong to correlations and nothing else does; correlations and ordinal thresholds have a constraint of their
 * own, so that further bounds could not be kept.
 * @throws PriorError
 */
export function checkKind(prior: BoundedPrior, target: PriorTarget): void {
  const { call, text } = prior;
  const subject = `the prior ${text || "(flat)"} for ${describeTarget(target)}`;
  const isCorrelation = target.class === "cor";
  if (isCorrelation && call.name !== "lkj" && call.name !== "") {
    throw new PriorError(`${subject}: correlations take lkj(eta)`);
  }
  if (!isCorrelation && call.name === "lkj") throw new PriorError(`${subject}: lkj is for class cor`);
  if (target.simplex !== undefined) {
    checkSimplex(prior, target.simplex, subject);
    return;
  }
  if (call.name === "dirichlet") throw new PriorError(`${subject}: dirichlet is for simplexes`);
  const isThreshold = target.class === "Intercept" && target.coef !== "";
  if (!isCorrelation && !isThreshold) return;
  const what = isCorrelation ? "correlations" : "thresholds";
  if (prior.lb !== undefined || prior.ub !== undefined) {
    throw new PriorError(`${subject}: ${what} cannot be bounded by lb and ub`);
  }
  if (call.name === "constant") throw new PriorError(`${subject}: ${what} cannot be held constant`);
  const support = supportOf(call);
  if (isThreshold && (Number.isFinite(support.lower) || Number.isFinite(support.upper))) {
    throw new PriorError(
      `${subject}: thresholds need a prior on the whole line, such as normal or student_t`,
    );
  }
}

function checkSimplex({ call, lb, ub }: BoundedPrior, size: number, subject: string): void {
  if (call.name !== "dirichlet" && call.name !== "") {
    throw new PriorError(`${subject}: a simplex takes dirichlet(alpha)`);
  }
  const given = call.arguments.length;
  if (given > 1 && given !== size) {
    throw new PriorError(`${subject}: dirichlet has ${given} concentrations for ${size} elements`);
  }
  if (lb !== undefined || ub !== undefined) {
    throw new PriorError(`${subject}: simplexes cannot be bounded by lb and ub`);
  }
}

function supportOf({ name, arguments: args }: DistributionCall): Interval {
  const known: Readonly<Record<string, Distribution>> = distributions;
  switch (Object.hasOwn(known, name) ? known[name]!.support : "real") {
    case "positive":
      return { lower: 0, upper: Number.POSITIVE_INFINITY };
    case "unit":
      return { lower: 0, upper: 1 };
    case "between":
      return { lower: args[0]!, upper: args[1]! };
    case "real":
      return { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };
  }
}
