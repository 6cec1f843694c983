/** The table of constraints. */
import { bounds } from "./bounds.ts";
import { choleskyCorrelation } from "./cholesky-correlation.ts";
import type { Constraint } from "./constraint.ts";
import { ordered } from "./ordered.ts";
import { simplex } from "./simplex.ts";
import { sinh } from "./sinh.ts";

export const constraints = {
  bounds,
  ordered,
  simplex,
  sinh,
  cholesky_correlation: choleskyCorrelation,
  // biome-ignore lint/suspicious/noExplicitAny: the table holds constraints of every attribute type
} as const satisfies Record<string, Constraint<any>>;
