/**
 * Self-starting growth and kinetic curves: their expressions and where a pooled fit may begin (Bates & Watts 1988, appendix A1;
 * Pinheiro & Bates 2000, appendix C).
 */
import * as Elementary from "../../numeric/elementary.ts";
import { greatest } from "../../numeric/greatest.ts";
import { median } from "../../numeric/quantile.ts";

export interface Curve {
  /** Names of the arguments: covariates first, then parameters. */
  readonly arguments: readonly string[];
  /** Number of covariates. */
  readonly covariates: number;
  readonly expression: string;
  /** Rough values of the parameters from covariates and response. */
  start(x: readonly Float64Array[], y: Float64Array): number[];
}

export const curves: Readonly<Record<string, Curve>> = {
  SSasymp: {
    arguments: ["x", "Asym", "R0", "lrc"],
    covariates: 1,
    expression: "Asym + (R0 - Asym) * exp(-exp(lrc) * x)",
    start: ([x], y) => {
      const { first, last } = ends(x!, y);
      const asymptote = last + 0.1 * (last - first);
      return [asymptote, first, logRate(x!, y, asymptote)];
    },
  },
  SSasympOrig: {
    arguments: ["x", "Asym", "lrc"],
    covariates: 1,
    expression: "Asym * (1 - exp(-exp(lrc) * x))",
    start: ([x], y) => {
      const { last } = ends(x!, y);
      return [1.05 * last, logRate(x!, y, 1.05 * last)];
    },
  },
  SSasympOff: {
    arguments: ["x", "Asym", "lrc", "c0"],
    covariates: 1,
    expression: "Asym * (1 - exp(-exp(lrc) * (x - c0)))",
    start: ([x], y) => {
      const { last } = ends(x!, y);
      return [1.05 * last, logRate(x!, y, 1.05 * last), 0];
    },
  },
  SSlogis: {
    arguments: ["x", "Asym", "xmid", "scal"],
    covariates: 1,
    expression: "Asym / (1 + exp((xmid - x) / scal))",
    start: ([x], y) => logistic(x!, y, 0),
  },
  SSfpl: {
    arguments: ["x", "A", "B", "xmid", "scal"],
    covariates: 1,
    expression: "A + (B - A) / (1 + exp((xmid - x) / scal))",
    start: ([x], y) => {
      const { first, last } = ends(x!, y);
      const [, xmid, scal] = logistic(x!, y, first);
      return [first, last, xmid!, scal!];
    },
  },
  SSgompertz: {
    arguments: ["x", "Asym", "b2", "b3"],
    covariates: 1,
    expression: "Asym * exp(-b2 * b3 ^ x)",
    start: ([x], y) => {
      const asymptote = 1.05 * greatest(y);
      // log(−log(y/Asym)) = log b2 + x·log b3
      const { intercept, slope } = line(x!, y, (value) => Elementary.log(-Elementary.log(value / asymptote)));
      return [asymptote, Elementary.exp(intercept), Elementary.exp(slope)];
    },
  },
  SSmicmen: {
    arguments: ["x", "Vm", "K"],
    covariates: 1,
    expression: "Vm * x / (K + x)",
    start: ([x], y) => {
      // 1/y = 1/Vm + (K/Vm)/x, where both are not 0 (Lineweaver & Burk 1934).
      const inverse = x!.map((value) => 1 / value);
      const { intercept, slope } = line(inverse, y, (value) => 1 / value);
      const most = intercept > 0 ? 1 / intercept : greatest(y);
      return [most, Math.max(slope * most, 1e-6)];
    },
  },
  SSbiexp: {
    arguments: ["x", "A1", "lrc1", "A2", "lrc2"],
    covariates: 1,
    expression: "A1 * exp(-exp(lrc1) * x) + A2 * exp(-exp(lrc2) * x)",
    start: ([x], y) => {
      // Curve peeling: the later half gives the slow phase, what it leaves of the earlier half the fast one.
      const middle = median(x!);
      const late = line(x!, y, (value, at) => (at >= middle ? Elementary.log(value) : Number.NaN));
      const slow = (at: number): number => Elementary.exp(late.intercept + late.slope * at);
      const early = line(x!, y, (value, at) => (at < middle ? Elementary.log(value - slow(at)) : Number.NaN));
      return [
        Elementary.exp(early.intercept),
        Elementary.log(Math.max(-early.slope, 1e-3)),
        Elementary.exp(late.intercept),
        Elementary.log(Math.max(-late.slope, 1e-4)),
      ];
    },
  },
  SSfol: {
    arguments: ["Dose", "x", "lKe", "lKa", "lCl"],
    covariates: 2,
    expression:
      "Dose * exp(lKe + lKa - lCl) * (exp(-exp(lKe) * x) - exp(-exp(lKa) * x)) / (exp(lKa) - exp(lKe))",
    start: ([dose, x], y) => {
      let peak = 0;
      for (let i = 1; i < y.length; i++) if (y[i]! / dose![i]! > y[peak]! / dose![peak]!) peak = i;
      const late = line(x!, y, (value, at) => (at > x![peak]! ? Elementary.log(value) : Number.NaN));
      const ke = Math.max(-late.slope, 1e-3);
      const mean = dose!.reduce((sum, value) => sum + value, 0) / dose!.length;
      return [
        Elementary.log(ke),
        Elementary.log(Math.max(3 / Math.max(x![peak]!, 1e-3), 2 * ke)),
        Elementary.log((ke * mean) / Elementary.exp(late.intercept)),
      ];
    },
  },
};

/** Means of the response over the first and the last tenth of x (at least 3 rows). */
function ends(x: Float64Array, y: Float64Array): { readonly first: number; readonly last: number } {
  const order = Array.from(x, (_, i) => i).sort((a, b) => x[a]! - x[b]!);
  const count = Math.max(3, Math.floor(x.length / 10));
  const mean = (rows: readonly number[]): number => rows.reduce((sum, i) => sum + y[i]!, 0) / rows.length;
  return { first: mean(order.slice(0, count)), last: mean(order.slice(-count)) };
}

/** log of the rate at which y approaches its asymptote. */
function logRate(x: Float64Array, y: Float64Array, asymptote: number): number {
  const { slope } = line(x, y, (value) => Elementary.log(Math.abs(asymptote - value)));
  return Elementary.log(Math.max(-slope, 1e-6));
}

function logistic(x: Float64Array, y: Float64Array, floor: number): number[] {
  const asymptote = floor + 1.05 * (greatest(y) - floor);
  // logit((y − floor)/(Asym − floor)) = (x − xmid)/scal
  const { intercept, slope } = line(x, y, (value) => Elementary.log((value - floor) / (asymptote - value)));
  return [asymptote, -intercept / slope, 1 / slope];
}

/** Least squares of f(y, x) on x over the rows where it is finite. */
function line(
  x: Float64Array,
  y: Float64Array,
  f: (y: number, x: number) => number,
): { readonly intercept: number; readonly slope: number } {
  let n = 0;
  let sx = 0;
  let sy = 0;
  let sxx = 0;
  let sxy = 0;
  for (let i = 0; i < x.length; i++) {
    const value = f(y[i]!, x[i]!);
    if (!Number.isFinite(value) || !Number.isFinite(x[i]!)) continue;
    n++;
    sx += x[i]!;
    sy += value;
    sxx += x[i]! ** 2;
    sxy += x[i]! * value;
  }
  const slope = (n * sxy - sx * sy) / (n * sxx - sx * sx);
  return { intercept: (sy - slope * sx) / n, slope };
}
