/** The shape of a predictive check. */
import type { Datum } from "../plots/plot.ts";
import type { Rng } from "../random/rng.ts";
import type { Predictive, ResponseKind } from "./predictive.ts";

export interface CheckOptions {
  /** Statistic of `stat`: a name, or a function of the responses. `stat_2d` takes two. */
  readonly stat?: StatisticChoice | readonly [StatisticChoice, StatisticChoice];
  /** Replicates that are drawn; default 50 for overlays, 8 for histograms. */
  readonly ndraws?: number;
  /** Of `rootogram`. */
  readonly style?: "hanging" | "standing" | "suspended";
  /** Inner and outer share of intervals; default 0.5 and 0.9. */
  readonly probabilities?: readonly [number, number];
}

export type StatisticChoice = string | ((y: Float64Array) => number);

export type Need = "y" | "epred" | "x" | "loo" | "status";

export interface CheckNumbers {
  readonly rows: readonly Datum[];
  /** P-values, statistics and the like. */
  readonly numbers: Readonly<Record<string, unknown>>;
}

export interface Check {
  readonly needs: readonly Need[];
  /** Kinds of responses that it makes sense for; absent = all but categories. */
  readonly kinds?: readonly ResponseKind[];
  /** In words: "density of Reaction". */
  title(p: Predictive, options: CheckOptions): string;
  build(p: Predictive, options: CheckOptions, rng: Rng): CheckNumbers;
  layer(p: Predictive, options: CheckOptions): readonly object[];
  readonly size?: { readonly width?: number; readonly height?: number };
}
