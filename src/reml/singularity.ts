/** Which variance components lie on the boundary of their space, in words. */

import * as Elementary from "../numeric/elementary.ts";
import type { RandomTerm, Singularity } from "./lmm-fit.ts";
import type { LayoutTerm } from "./random-layout.ts";

/** Diagonal of the scale-free relative factor below which it counts as zero (lme4's isSingular). */
export const SINGULAR = 1e-4;

/** `factors`: for each term its scale-free relative covariance factor, k × k, row-major. */
export function findSingularity(terms: readonly LayoutTerm[], factors: readonly Float64Array[]): Singularity {
  const components = terms.flatMap((term, t) => singularComponents(term, factors[t]!));
  return { singular: components.length > 0, components };
}

function singularComponents({ group, names }: LayoutTerm, factor: Float64Array): string[] {
  const k = names.length;
  const deficient = names.some((_, j) => Math.abs(factor[j * k + j]!) < SINGULAR);
  if (!deficient) return [];
  const length = names.map((_, j) => Elementary.hypot(...factor.subarray(j * k, j * k + j + 1)));
  const found = names.flatMap((name, j) =>
    length[j]! < SINGULAR ? [`the variance of ${name} in ${group} is 0`] : [],
  );
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < i; j++) {
      if (length[i]! < SINGULAR || length[j]! < SINGULAR) continue;
      let product = 0;
      for (let h = 0; h <= j; h++) product += factor[i * k + h]! * factor[j * k + h]!;
      const correlation = product / (length[i]! * length[j]!);
      if (Math.abs(correlation) > 1 - 1e-6) {
        found.push(
          `the correlation of ${names[j]} and ${names[i]} in ${group} is ${correlation > 0 ? "1" : "-1"}`,
        );
      }
    }
  }
  if (found.length > 0) return found;
  return [`the covariance matrix of ${names.join(", ")} in ${group} is not of full rank`];
}

/** Standard deviations of the coefficients of a term. */
export function standardDeviations({ covariance, names }: RandomTerm): number[] {
  return names.map((_, j) => Math.sqrt(covariance[j * names.length + j]!));
}

/** Correlation of coefficients i and j; NaN when one of them does not vary. */
export function correlation(term: RandomTerm, i: number, j: number): number {
  const sd = standardDeviations(term);
  return term.covariance[i * term.names.length + j]! / (sd[i]! * sd[j]!);
}
