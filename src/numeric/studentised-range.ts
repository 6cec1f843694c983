/**
 * The studentised range of `means` independent normal variables: the distribution behind Tukey's comparisons.
 * By definition (Copenhaver & Holland 1988, J. Stat. Comput. Simul. 30, eqs. 1–2): the probability that the range of k
 * standard normals is at most w is W(w) = k ∫ φ(z) (Φ(z) − Φ(z − w))^(k−1) dz, and with ν degrees of freedom
 * P(q) = ∫ f(s) W(q s) ds over the density of s, ν s² ~ χ²(ν). Both by Gauss–Legendre quadrature in panels.
 */
import * as Elementary from "./elementary.ts";
import { gaussLegendre } from "./gauss-legendre.ts";
import { logGamma, normalCdf } from "./special.ts";

const { nodes, weights } = gaussLegendre(16);
const SQRT_TWO_PI = Math.sqrt(2 * Math.PI);
/** Beyond, a normal density adds nothing to 16 digits. */
const NORMAL_END = 8.5;
const PANELS = 8;
/** Widest panel in log s: P(q s) goes from 0 to 1 within a few of these. */
const WIDEST = 0.5;

/** P(range / s ≤ q) for `means` ≥ 2 means and df > 0; df = Infinity is a known standard deviation. Absolute accuracy 1e-10. */
export function studentisedRangeCdf(q: number, means: number, df: number): number {
  if (Number.isNaN(q) || !(means >= 2) || !(df > 0)) return Number.NaN;
  if (q <= 0) return 0;
  if (q === Infinity) return 1;
  if (df > 1e6) return rangeCdf(q, means);
  // In u = log s, the density of which is smooth and short-tailed for every df; 0 is close to its mode.
  const constant = Math.LN2 + (df / 2) * Elementary.log(df / 2) - logGamma(df / 2);
  const logDensity = (u: number): number => constant + df * u - (df / 2) * Elementary.exp(2 * u);
  const low = edge(logDensity, -1, df);
  const high = edge(logDensity, 1, df);
  // P is close to 1 where W is: what is integrated is 1 − W, of which nothing is lost to the tails.
  const missing = integrate(
    (u) => Elementary.exp(logDensity(u)) * (1 - rangeCdf(q * Elementary.exp(u), means)),
    low,
    high,
    Math.max(PANELS, Math.ceil((high - low) / WIDEST)),
  );
  return Math.min(Math.max(1 - missing, 0), 1);
}

/** P(range / s > q). */
export function studentisedRangeUpper(q: number, means: number, df: number): number {
  return 1 - studentisedRangeCdf(q, means, df);
}

/** The q with P(range / s ≤ q) = p, 0 < p < 1, by bisection and secants. */
export function studentisedRangeQuantile(p: number, means: number, df: number): number {
  if (!(p > 0 && p < 1) || !(means >= 2) || !(df > 0)) return Number.NaN;
  let high = 4;
  while (studentisedRangeCdf(high, means, df) < p) high *= 2;
  let low = 0;
  let [below, above] = [-p, studentisedRangeCdf(high, means, df) - p];
  // Regula falsi with Illinois' correction (Dowell & Jarratt 1971).
  for (let trial = 0, side = 0; trial < 200 && high - low > 1e-13 * high; trial++) {
    const q = high - (above * (high - low)) / (above - below);
    const y = studentisedRangeCdf(q, means, df) - p;
    if (Math.abs(y) < 1e-12) return q;
    if (y > 0) {
      [high, above] = [q, y];
      if (side === 1) below /= 2;
      side = 1;
    } else {
      [low, below] = [q, y];
      if (side === -1) above /= 2;
      side = -1;
    }
  }
  return (low + high) / 2;
}

/** The nodes over z with what does not depend on w. */
const INNER = Array.from({ length: PANELS * nodes.length }, (_, at) => {
  const half = NORMAL_END / PANELS;
  const z = -NORMAL_END + (2 * Math.floor(at / nodes.length) + 1 + nodes[at % nodes.length]!) * half;
  const weight = (half * weights[at % nodes.length]! * Elementary.exp(-0.5 * z * z)) / SQRT_TWO_PI;
  return { z, weight, lower: normalCdf(z), upper: normalCdf(-z) };
});

/** W(w); Φ(z) − Φ(z − w) from the tail in which both are small. */
function rangeCdf(w: number, means: number): number {
  let sum = 0;
  for (const { z, weight, lower, upper } of INNER) {
    const between = z > w ? normalCdf(w - z) - upper : lower - normalCdf(z - w);
    sum += weight * between ** (means - 1);
  }
  return Math.min(1, means * sum);
}

/** Where a log density has fallen by 34 from u = 0, in the direction given. */
function edge(logDensity: (u: number) => number, direction: number, df: number): number {
  const top = logDensity(0);
  let step = 1 / Math.sqrt(df);
  while (top - logDensity(direction * step) < 34) step *= 1.25;
  return direction * step;
}

function integrate(f: (x: number) => number, from: number, to: number, panels = PANELS): number {
  const half = (to - from) / panels / 2;
  let sum = 0;
  for (let panel = 0; panel < panels; panel++) {
    const centre = from + (2 * panel + 1) * half;
    for (let k = 0; k < nodes.length; k++) sum += weights[k]! * f(centre + half * nodes[k]!);
  }
  return sum * half;
}
