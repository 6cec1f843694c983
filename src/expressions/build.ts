/**
 * The constructors that expressions are written with: `sub(mul(y, eta), exp(eta))`. Numbers may stand for constants.
 * They simplify what is plain to see (constants, zeros, ones, signs), which derivatives are full of.
 */
import { apply, constant, type Expression } from "./expression.ts";
import { type OperationName, operations } from "./operations.ts";

export type Operand = Expression | number;
/** All constructors, as rules of derivatives receive them. */
export type Builder = typeof import("./build.ts");

export { constant, data, element, parameter } from "./expression.ts";

const expression = (x: Operand): Expression => (typeof x === "number" ? constant(x) : x);
const isConstant = (x: Expression, value: number): boolean => x.kind === "constant" && x.value === value;

/** The operand of a negation, or undefined. */
function negated(x: Expression): Expression | undefined {
  return x.kind === "apply" && x.operation === "neg" ? x.operands[0]! : undefined;
}

/** Computed at once where all operands are constants. */
export function make(operation: OperationName, ...given: readonly Operand[]): Expression {
  const operands = given.map(expression);
  const values: number[] = [];
  for (const operand of operands) if (operand.kind === "constant") values.push(operand.value);
  if (values.length < operands.length) return apply(operation, operands);
  const [a = 0, b = 0, c = 0] = values;
  return constant(operations[operation].value(a, b, c));
}

export function neg(a: Operand): Expression {
  const x = expression(a);
  const inner = negated(x);
  if (inner !== undefined) return inner;
  if (x.kind === "apply" && x.operation === "sub") return apply("sub", [x.operands[1]!, x.operands[0]!]);
  return make("neg", x);
}

export function add(a: Operand, b: Operand): Expression {
  const x = expression(a);
  const y = expression(b);
  if (isConstant(x, 0)) return y;
  if (isConstant(y, 0)) return x;
  const minusY = negated(y);
  if (minusY !== undefined) return sub(x, minusY);
  const minusX = negated(x);
  if (minusX !== undefined) return sub(y, minusX);
  return make("add", x, y);
}

export function sub(a: Operand, b: Operand): Expression {
  const x = expression(a);
  const y = expression(b);
  if (isConstant(y, 0)) return x;
  if (isConstant(x, 0)) return neg(y);
  const minusY = negated(y);
  if (minusY !== undefined) return add(x, minusY);
  return make("sub", x, y);
}

/** 0·x is 0 for every x: a term that does not count may be infinite. */
export function mul(a: Operand, b: Operand): Expression {
  const x = expression(a);
  const y = expression(b);
  if (isConstant(x, 0) || isConstant(y, 0)) return constant(0);
  if (isConstant(x, 1)) return y;
  if (isConstant(y, 1)) return x;
  if (isConstant(x, -1)) return neg(y);
  if (isConstant(y, -1)) return neg(x);
  const minusX = negated(x);
  if (minusX !== undefined) return neg(mul(minusX, y));
  const minusY = negated(y);
  if (minusY !== undefined) return neg(mul(x, minusY));
  return make("mul", x, y);
}

export function div(a: Operand, b: Operand): Expression {
  const x = expression(a);
  const y = expression(b);
  if (isConstant(x, 0)) return x;
  if (isConstant(y, 1)) return x;
  const minusX = negated(x);
  if (minusX !== undefined) return neg(div(minusX, y));
  return make("div", x, y);
}

/** What `bar` sends on through a derivative: bar·slope, and 0 where bar is 0, whatever the slope there. */
export function pull(bar: Operand, slope: Operand): Expression {
  const x = expression(bar);
  const y = expression(slope);
  if (x.kind === "constant" || y.kind === "constant") return mul(x, y);
  const minusX = negated(x);
  if (minusX !== undefined) return neg(pull(minusX, y));
  const minusY = negated(y);
  if (minusY !== undefined) return neg(pull(x, minusY));
  // A mask hides an infinite bar as well.
  if (y.kind === "apply" && y.operation === "select") {
    const [condition, yes, no] = y.operands as [Expression, Expression, Expression];
    if (yes.kind === "constant" && no.kind === "constant") {
      return select(condition, mul(x, yes), mul(x, no));
    }
  }
  return make("pull", x, y);
}

/** `yes` where the condition is not 0, `no` elsewhere; what is not chosen may be infinite or no number. */
export function select(condition: Operand, yes: Operand, no: Operand): Expression {
  const c = expression(condition);
  const a = expression(yes);
  const b = expression(no);
  if (a === b) return a;
  if (c.kind === "constant") return c.value !== 0 ? a : b;
  return make("select", c, a, b);
}

