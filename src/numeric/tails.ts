/**
 * Distribution functions that come with exact derivatives from one expensive series, as functions of their logarithmic
 * arguments. Value and derivatives of one point are asked for one after the other, so what was computed is kept for a while.
 */
import { logBetaCdf } from "./beta-tail.ts";
import * as Elementary from "./elementary.ts";
import { logGammaCcdf, logGammaCdf } from "./gamma-tail.ts";
import { createLogStudentCdf } from "./student-tail.ts";

/** Writes value and derivatives at (x, y, z). */
type Compute = (x: number, y: number, z: number, out: Float64Array) => void;
type Entry = (x: number, y: number, z: number) => number;

/** More points than a block has rows, a power of two. */
const SLOTS = 1024;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

function hash(x: number): number {
  double[0] = x;
  return Math.imul(words[0]! ^ Math.imul(words[1]!, 0x9e3779b1), 0x85ebca6b);
}

/** One function for every entry that `compute` writes. */
function kept(count: number, compute: Compute): Entry[] {
  const keys = new Float64Array(3 * SLOTS).fill(Number.NaN);
  const values = new Float64Array(count * SLOTS);
  const rows = Array.from({ length: SLOTS }, (_, k) => values.subarray(k * count, (k + 1) * count));
  const at = (x: number, y: number, z: number): Float64Array => {
    const slot = ((hash(x) + Math.imul(hash(y), 31) + Math.imul(hash(z), 17)) >>> 13) & (SLOTS - 1);
    const row = rows[slot]!;
    const k = 3 * slot;
    if (keys[k] !== x || keys[k + 1] !== y || keys[k + 2] !== z) {
      compute(x, y, z, row);
      keys[k] = x;
      keys[k + 1] = y;
      keys[k + 2] = z;
    }
    return row;
  };
  return Array.from({ length: count }, (_, i) => (x: number, y: number, z: number) => at(x, y, z)[i]!);
}

const gammaTail = (of: typeof logGammaCdf): Entry[] => {
  const partials = new Float64Array(2);
  return kept(3, (logA, logX, _, out) => {
    const a = Elementary.exp(logA);
    const x = Elementary.exp(logX);
    out[0] = of(a, x, partials);
    out[1] = a * partials[0]!;
    out[2] = x * partials[1]!;
  });
};

/** log P(a, x) and its derivatives by log a and log x, from (log a, log x); then those of log Q = log(1 − P). */
export const [logGammaCdfOf, gammaCdfByShape, gammaCdfByX] = gammaTail(logGammaCdf) as [Entry, Entry, Entry];
export const [logGammaCcdfOf, gammaCcdfByShape, gammaCcdfByX] = gammaTail(logGammaCcdf) as [
  Entry,
  Entry,
  Entry,
];

const betaTail = (lower: boolean): Entry[] => {
  const partials = new Float64Array(3);
  return kept(3, (a, b, y, out) => {
    // 1 − I_y(a, b) = I_{1−y}(b, a)
    out[0] = lower ? logBetaCdf(y, 1 - y, a, b, partials) : logBetaCdf(1 - y, y, b, a, partials);
    out[1] = lower ? partials[0]! : partials[1]!;
    out[2] = lower ? partials[1]! : partials[0]!;
  });
};

/** log I_y(a, b) and its derivatives by a and b, from (a, b, y); then those of log(1 − I). */
export const [logBetaCdfOf, betaCdfByA, betaCdfByB] = betaTail(true) as [Entry, Entry, Entry];
export const [logBetaCcdfOf, betaCcdfByA, betaCcdfByB] = betaTail(false) as [Entry, Entry, Entry];

const studentTail = (): Entry[] => {
  const cdf = createLogStudentCdf();
  const partials = new Float64Array(2);
  return kept(3, (t, nu, _, out) => {
    out[0] = cdf(t, nu, partials);
    out[1] = partials[0]!;
    out[2] = partials[1]!;
  });
};

/** log P(T ≤ t) and its derivatives by t and ν, from (t, ν). */
export const [logStudentCdfOf, studentCdfByT, studentCdfByNu] = studentTail() as [Entry, Entry, Entry];
