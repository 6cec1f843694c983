/**
 * Step-size adaptation by dual averaging: Hoffman & Gelman (2014), section 3.2, eq. 6, with Stan's constants.
 * Kept on the log scale: x = log step size.
 */
import * as Elementary from "../numeric/elementary.ts";

export interface DualAveragingOptions {
  /** Target of the mean acceptance statistic. */
  readonly target: number;
  /** Strength of the pull towards mu. */
  readonly gamma: number;
  /** Forgetting exponent of the average, in (½, 1]. */
  readonly kappa: number;
  /** Damps the first iterations. */
  readonly t0: number;
}

export const dualAveragingDefaults: DualAveragingOptions = { target: 0.8, gamma: 0.05, kappa: 0.75, t0: 10 };

/** All that the next step sizes depend on, as plain data. */
export interface DualAveragingState {
  /** Where it began: log(10 · step size), and the step size. */
  readonly mu: number;
  readonly from: number;
  readonly count: number;
  readonly errorMean: number;
  readonly average: number;
}

export interface DualAveraging {
  /** Learns from one transition and returns the step size for the next. */
  update(acceptStat: number): number;
  /** The averaged step size: the one to sample with. The starting step size before any update. */
  final(): number;
  state(): DualAveragingState;
}

export function startDualAveraging(stepSize: number, options: DualAveragingOptions): DualAveraging {
  // Tries step sizes larger than the initial one first: they are cheaper.
  const mu = Elementary.log(10 * stepSize);
  return continueDualAveraging({ mu, from: stepSize, count: 0, errorMean: 0, average: 0 }, options);
}

/** Goes on from where `state()` was taken. */
export function continueDualAveraging(
  state: DualAveragingState,
  { target, gamma, kappa, t0 }: DualAveragingOptions,
): DualAveraging {
  const { mu, from } = state;
  let { count, errorMean, average } = state;
  return {
    update(acceptStat) {
      count++;
      const accepted = acceptStat > 0 ? Math.min(1, acceptStat) : 0;
      const weight = 1 / (count + t0);
      errorMean = (1 - weight) * errorMean + weight * (target - accepted);
      const x = mu - (errorMean * Math.sqrt(count)) / gamma;
      const forget = Elementary.pow(count, -kappa);
      average = forget * x + (1 - forget) * average;
      return Elementary.exp(x);
    },
    final: () => (count === 0 ? from : Elementary.exp(average)),
    state: () => ({ mu, from, count, errorMean, average }),
  };
}
