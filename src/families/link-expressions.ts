/** Inverse links as expressions, on the scale on which a family takes the parameter, and as distribution functions. */
import * as b from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import type { Scale } from "./family.ts";
import type { LinkName } from "./links.ts";

type Form = (eta: Expression) => Expression;

interface LinkForms {
  /** μ; absent = from log μ. */
  readonly identity?: Form;
  /** log μ; absent = from μ. */
  readonly log?: Form;
  /** logit μ; absent = from μ. */
  readonly logit?: Form;
}

/** A distribution function F in logarithms. */
export interface LinkCdfExpression {
  logCdf: Form;
  logCcdf: Form;
  /** log(F(upper) − F(lower)); `gap` = upper − lower, which may be known to more digits, or once for many rows. */
  logDifference(upper: Expression, lower: Expression, gap: Expression): Expression;
}

const same: Form = (x) => x;

/** 0.07056 x³ + 1.5976 x, whose logistic is Stan's Phi_approx (Bowling et al. 2009, eq. 2). */
const cubic: Form = (x) => b.mul(x, b.add(b.mul(0.07056, b.square(x)), 1.5976));
/** Below −37, log(1 + eˣ) = eˣ to the last bit. */
const logSoftplus: Form = (x) => b.select(b.lt(x, -37), x, b.log(b.log1pExp(x)));

/** log(1 − exp(−u)) from log u and u. */
const log1mExpOf = (logU: Expression, u: Expression): Expression =>
  b.select(b.lt(u, 1e-16), logU, b.log1mExp(b.neg(u)));

const logistic: LinkCdfExpression = {
  logCdf: b.logInvLogit,
  logCcdf: (x) => b.neg(b.log1pExp(x)),
  // F(u) − F(l) = F(u) (1 − F(l)) (1 − exp(l − u))
  logDifference: (upper, lower, gap) =>
    b.add(b.sub(b.logInvLogit(upper), b.log1pExp(lower)), b.log1mExp(b.neg(gap))),
};

const normal: LinkCdfExpression = {
  logCdf: b.logNormalCdf,
  logCcdf: (x) => b.logNormalCdf(b.neg(x)),
  logDifference: b.logNormalDifference,
};

const approximate: LinkCdfExpression = {
  logCdf: (x) => logistic.logCdf(cubic(x)),
  logCcdf: (x) => logistic.logCcdf(cubic(x)),
  logDifference: (upper, lower) =>
    logistic.logDifference(cubic(upper), cubic(lower), b.sub(cubic(upper), cubic(lower))),
};

const gompertz: LinkCdfExpression = {
  logCdf: (x) => log1mExpOf(x, b.exp(x)),
  logCcdf: (x) => b.neg(b.exp(x)),
  // S(l) − S(u) = S(l) (1 − exp(−rise)); far in the lower tail the rise of the hazard underflows.
  logDifference: (upper, lower, gap) => {
    const rise = b.expGap(upper, lower);
    return b.add(b.neg(b.exp(lower)), log1mExpOf(b.add(upper, b.log1mExp(b.neg(gap))), rise));
  },
};

const cauchy: LinkCdfExpression = {
  logCdf: b.logCauchyCdf,
  logCcdf: (x) => b.logCauchyCdf(b.neg(x)),
  logDifference: b.logCauchyDifference,
};

const soft: LinkCdfExpression = {
  logCdf: (x) => b.logInvLogit(logSoftplus(x)),
  logCcdf: (x) => b.neg(b.log1p(b.log1pExp(x))),
  logDifference: b.logSoftitDifference,
};

const cdfs: Partial<Record<LinkName, LinkCdfExpression>> = {
  logit: logistic,
  probit: normal,
  probit_approx: approximate,
  cloglog: gompertz,
  cauchit: cauchy,
  softit: soft,
};

const forms: Readonly<Record<LinkName, LinkForms>> = {
  identity: { identity: same },
  log: { log: same, logit: (x) => b.sub(x, b.log1mExp(x)) },
  logit: { identity: b.invLogit, log: b.logInvLogit, logit: same },
  probit: { log: normal.logCdf, logit: (x) => b.sub(normal.logCdf(x), normal.logCcdf(x)) },
  probit_approx: { identity: (x) => b.invLogit(cubic(x)), log: approximate.logCdf, logit: cubic },
  cloglog: {
    identity: (x) => b.neg(b.expm1(b.neg(b.exp(x)))),
    log: gompertz.logCdf,
    logit: (x) => b.sub(gompertz.logCdf(x), gompertz.logCcdf(x)),
  },
  cauchit: { log: cauchy.logCdf, logit: (x) => b.sub(cauchy.logCdf(x), cauchy.logCcdf(x)) },
  softit: { identity: (x) => b.invLogit(logSoftplus(x)), log: soft.logCdf, logit: logSoftplus },
  inverse: { identity: b.recip, log: (x) => b.neg(b.log(x)) },
  sqrt: { identity: b.square, log: (x) => b.mul(2, b.logAbs(x)) },
  softplus: { identity: b.log1pExp, log: logSoftplus },
  squareplus: { log: (x) => b.asinh(b.mul(0.5, x)) },
  "1/mu^2": { identity: (x) => b.recip(b.sqrt(x)), log: (x) => b.mul(-0.5, b.log(x)) },
  logm1: { identity: (x) => b.add(1, b.exp(x)), log: b.log1pExp },
  log1p: { identity: b.expm1 },
  tan_half: { identity: (x) => b.mul(2, b.atan(x)) },
};

/** The parameter on its kernel scale, as an expression of its linear predictor. */
export function scaledLinkExpression(link: string, scale: Scale, eta: Expression): Expression {
  const form = forms[link as LinkName];
  const exact = form[scale];
  if (exact !== undefined) return exact(eta);
  const mean = form.identity?.(eta) ?? b.exp(form.log!(eta));
  if (scale === "identity") return mean;
  return scale === "log" ? b.log(mean) : b.sub(b.log(mean), b.log1p(b.neg(mean)));
}

/** The link of a threshold family as a distribution function. */
export function thresholdCdf(link: string): LinkCdfExpression {
  const cdf = cdfs[link as LinkName];
  if (cdf === undefined) throw new TypeError(`the link "${link}" is not a distribution function`);
  return cdf;
}
