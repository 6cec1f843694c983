/**
 * The table of operations: the value, and the derivatives by each operand as expressions, so that derivatives of derivatives
 * are there as well. Forms that are safe in the tails are operations of their own, so that whoever writes a density needs no
 * care. An operand that is only a hint (an exponential that is known already) has no derivative.
 */
import { besselRatioExcess, logBesselI0Scaled } from "../numeric/bessel.ts";
import * as Elementary from "../numeric/elementary.ts";
import {
  expGap,
  logCauchyCdf,
  logCauchyDifference,
  logNormalDifference,
  logSoftitDifference,
} from "../numeric/link-differences.ts";
import { log1mExp, logAddExp } from "../numeric/log-space.ts";
import { HALF_LOG_TWO_PI, hazardExcess, inverseMills } from "../numeric/normal-tail.ts";
import { digamma, invLogit, log1pExp, logGamma, logNormalCdf } from "../numeric/special.ts";
import { halfStep, logGamma1p, logRatioMinus, polygamma, rising, stirling } from "../numeric/stirling.ts";
import * as Tails from "../numeric/tails.ts";
import type { Builder } from "./build.ts";
import type { Expression } from "./expression.ts";

/** Their order is that of the instructions' numbers. */
export const operationNames = [
  "neg",
  "add",
  "sub",
  "mul",
  "div",
  "pull",
  "pow",
  "sqrt",
  "abs",
  "max",
  "min",
  "lt",
  "eq",
  "select",
  "expTimes",
  "exp",
  "log",
  "log1p",
  "expm1",
  "logAbs",
  "log1pExp",
  "log1mExp",
  "invLogit",
  "bose",
  "logSumExp",
  "expNegAbs",
  "log1pUnit",
  "share",
  "rest",
  "sin",
  "cos",
  "tanh",
  "atan",
  "asinh",
  "cosOfSlope",
  "sinOfSlope",
  "logGamma",
  "digamma",
  "trigamma",
  "tetragamma",
  "logGamma1p",
  "stirling0",
  "stirling1",
  "stirling2",
  "stirling3",
  "rising0",
  "rising1",
  "rising2",
  "rising3",
  "halfStep0",
  "halfStep1",
  "halfStep2",
  "halfStep3",
  "logRatioMinus",
  "logNormalCdf",
  "inverseMills",
  "hazardExcess",
  "logNormalDifference",
  "log1pSquare",
  "log1pSquareSlope",
  "logExgaussian",
  "logCauchyCdf",
  "logCauchyDifference",
  "logSoftitDifference",
  "expGap",
  "logGammaCdf",
  "gammaCdfByShape",
  "gammaCdfByX",
  "logGammaCcdf",
  "gammaCcdfByShape",
  "gammaCcdfByX",
  "logBetaCdf",
  "betaCdfByA",
  "betaCdfByB",
  "logBetaCcdf",
  "betaCcdfByA",
  "betaCcdfByB",
  "logStudentCdf",
  "studentCdfByT",
  "studentCdfByNu",
  "logBesselI0Scaled",
  "besselRatioExcess",
] as const;
export type OperationName = (typeof operationNames)[number];

type Partial = Expression | undefined;

export interface Operation {
  readonly arity: 1 | 2 | 3;
  value(a: number, b: number, c: number): number;
  /**
   * ∂/∂operand for each of the operands x, undefined where there is none; `self` is the operation itself. Absent = it cannot be
   * differentiated (again).
   */
  partials?(b: Builder, self: Expression, ...x: Expression[]): readonly Partial[];
}

type Partials = NonNullable<Operation["partials"]>;

const unary = (
  value: (a: number) => number,
  derivative?: (b: Builder, x: Expression, self: Expression) => Expression,
): Operation => ({
  arity: 1,
  value,
  ...(derivative && { partials: (b, self, x) => [derivative(b, x!, self)] }),
});
const binary = (value: (a: number, b: number) => number, partials?: Partials): Operation => ({
  arity: 2,
  value,
  ...(partials && { partials }),
});
const ternary = (value: Operation["value"], partials?: Partials): Operation => ({
  arity: 3,
  value,
  ...(partials && { partials }),
});