/** An operation with other operands, simplified. */
export function remake(operation: OperationName, operands: readonly Expression[]): Expression {
  const [x, y, z] = operands as [Expression, Expression, Expression];
  switch (operation) {
    case "neg":
      return neg(x);
    case "add":
      return add(x, y);
    case "sub":
      return sub(x, y);
    case "mul":
      return mul(x, y);
    case "div":
      return div(x, y);
    case "pull":
      return pull(x, y);
    case "select":
      return select(x, y, z);
    case "rising0":
      return risingExcess(x, y, z);
    default:
      return make(operation, ...operands);
  }
}

const unary = (operation: OperationName) => (a: Operand) => make(operation, a);
const binary = (operation: OperationName) => (a: Operand, b: Operand) => make(operation, a, b);
const ternary = (operation: OperationName) => (a: Operand, b: Operand, c: Operand) =>
  make(operation, a, b, c);

export const square = (a: Operand): Expression => mul(a, a);
export const recip = (a: Operand): Expression => div(1, a);
export const pow = binary("pow");
export const sqrt = unary("sqrt");
export const abs = unary("abs");
export const max = binary("max");
export const min = binary("min");
/** 1 or 0. */
export const lt = binary("lt");
export const gt = (a: Operand, b: Operand): Expression => lt(b, a);
export const eq = binary("eq");

export const exp = unary("exp");
/** eˣ·y. */
export const expTimes = binary("expTimes");
export const log = unary("log");
export const log1p = unary("log1p");
export const expm1 = unary("expm1");
/** log |x|. */
export const logAbs = unary("logAbs");
/** log(1 + eˣ). */
export const log1pExp = unary("log1pExp");
/** log(1 − eˣ) for x < 0. */
export const log1mExp = unary("log1mExp");
/** 1 / (1 + e⁻ˣ). */
export const invLogit = unary("invLogit");
/** log(1 / (1 + e⁻ˣ)). */
export const logInvLogit = (x: Operand): Expression => neg(log1pExp(neg(x)));
/** 1 / (eˣ − 1). */
export const bose = unary("bose");
/** log(eᵃ + eᵇ). */
export const logSumExp = binary("logSumExp");
/** log(eᵃ − eᵇ) for a > b. */
export const logDiffExp = (a: Operand, b: Operand): Expression => add(a, log1mExp(sub(b, a)));

export const sin = unary("sin");
export const cos = unary("cos");
export const tanh = unary("tanh");
export const atan = unary("atan");
export const asinh = unary("asinh");
/** 1 / √(1 + x²) and x / √(1 + x²). */
export const cosOfSlope = unary("cosOfSlope");
export const sinOfSlope = unary("sinOfSlope");

export const logGamma = unary("logGamma");
export const digamma = unary("digamma");
/** log Γ(1 + x) for x ≥ 0. */
export const logGamma1p = unary("logGamma1p");
/** a log a − a − log Γ(a), from log a and a. */
export const stirlingExcess = (logA: Operand, a: Operand = exp(logA)): Expression =>
  make("stirling0", logA, a);
/** log Γ(a + y) − log Γ(a) − y log a for whole y ≥ 0, from log a, a and y. */
export const risingExcess = (logA: Operand, a: Operand, y: Operand): Expression =>
  make("rising0", logA, a, y);
/** log Γ(x + ½) − log Γ(x). */
export const halfStep = unary("halfStep0");
/** log r − r + 1, from log r and r. */
export const logRatioMinus = binary("logRatioMinus");

/** log Φ(x). */
export const logNormalCdf = unary("logNormalCdf");
/** φ(x) / Φ(x). */
export const inverseMills = unary("inverseMills");
/** φ(x)/Φ(−x) − x. */
export const hazardExcess = unary("hazardExcess");
/** log(Φ(u) − Φ(l)) for u > l. */
export const logNormalDifference = binary("logNormalDifference");
/** log(1 + z²/ν). */
export const log1pSquare = binary("log1pSquare");
/** u, v ↦ v²/2 − u v + log Φ(u − v). */
export const logExgaussian = binary("logExgaussian");
export const logCauchyCdf = unary("logCauchyCdf");
export const logCauchyDifference = binary("logCauchyDifference");
export const logSoftitDifference = binary("logSoftitDifference");
/** eᵘ − eˡ for u > l. */
export const expGap = binary("expGap");
/** Regularised incomplete gamma and beta functions, and Student's, in logarithms. */
export const logGammaCdf = binary("logGammaCdf");
export const logGammaCcdf = binary("logGammaCcdf");
export const logBetaCdf = ternary("logBetaCdf");
export const logBetaCcdf = ternary("logBetaCcdf");
export const logStudentCdf = binary("logStudentCdf");

/** log(e⁻ˣ I₀(x)), and its derivative I₁(x)/I₀(x) − 1. */
export const logBesselI0Scaled = unary("logBesselI0Scaled");
export const besselRatioExcess = unary("besselRatioExcess");

/** Sum of any number of terms. */
export function sum(terms: readonly Operand[]): Expression {
  return terms.map(expression).reduce((total, term) => add(total, term), constant(0));
}
