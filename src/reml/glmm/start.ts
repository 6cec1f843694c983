/** Where the search for a generalised model begins: least squares of the transformed response, moderate variances. */

import type { Family } from "../../families/family.ts";
import { findLink } from "../../families/links.ts";
import { orthonormalise, solveUpper } from "../../linalg/orthonormalise.ts";
import * as Elementary from "../../numeric/elementary.ts";
import { mean, sd } from "../../numeric/moments.ts";
import type { RandomLayout } from "../random-layout.ts";
import type { Component } from "./components.ts";
import type { RowModel } from "./rows.ts";

/** Standard deviation of group-level effects on the scale of a linear predictor. */
const START_SD = 0.5;

export function startingParameters(
  rows: RowModel,
  layout: RandomLayout,
  family: Family,
  links: Readonly<Record<string, string>>,
  categories: number,
): Float64Array {
  const { components, n } = rows;
  const y = Float64Array.from({ length: n }, (_, i) => rows.response[3 * i]!);
  const k = layout.theta.length;
  const start = new Float64Array(k + components.count);
  for (const component of components.all) {
    const at = k + component.from;
    if (component.at === 0 && family.thresholds === undefined) {
      start.set(leastSquares(component, transformed(rows, y, family, links.mu!), n), at);
    } else if (component.at >= family.dpars.length) {
      start[at] = thresholdStart(y, component.at - family.dpars.length + 1, categories, links.mu!);
    } else if (component.columns === undefined || component.names[0] === "(Intercept)") {
      start[at] = constantStart(component, y);
    }
  }
  const identityScale = links.mu === "identity" && family.thresholds === undefined ? sd(y) : 1;
  layout.theta.forEach(({ row, column }, i) => {
    if (row === column) start[i] = (START_SD * identityScale) / layout.scale[i]!;
  });
  return start;
}

/** g of the response drawn halfway to its mean, so that no logarithm of 0 is met (as R's glm families start). */
function transformed(
  { response, n }: RowModel,
  y: Float64Array,
  family: Family,
  linkName: string,
): Float64Array {
  const link = findLink(linkName);
  const centre = mean(y);
  return Float64Array.from({ length: n }, (_, i) => {
    const trials = response[3 * i + 1]!;
    const probability = family.dpars[0]!.scale === "logit" && family.response.kind !== "category";
    const value = probability
      ? family.additions.includes("trials")
        ? (y[i]! + 0.5) / (trials + 1)
        : (y[i]! + centre) / 2
      : (y[i]! + centre) / 2;
    const eta = link.link(value);
    return Number.isFinite(eta) ? eta : 0;
  });
}

function leastSquares({ columns, names, offset }: Component, target: Float64Array, n: number): Float64Array {
  const p = names.length;
  const q = columns!.slice();
  const r = orthonormalise(q, n, p);
  const coefficients = Float64Array.from({ length: p }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += q[j * n + i]! * (target[i]! - (offset?.[i] ?? 0));
    return sum;
  });
  solveUpper(r, p, coefficients);
  return coefficients;
}

function thresholdStart(y: Float64Array, k: number, categories: number, linkName: string): number {
  const below = y.reduce((count, value) => count + (value <= k ? 1 : 0), 0);
  return findLink(linkName).link((below + k / categories) / (y.length + 1));
}

function constantStart({ name }: Component, y: Float64Array): number {
  const zeros = y.reduce((count, value) => count + (value === 0 ? 1 : 0), 0) / y.length;
  switch (name) {
    case "sigma":
      return Elementary.log(Math.max(sd(y) / 2, 1e-8));
    case "hu":
      return Elementary.log((zeros + 0.01) / (1.01 - zeros));
    case "zi":
      return Elementary.log((zeros / 2 + 0.01) / (1.01 - zeros / 2));
    case "nu":
      return Elementary.log(10);
    default:
      return 0;
  }
}