/** The derivatives are operations of the same operands. */
const others =
  (...names: readonly OperationName[]): Partials =>
  (b, _self, ...x) =>
    names.map((name) => b.make(name, ...x));

/** ∂ log(F(u) − F(l)) = f(u)/(F(u) − F(l)), −f(l)/(F(u) − F(l)). */
const difference =
  (logDensity: (b: Builder, x: Expression) => Expression): Partials =>
  (b, self, upper, lower) => [
    b.exp(b.sub(logDensity(b, upper!), self)),
    b.neg(b.exp(b.sub(logDensity(b, lower!), self))),
  ];

const LOG_PI = Elementary.log(Math.PI);
const normalLogDensity = (b: Builder, x: Expression) => b.sub(b.mul(-0.5, b.square(x)), HALF_LOG_TWO_PI);
const cauchyLogDensity = (b: Builder, x: Expression) => b.neg(b.add(b.log1pSquare(x, 1), LOG_PI));
const softitLogDensity = (b: Builder, x: Expression) =>
  b.neg(b.add(b.log1pExp(b.neg(x)), b.mul(2, b.log1p(b.log1pExp(x)))));

/** v²/2 − u v + log Φ(u − v), from the asymptote where both terms are large. */
function logExgaussian(u: number, v: number): number {
  const x = v - u;
  return x > 10
    ? -0.5 * u * u - HALF_LOG_TWO_PI - Elementary.log(x + hazardExcess(x))
    : v * (0.5 * v - u) + logNormalCdf(-x);
}

/** log(1 + z²/ν), also where z² overflows. */
const log1pSquare = (z: number, nu: number): number =>
  z * z < Infinity ? Elementary.log1p((z * z) / nu) : 2 * Elementary.log(Math.abs(z)) - Elementary.log(nu);

/** 2 z / (ν + z²). */
const log1pSquareSlope = (z: number, nu: number): number =>
  z * z < Infinity ? (2 * z) / (nu + z * z) : 2 / z;

