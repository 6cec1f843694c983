import { dumbbell } from "./dumbbell.ts";
import type { Plot } from "./plot.ts";

/** What is compared: rows of compare(), by structure. */
export interface ComparedEstimate {
  readonly kind: string;
  readonly name: string;
  readonly bayes: { readonly estimate: number; readonly lower: number; readonly upper: number };
  readonly reml: { readonly estimate: number };
}

/** Posterior means with intervals beside frequentist estimates; group-level effects are left to tables. */
export function comparison(input: { readonly rows: readonly ComparedEstimate[] }): Plot {
  return dumbbell({
    title: "Bayesian and frequentist estimates",
    nameA: "Bayes",
    nameB: "frequentist",
    rows: input.rows
      .filter(({ kind }) => kind !== "effect")
      .map(({ name, bayes, reml }) => ({
        label: name,
        a: bayes.estimate,
        b: reml.estimate,
        lower: bayes.lower,
        upper: bayes.upper,
      })),
  });
}
