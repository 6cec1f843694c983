/**
 * Separation: a direction of the population-level columns along which the likelihood rises for ever, so that its coefficients
 * have no finite estimate (Albert & Anderson 1984, Biometrika 71). With a flat prior the posterior is improper or all but so;
 * with a proper one the prior decides. Newton's steps tell: at a finite maximum they end, at infinity they go on by about one.
 */
import { positiveInverse } from "../linalg/small-matrices.ts";
import * as Elementary from "../numeric/elementary.ts";
import type { PopulationDesign } from "./design.ts";

/** Steps after which Newton's method has found any finite maximum. */
const STEPS = 25;
/** Movement of the linear predictor in the last step that is no rounding. */
const MOVING = 0.1;
/** rows × columns² beyond which nobody waits for the answer. */
const MOST_WORK = 5e7;

export interface Outcomes {
  /** Successes out of `trials`, or counts. */
  readonly values: Float64Array;
  readonly trials?: Float64Array;
  readonly offset?: Float64Array;
  readonly kind: "logit" | "log";
}

/** Names of the columns (`(Intercept)` among them) that run away; empty when the maximum is finite. */
export function separatedColumns(population: PopulationDesign, outcomes: Outcomes): string[] {
  const { values, trials, offset, kind } = outcomes;
  const rows = values.length;
  const names = population.intercept ? ["(Intercept)", ...population.names] : [...population.names];
  const p = names.length;
  if (p === 0 || rows * p * p > MOST_WORK) return [];
  const { scaled, shifts } = scaledColumns(population, rows);
  const beta = new Float64Array(p);
  if (kind === "log" && population.intercept) {
    beta[0] = Elementary.log(Math.max(values.reduce((sum, y) => sum + y, 0) / rows, 1e-3));
  }
  let step = new Float64Array(p);
  for (let k = 0; k < STEPS; k++) {
    const gradient = new Float64Array(p);
    const information = new Float64Array(p * p);
    for (let i = 0; i < rows; i++) {
      let eta = offset?.[i] ?? 0;
      for (let j = 0; j < p; j++) eta += scaled[j * rows + i]! * beta[j]!;
      const n = trials?.[i] ?? 1;
      const mean =
        kind === "log" ? Elementary.exp(Math.min(eta, 700)) : n / (1 + Elementary.exp(-Math.max(-700, eta)));
      const weight = kind === "log" ? mean : mean * (1 - mean / Math.max(n, 1));
      for (let j = 0; j < p; j++) {
        const x = scaled[j * rows + i]!;
        if (x === 0) continue;
        gradient[j]! += x * (values[i]! - mean);
        for (let l = 0; l <= j; l++) information[j * p + l]! += weight * x * scaled[l * rows + i]!;
      }
    }
    for (let j = 0; j < p; j++)
      for (let l = j + 1; l < p; l++) information[j * p + l] = information[l * p + j]!;
    const inverse = positiveInverse(information, p);
    if (inverse === undefined) {
      if (k === 0) return [];
      break;
    }
    step = new Float64Array(p);
    for (let j = 0; j < p; j++) for (let l = 0; l < p; l++) step[j]! += inverse[j * p + l]! * gradient[l]!;
    const longest = step.reduce((most, own) => Math.max(most, Math.abs(own)), 0);
    if (!Number.isFinite(longest)) return [];
    if (longest < 1e-8) return [];
    // Far steps would overshoot: a trust region of five on the scale of the linear predictor.
    const shorten = Math.min(1, 5 / longest);
    for (let j = 0; j < p; j++) beta[j]! += shorten * step[j]!;
  }
  // What the intercept does where every column is zero, not at their centre.
  if (population.intercept) for (let j = 1; j < p; j++) step[0]! -= step[j]! * shifts[j]!;
  return names.filter((_, j) => Math.abs(step[j]!) > MOVING);
}

/**
 * Columns about their centre, divided by their greatest distance from it, so that a coefficient is what it adds to the linear
 * predictor at most; `shifts`: the centre in that unit.
 */
function scaledColumns(
  { columns, intercept, names }: PopulationDesign,
  rows: number,
): { scaled: Float64Array; shifts: Float64Array } {
  const shift = intercept ? 1 : 0;
  const scaled = new Float64Array((names.length + shift) * rows);
  const shifts = new Float64Array(names.length + shift);
  if (intercept) scaled.fill(1, 0, rows);
  for (let k = 0; k < names.length; k++) {
    const own = columns.subarray(k * rows, (k + 1) * rows);
    const centre = intercept ? own.reduce((sum, x) => sum + x, 0) / rows : 0;
    const most = own.reduce((greatest, x) => Math.max(greatest, Math.abs(x - centre)), 0) || 1;
    shifts[k + shift] = centre / most;
    for (let i = 0; i < rows; i++) scaled[(k + shift) * rows + i] = (own[i]! - centre) / most;
  }
  return { scaled, shifts };
}