const table = {
  neg: unary(
    (x) => -x,
    (b) => b.constant(-1),
  ),
  add: binary(
    (x, y) => x + y,
    (b) => [b.constant(1), b.constant(1)],
  ),
  sub: binary(
    (x, y) => x - y,
    (b) => [b.constant(1), b.constant(-1)],
  ),
  mul: binary(
    (x, y) => x * y,
    (_b, _self, x, y) => [y, x],
  ),
  div: binary(
    (x, y) => x / y,
    (b, self, _x, y) => [b.recip(y!), b.neg(b.div(self, y!))],
  ),
  /** x·y where x is not 0, else 0: how derivatives are passed on (build.ts). */
  pull: binary(
    (x, y) => (x === 0 ? 0 : x * y),
    (_b, _self, x, y) => [y, x],
  ),
  /** xʸ for x > 0. */
  pow: binary(
    (x, y) => Elementary.pow(x, y),
    (b, self, x, y) => [b.mul(y!, b.pow(x!, b.sub(y!, 1))), b.pull(self, b.log(x!))],
  ),
  sqrt: unary(Math.sqrt, (b, _x, self) => b.div(0.5, self)),
  abs: unary(Math.abs, (b, x) => b.select(b.lt(x, 0), -1, 1)),
  max: binary(
    (x, y) => Math.max(x, y),
    (b, _self, x, y) => [b.select(b.lt(x!, y!), 0, 1), b.select(b.lt(x!, y!), 1, 0)],
  ),
  min: binary(
    (x, y) => Math.min(x, y),
    (b, _self, x, y) => [b.select(b.lt(x!, y!), 1, 0), b.select(b.lt(x!, y!), 0, 1)],
  ),
  /** Comparisons are 1 or 0 and have no slope. */
  lt: binary(
    (x, y) => (x < y ? 1 : 0),
    () => [],
  ),
  eq: binary(
    (x, y) => (x === y ? 1 : 0),
    () => [],
  ),
  select: ternary(
    (c, x, y) => (c !== 0 ? x : y),
    (b, _self, c) => [undefined, b.select(c!, 1, 0), b.select(c!, 0, 1)],
  ),
  /** eˣ·y, whose slope by x is itself: it does not overflow on the way. */
  expTimes: binary(
    (x, y) => Elementary.exp(x) * y,
    (b, self, x) => [self, b.exp(x!)],
  ),
  exp: unary(Elementary.exp, (_b, _x, self) => self),
  log: unary(Elementary.log, (b, x) => b.recip(x)),
  log1p: unary(Elementary.log1p, (b, x) => b.recip(b.add(1, x))),
  expm1: unary(Elementary.expm1, (b, x) => b.exp(x)),
  logAbs: unary(
    (x) => Elementary.log(Math.abs(x)),
    (b, x) => b.recip(x),
  ),
  log1pExp: unary(log1pExp, (b, x) => b.invLogit(x)),
  log1mExp: unary(log1mExp, (b, x) => b.neg(b.bose(b.neg(x)))),
  invLogit: unary(invLogit, (b, x, self) => b.mul(self, b.invLogit(b.neg(x)))),
  bose: unary(
    (x) => 1 / Elementary.expm1(x),
    (b, _x, self) => b.neg(b.mul(self, b.add(1, self))),
  ),
  logSumExp: binary(logAddExp, (b, _self, x, y) => [b.invLogit(b.sub(x!, y!)), b.invLogit(b.sub(y!, x!))]),
  /** e^−|x| and log(1 + x) for 0 ≤ x ≤ 1: what the functions above are made of (lower.ts). */
  expNegAbs: unary((x) => Elementary.exp(-Math.abs(x))),
  log1pUnit: unary(Elementary.log1p),
  /** 1 / (1 + e⁻ˣ) and 1 / (1 + eˣ) from x and e^−|x|. */
  share: binary((x, e) => (x < 0 ? e : 1) / (1 + e)),
  rest: binary((x, e) => (x < 0 ? 1 : e) / (1 + e)),

  sin: unary(Elementary.sin, (b, x) => b.cos(x)),
  cos: unary(Elementary.cos, (b, x) => b.neg(b.sin(x))),
  tanh: unary(Elementary.tanh, (b, _x, self) => b.sub(1, b.square(self))),
  atan: unary(Elementary.atan, (b, x) => b.recip(b.add(1, b.square(x)))),
  asinh: unary(Elementary.asinh, (b, x) => b.cosOfSlope(x)),
  /** 1/√(1 + x²) and x/√(1 + x²). */
  cosOfSlope: unary(
    (x) => 1 / Math.sqrt(1 + x * x),
    (b, x, self) => b.neg(b.mul(x, b.mul(self, b.square(self)))),
  ),
  sinOfSlope: unary(
    (x) => x / Math.sqrt(1 + x * x),
    (b, x) => b.mul(b.cosOfSlope(x), b.square(b.cosOfSlope(x))),
  ),

  logGamma: unary(logGamma, (b, x) => b.digamma(x)),
  digamma: unary(digamma, (b, x) => b.make("trigamma", x)),
  trigamma: unary(
    (x) => polygamma(1, x),
    (b, x) => b.make("tetragamma", x),
  ),
  tetragamma: unary((x) => polygamma(2, x)),
  logGamma1p: unary(logGamma1p, (b, x) => b.digamma(b.add(1, x))),
  stirling0: binary((_, a) => stirling(0, a), others("stirling1")),
  stirling1: binary((_, a) => stirling(1, a), others("stirling2")),
  stirling2: binary((_, a) => stirling(2, a), others("stirling3")),
  stirling3: binary((_, a) => stirling(3, a)),
  rising0: ternary((_, a, y) => rising(0, a, y), others("rising1")),
  rising1: ternary((_, a, y) => rising(1, a, y), others("rising2")),
  rising2: ternary((_, a, y) => rising(2, a, y), others("rising3")),
  rising3: ternary((_, a, y) => rising(3, a, y)),
  halfStep0: unary(
    (x) => halfStep(0, x),
    (b, x) => b.make("halfStep1", x),
  ),
  halfStep1: unary(
    (x) => halfStep(1, x),
    (b, x) => b.make("halfStep2", x),
  ),
  halfStep2: unary(
    (x) => halfStep(2, x),
    (b, x) => b.make("halfStep3", x),
  ),
  halfStep3: unary((x) => halfStep(3, x)),
  logRatioMinus: binary(logRatioMinus, (b, _self, _logR, r) => [b.sub(1, r!)]),

  logNormalCdf: unary(logNormalCdf, (b, x) => b.inverseMills(x)),
  inverseMills: unary(inverseMills, (b, x, self) => b.neg(b.mul(self, b.hazardExcess(b.neg(x))))),
  hazardExcess: unary(hazardExcess, (b, x, self) => b.sub(b.mul(b.add(x, self), self), 1)),
  logNormalDifference: binary(logNormalDifference, difference(normalLogDensity)),
  log1pSquare: binary(log1pSquare, (b, _self, z, nu) => [
    b.make("log1pSquareSlope", z!, nu!),
    b.div(b.mul(-0.5, b.mul(z!, b.make("log1pSquareSlope", z!, nu!))), nu!),
  ]),
  log1pSquareSlope: binary(log1pSquareSlope, (b, self, z, nu) => {
    const inverse = b.recip(b.add(nu!, b.square(z!)));
    return [b.sub(b.mul(2, inverse), b.square(self)), b.neg(b.mul(self, inverse))];
  }),
  logExgaussian: binary(logExgaussian, (b, _self, u, v) => {
    const excess = b.hazardExcess(b.sub(v!, u!));
    return [b.sub(excess, u!), b.neg(excess)];
  }),
  logCauchyCdf: unary(logCauchyCdf, (b, x, self) => b.exp(b.sub(cauchyLogDensity(b, x), self))),
  logCauchyDifference: binary(logCauchyDifference, difference(cauchyLogDensity)),
  logSoftitDifference: binary(logSoftitDifference, difference(softitLogDensity)),
  expGap: binary(expGap, (b, _self, upper, lower) => [b.exp(upper!), b.neg(b.exp(lower!))]),

  /** From (log a, log x), (a, b, y) and (t, ν). */
  logGammaCdf: binary((a, x) => Tails.logGammaCdfOf(a, x, 0), others("gammaCdfByShape", "gammaCdfByX")),
  gammaCdfByShape: binary((a, x) => Tails.gammaCdfByShape(a, x, 0)),
  gammaCdfByX: binary((a, x) => Tails.gammaCdfByX(a, x, 0)),
  logGammaCcdf: binary((a, x) => Tails.logGammaCcdfOf(a, x, 0), others("gammaCcdfByShape", "gammaCcdfByX")),
  gammaCcdfByShape: binary((a, x) => Tails.gammaCcdfByShape(a, x, 0)),
  gammaCcdfByX: binary((a, x) => Tails.gammaCcdfByX(a, x, 0)),
  logBetaCdf: ternary(Tails.logBetaCdfOf, others("betaCdfByA", "betaCdfByB")),
  betaCdfByA: ternary(Tails.betaCdfByA),
  betaCdfByB: ternary(Tails.betaCdfByB),
  logBetaCcdf: ternary(Tails.logBetaCcdfOf, others("betaCcdfByA", "betaCcdfByB")),
  betaCcdfByA: ternary(Tails.betaCcdfByA),
  betaCcdfByB: ternary(Tails.betaCcdfByB),
  logStudentCdf: binary(
    (t, nu) => Tails.logStudentCdfOf(t, nu, 0),
    others("studentCdfByT", "studentCdfByNu"),
  ),
  studentCdfByT: binary((t, nu) => Tails.studentCdfByT(t, nu, 0)),
  studentCdfByNu: binary((t, nu) => Tails.studentCdfByNu(t, nu, 0)),
  logBesselI0Scaled: unary(logBesselI0Scaled, (b, x) => b.besselRatioExcess(x)),
  // A′ = 1 − A/x − A² with A = 1 + excess
  besselRatioExcess: unary(besselRatioExcess, (b, x, self) =>
    b.neg(b.add(b.mul(self, b.add(2, self)), b.div(b.add(1, self), x))),
  ),
} as const;

export const operations: Readonly<Record<OperationName, Operation>> = table;
