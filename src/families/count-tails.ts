/**
 * Distribution functions of counts by summing the probabilities themselves in log space, so that values and
 * gradients are those of the density to the last digits and any count kernel can be censored.
 * Only the shorter tail is summed, outwards and until its terms vanish.
 */

import * as Elementary from "../numeric/elementary.ts";
import { log1mExp } from "../numeric/log-space.ts";
import type { RowKernel } from "./family.ts";

/** `trials`: the count ends at d[1]. */
type Bound = "trials" | "none";

const NEGLIGIBLE = -41; // log(1e-18)
const MINIMUM_TERMS = 1000;

/** `kernel` with logCdf and logCcdf added. Each call gives a kernel with scratch buffers of its own. */
export function withCountTails(kernel: RowKernel, bound: Bound = "none"): RowKernel {
  const row = new Float64Array(3);
  let score = new Float64Array(0);
  // Of the running sum Σ exp(term − largest): scaled by its largest term so far.
  let largest = -Infinity;
  let total = 0;

  const start = (d: Float64Array, g: Float64Array): void => {
    if (score.length !== g.length) score = new Float64Array(g.length);
    row.set(d);
    largest = -Infinity;
    total = 0;
    g.fill(0);
  };

  /** Adds P(Y = k) and its gradient (into g, unnormalised); returns log P(Y = k). */
  const add = (k: number, p: Float64Array, g: Float64Array): number => {
    row[0] = k;
    const term = kernel.logDensity(row, p, score) + (kernel.dataTerm?.(row) ?? 0);
    if (!(term > -Infinity)) return -Infinity;
    if (term > largest) {
      const shrink = Elementary.exp(largest - term);
      total *= shrink;
      for (let i = 0; i < g.length; i++) g[i]! *= shrink;
      largest = term;
    }
    const weight = Elementary.exp(term - largest);
    total += weight;
    for (let i = 0; i < g.length; i++) g[i]! += weight * score[i]!;
    return term;
  };

  const finish = (g: Float64Array): number => {
    if (total === 0) return -Infinity;
    for (let i = 0; i < g.length; i++) g[i]! /= total;
    return Math.min(0, largest + Elementary.log(total));
  };

  /** log P(Y ≤ y). Zero is added by itself: it may hold a spike (zero inflation) beyond a gap. */
  const lower = (y: number, d: Float64Array, p: Float64Array, g: Float64Array): number => {
    start(d, g);
    let before = Infinity;
    for (let k = y; k > 0; k--) {
      const term = add(k, p, g);
      if (term <= before && term < largest + NEGLIGIBLE) break;
      before = term;
    }
    add(0, p, g);
    return finish(g);
  };

  /** log P(Y > y), or NaN when the tail is too heavy to be summed (it is then not small). */
  const upper = (y: number, d: Float64Array, p: Float64Array, g: Float64Array): number => {
    start(d, g);
    const end = bound === "trials" ? d[1]! : y + Math.max(MINIMUM_TERMS, 4 * (y + 1));
    let before = -Infinity;
    for (let k = y + 1; k <= end; k++) {
      const term = add(k, p, g);
      if (term < before && term < largest + NEGLIGIBLE) return finish(g);
      before = term;
    }
    return bound === "trials" ? finish(g) : Number.NaN;
  };

  const complement = (logValue: number, g: Float64Array): number => {
    const slope = -1 / Elementary.expm1(-logValue);
    for (let i = 0; i < g.length; i++) g[i]! *= slope;
    return log1mExp(logValue);
  };

  /** Whether P(Y = y) < P(Y = y + 1): the lower tail is the shorter one. */
  const rising = (d: Float64Array, p: Float64Array, g: Float64Array): boolean => {
    start(d, g);
    const here = add(d[0]!, p, g);
    if (bound === "trials" && d[0] === d[1]) return false;
    return here < add(d[0]! + 1, p, g);
  };

  const tail = (wanted: "lower" | "upper", d: Float64Array, p: Float64Array, g: Float64Array): number => {
    const y = d[0]!;
    if (!rising(d, p, g)) {
      const value = upper(y, d, p, g);
      if (!Number.isNaN(value)) return wanted === "upper" ? value : complement(value, g);
    }
    const value = lower(y, d, p, g);
    return wanted === "lower" ? value : complement(value, g);
  };

  return {
    ...kernel,
    logCdf: (d, p, g) => tail("lower", d, p, g),
    logCcdf: (d, p, g) => tail("upper", d, p, g),
  };
}
