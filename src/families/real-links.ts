/** Links of parameters on the real line or above a bound, as brms (and R's make.link) define them. */
import * as Elementary from "../numeric/elementary.ts";
import { log1mExp } from "../numeric/log-space.ts";
import { invLogit, log1pExp, logit } from "../numeric/special.ts";
import type { Link } from "./link.ts";

/** log μ and logit μ from a μ that neither under- nor overflows in the useful range of η. */
const plainScales = (
  inverse: (eta: number) => number,
  derivative: (eta: number) => number,
): Pick<Link, "logInverse" | "logInverseDerivative" | "logitInverse" | "logitInverseDerivative"> => ({
  logInverse: (eta) => Elementary.log(inverse(eta)),
  logInverseDerivative: (eta) => derivative(eta) / inverse(eta),
  ...logitFromInverse(inverse, derivative),
});

const logitFromInverse = (
  inverse: (eta: number) => number,
  derivative: (eta: number) => number,
): Pick<Link, "logitInverse" | "logitInverseDerivative"> => ({
  logitInverse: (eta) => logit(inverse(eta)),
  logitInverseDerivative: (eta) => {
    const mu = inverse(eta);
    return derivative(eta) / (mu * (1 - mu));
  },
});

const one = (): number => 1;
const same = (x: number): number => x;

export const identity: Link = {
  name: "identity",
  link: same,
  inverse: same,
  derivative: one,
  ...plainScales(same, one),
};

export const log: Link = {
  name: "log",
  link: Elementary.log,
  inverse: Elementary.exp,
  derivative: Elementary.exp,
  logInverse: same,
  logInverseDerivative: one,
  logitInverse: (eta) => eta - log1mExp(eta),
  logitInverseDerivative: (eta) => -1 / Elementary.expm1(eta),
};

const reciprocal = (x: number): number => 1 / x;
const reciprocalSlope = (eta: number): number => -1 / (eta * eta);

export const inverse: Link = {
  name: "inverse",
  link: reciprocal,
  inverse: reciprocal,
  derivative: reciprocalSlope,
  logInverse: (eta) => -Elementary.log(eta),
  logInverseDerivative: (eta) => -1 / eta,
  ...logitFromInverse(reciprocal, reciprocalSlope),
};

const square = (eta: number): number => eta * eta;
const twice = (eta: number): number => 2 * eta;

/** μ = η², for either sign of η, as Stan's `square`. */
export const sqrt: Link = {
  name: "sqrt",
  link: Math.sqrt,
  inverse: square,
  derivative: twice,
  logInverse: (eta) => 2 * Elementary.log(Math.abs(eta)),
  logInverseDerivative: (eta) => 2 / eta,
  ...logitFromInverse(square, twice),
};

/** Below this log(1 + eˣ) = eˣ to the last bit. */
const TINY = -37;

export const softplus: Link = {
  name: "softplus",
  link: (mu) => mu + Elementary.log(-Elementary.expm1(-mu)),
  inverse: log1pExp,
  derivative: invLogit,
  logInverse: (eta) => (eta < TINY ? eta : Elementary.log(log1pExp(eta))),
  logInverseDerivative: (eta) => (eta < TINY ? 1 : invLogit(eta) / log1pExp(eta)),
  ...logitFromInverse(log1pExp, invLogit),
};

const squareplusRoot = (eta: number): number => Math.sqrt(eta * eta + 4);
const squareplusInverse = (eta: number): number =>
  eta > 0 ? (eta + squareplusRoot(eta)) / 2 : 2 / (squareplusRoot(eta) - eta);
const squareplusSlope = (eta: number): number => squareplusInverse(eta) / squareplusRoot(eta);

/** μ = (η + √(η² + 4)) / 2 = exp(asinh(η / 2)). */
export const squareplus: Link = {
  name: "squareplus",
  link: (mu) => mu - 1 / mu,
  inverse: squareplusInverse,
  derivative: squareplusSlope,
  logInverse: (eta) => Elementary.asinh(eta / 2),
  logInverseDerivative: (eta) => 1 / squareplusRoot(eta),
  ...logitFromInverse(squareplusInverse, squareplusSlope),
};

const inverseRoot = (eta: number): number => 1 / Math.sqrt(eta);
const inverseRootSlope = (eta: number): number => -0.5 / (eta * Math.sqrt(eta));

export const inverseSquare: Link = {
  name: "1/mu^2",
  link: (mu) => 1 / (mu * mu),
  inverse: inverseRoot,
  derivative: inverseRootSlope,
  logInverse: (eta) => -0.5 * Elementary.log(eta),
  logInverseDerivative: (eta) => -0.5 / eta,
  ...logitFromInverse(inverseRoot, inverseRootSlope),
};

const onePlusExp = (eta: number): number => 1 + Elementary.exp(eta);

/** η = log(μ − 1): degrees of freedom above one. */
export const logm1: Link = {
  name: "logm1",
  link: (mu) => Elementary.log(mu - 1),
  inverse: onePlusExp,
  derivative: Elementary.exp,
  logInverse: log1pExp,
  logInverseDerivative: invLogit,
  ...logitFromInverse(onePlusExp, Elementary.exp),
};

/** η = log(1 + μ): shapes above −1. */
export const log1p: Link = {
  name: "log1p",
  link: Elementary.log1p,
  inverse: Elementary.expm1,
  derivative: Elementary.exp,
  ...plainScales(Elementary.expm1, Elementary.exp),
};

const twiceArcTangent = (eta: number): number => 2 * Elementary.atan(eta);
const twiceArcTangentSlope = (eta: number): number => 2 / (1 + eta * eta);

/** η = tan(μ/2): angles between −π and π. */
export const tanHalf: Link = {
  name: "tan_half",
  link: (mu) => Elementary.tan(mu / 2),
  inverse: twiceArcTangent,
  derivative: twiceArcTangentSlope,
  ...plainScales(twiceArcTangent, twiceArcTangentSlope),
};
