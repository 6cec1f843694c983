/**
 * Elementwise operations. A scalar operand is repeated against a vector or matrix one.
 * Each is value beside derivative: `binary(name, f, ∂f/∂a, ∂f/∂b)`, `unary(name, f, f′)`.
 */
import * as Elementary from "../../numeric/elementary.ts";
import { invLogit as sigmoid, log1pExp as softplus } from "../../numeric/special.ts";
import { formatShape, type Op, requireShape, type Shape } from "../op.ts";

type Binary = (a: number, b: number) => number;

function binary(name: string, f: Binary, da: Binary, db: Binary): Op {
  return {
    name,
    shape([a, b]) {
      return broadcast(name, a!, b!);
    },
    forward({ x, y }) {
      const a = x[0]!;
      const b = x[1]!;
      const stepA = a.length === 1 ? 0 : 1;
      const stepB = b.length === 1 ? 0 : 1;
      for (let i = 0; i < y.length; i++) y[i] = f(a[i * stepA]!, b[i * stepB]!);
    },
    backward({ x, xBar, yBar }) {
      const a = x[0]!;
      const b = x[1]!;
      const aBar = xBar[0]!;
      const bBar = xBar[1]!;
      const stepA = a.length === 1 ? 0 : 1;
      const stepB = b.length === 1 ? 0 : 1;
      for (let i = 0; i < yBar.length; i++) {
        const ai = a[i * stepA]!;
        const bi = b[i * stepB]!;
        if (aBar !== null) aBar[i * stepA]! += yBar[i]! * da(ai, bi);
        if (bBar !== null) bBar[i * stepB]! += yBar[i]! * db(ai, bi);
      }
    },
  };
}

/** f′ is given the argument and the value that f returned for it. */
function unary(name: string, f: (a: number) => number, df: (a: number, y: number) => number): Op {
  return {
    name,
    shape: ([a]) => a!,
    forward({ x, y }) {
      const a = x[0]!;
      for (let i = 0; i < y.length; i++) y[i] = f(a[i]!);
    },
    backward({ x, y, xBar, yBar }) {
      const a = x[0]!;
      const aBar = xBar[0];
      if (aBar == null) return;
      for (let i = 0; i < yBar.length; i++) aBar[i]! += yBar[i]! * df(a[i]!, y[i]!);
    },
  };
}

function broadcast(name: string, a: Shape, b: Shape): Shape {
  const fits = a.length === b.length && a.every((extent, i) => extent === b[i]);
  requireShape(
    fits || a.length === 0 || b.length === 0,
    `${name}: ${formatShape(a)} and ${formatShape(b)} do not fit`,
  );
  return a.length === 0 ? b : a;
}

const one = () => 1;

export const add = binary("add", (a, b) => a + b, one, one);
export const subtract = binary(
  "subtract",
  (a, b) => a - b,
  one,
  () => -1,
);
export const multiply = binary(
  "multiply",
  (a, b) => a * b,
  (_a, b) => b,
  (a) => a,
);
export const divide = binary(
  "divide",
  (a, b) => a / b,
  (_a, b) => 1 / b,
  (a, b) => -a / (b * b),
);
/** aᵇ for a > 0 (the exponent may be a parameter). */
export const power = binary(
  "power",
  (a, b) => Elementary.pow(a, b),
  (a, b) => b * Elementary.pow(a, b - 1),
  (a, b) => (a === 0 ? 0 : Elementary.pow(a, b) * Elementary.log(a)),
);
/** √(a² + b²) without overflow. */
export const hypotenuse = binary(
  "hypotenuse",
  (a, b) => Elementary.hypot(a, b),
  (a, b) => (a === 0 && b === 0 ? 0 : a / Elementary.hypot(a, b)),
  (a, b) => (a === 0 && b === 0 ? 0 : b / Elementary.hypot(a, b)),
);

export const negate = unary(
  "negate",
  (a) => -a,
  () => -1,
);
export const exp = unary("exp", Elementary.exp, (_a, y) => y);
export const log = unary("log", Elementary.log, (a) => 1 / a);
export const log1p = unary("log1p", Elementary.log1p, (a) => 1 / (1 + a));
export const sqrt = unary("sqrt", Math.sqrt, (_a, y) => 0.5 / y);
export const square = unary(
  "square",
  (a) => a * a,
  (a) => 2 * a,
);
export const tanh = unary("tanh", Elementary.tanh, (_a, y) => 1 - y * y);
export const sin = unary("sin", Elementary.sin, (a) => Elementary.cos(a));
export const cos = unary("cos", Elementary.cos, (a) => -Elementary.sin(a));
/** 1 / (1 + e⁻ᵃ). */
export const invLogit = unary("invLogit", sigmoid, (_a, y) => y * (1 - y));
/** log(1 + eᵃ). */
export const log1pExp = unary("log1pExp", softplus, (a) => sigmoid(a));

/** A scalar function and its derivative, applied to every element (links). */
export interface ScalarFunction {
  readonly value: (a: number) => number;
  readonly derivative: (a: number) => number;
}

export const map: Op<ScalarFunction> = {
  name: "map",
  shape: ([a]) => a!,
  forward({ x, y, attributes }) {
    const a = x[0]!;
    for (let i = 0; i < y.length; i++) y[i] = attributes.value(a[i]!);
  },
  backward({ x, xBar, yBar, attributes }) {
    const a = x[0]!;
    const aBar = xBar[0];
    if (aBar == null) return;
    for (let i = 0; i < yBar.length; i++) {
      // A row that nothing depends on must not turn an infinite derivative into NaN.
      if (yBar[i] !== 0) aBar[i]! += yBar[i]! * attributes.derivative(a[i]!);
    }
  },
};
